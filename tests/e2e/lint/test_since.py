"""`pgseq lint --since REV`: only what a change adds counts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.commandline import Pgseq

pytestmark = pytest.mark.slow

TABLE = "CREATE TABLE users (id serial PRIMARY KEY, name text);\n"
ROWS = "INSERT INTO users VALUES (1, 'a');\n"
HEALED = "SELECT setval('users_id_seq', (SELECT max(id) FROM users));\n"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of one commit, `main`, with a finding in `db/1.sql`; it is the current folder."""
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "1.sql").write_text(TABLE + ROWS)
    (tmp_path / "db" / "2.sql").write_text("CREATE TABLE others (id serial);\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def counted(pgseq: Pgseq, *arguments: str) -> list[tuple[str, str]]:
    """File and code of each finding that counts."""
    done = pgseq("lint", *arguments, "--format", "json")
    return [
        (Path(file["file"]).name, one["code"])
        for file in done.json()["files"]
        for one in file["findings"]
        if one["ignored"] is None
    ]


def test_nothing_has_changed(repository: Path, pgseq: Pgseq) -> None:
    done = pgseq("lint", "--since", "main", "db")
    assert (done.code, done.out) == (0, "2 files: 1 ignored\n")
    assert counted(pgseq, "db") == [("1.sql", "PGL001")]


def test_a_new_file(repository: Path, pgseq: Pgseq) -> None:
    (repository / "db" / "3.sql").write_text("INSERT INTO others VALUES (9);\n")
    assert counted(pgseq, "--since", "main", "db") == [("3.sql", "PGL001")]
    assert counted(pgseq, "--since", "HEAD", str(repository / "db")) == [("3.sql", "PGL001")]


def test_lines_that_move_add_nothing(repository: Path, pgseq: Pgseq) -> None:
    (repository / "db" / "1.sql").write_text("-- a comment\n\n" + TABLE + ROWS)
    assert counted(pgseq, "--since", "main", "db") == []
    (repository / "db" / "1.sql").rename(repository / "db" / "0.sql")
    assert counted(pgseq, "--since", "main", "db") == []


def test_what_is_taken_away_may_add_a_finding(repository: Path, pgseq: Pgseq) -> None:
    (repository / "db" / "1.sql").write_text(TABLE + ROWS + HEALED)
    git(repository, "commit", "-qam", "two")
    (repository / "db" / "1.sql").write_text(TABLE + ROWS)
    assert counted(pgseq, "--since", "main", "db") == [("1.sql", "PGL001")]
    assert counted(pgseq, "--since", "main~1", "db") == []


def test_two_of_the_same_where_one_was(repository: Path, pgseq: Pgseq) -> None:
    (repository / "db" / "2.sql").write_text("SELEC 1;\n")
    git(repository, "commit", "-qam", "two")
    (repository / "db" / "2.sql").write_text("SELEC 1;\nSELEC 2;\n")
    assert counted(pgseq, "--since", "main", "db/2.sql") == [("2.sql", "PGL000")]


def test_fix_appends_for_what_is_new_alone(repository: Path, pgseq: Pgseq) -> None:
    (repository / "db" / "3.sql").write_text("INSERT INTO others VALUES (9);\n")
    pgseq("lint", "--since", "main", "--fix", "db")
    assert (repository / "db" / "1.sql").read_text() == TABLE + ROWS
    assert "others_id_seq" in (repository / "db" / "3.sql").read_text()


def test_from_a_folder_below(repository: Path, pgseq: Pgseq) -> None:
    done = pgseq("lint", "--since", "main", "1.sql", "2.sql", cwd=repository / "db")
    assert (done.code, done.out) == (0, "2 files: 1 ignored\n")


def test_outside_of_a_repository(tmp_path: Path, pgseq: Pgseq) -> None:
    (tmp_path / "a.sql").write_text(TABLE)
    done = pgseq("lint", "--since", "main", "a.sql", env={"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
    assert done.code == 2
    assert done.err.splitlines() == [
        "pgseq: error: --since needs a git repository: not a git repository (or any of the parent directories): .git",
        "hint: run it in one, or leave --since out",
    ]


@pytest.mark.parametrize("revision", ["no_such", "--upload-pack=x", ""])
def test_what_names_no_commit(repository: Path, pgseq: Pgseq, revision: str) -> None:
    done = pgseq("lint", f"--since={revision}", "db")
    assert done.code == 2
    assert done.err.splitlines()[0].startswith("pgseq: error: --since names no commit")


def test_what_the_repository_configures_is_not_run(repository: Path, pgseq: Pgseq) -> None:
    (repository / ".gitattributes").write_text("*.sql filter=evil diff=evil\n")
    for name in ("filter.evil.smudge", "diff.evil.textconv", "core.fsmonitor", "core.pager"):
        git(repository, "config", name, f"touch {repository}/made;cat")
    git(repository, "add", ".gitattributes")
    (repository / "made").unlink(missing_ok=True)
    assert counted(pgseq, "--since", "main", "db") == []
    assert not (repository / "made").exists()
