"""A configuration that others could have written is not used; one that changes an answer is named."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.support.binaries import ROOT
from tests.support.commandline import Completed, Pgseq
from tests.support.database import Database, fresh_database

#: Somebody who is neither the user nor root (nobody, where there is such an account).
OTHER = 65534
BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"
IGNORE = 'ignore = [{ code = "PGS001", reason = "so" }]\n'
#: A column that nobody draws for; row 5 lies ahead of the sequence.
FEED = """
    CREATE SEQUENCE u_id_seq; SELECT setval('u_id_seq', 2); CREATE TABLE u (id int PRIMARY KEY);
    INSERT INTO u VALUES (5)"""
DECLARED = 'feeds = [{ sequence = "public.u_id_seq", column = "public.u.id" }]\n'

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to make files of another user")


@pytest.fixture
def behind(database: Database) -> Database:
    database.run(BEHIND)
    return database


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The current folder, a project's, with a configuration that ignores what is wrong."""
    folder = tmp_path / "project"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "pgseq.toml").write_text(IGNORE, encoding="utf-8")
    return folder


def counted(done: Completed, why: str, *, name: str = "pgseq.toml") -> str:
    """The remedy told, where the error counts since the file was not used; one line says so."""
    assert done.code == 1
    (line,) = done.err.splitlines()
    told, _, hint = line.partition("; ")
    assert told == f"pgseq: {name} is not used: {why}"
    return hint


@pytest.mark.slow
def test_ones_own_is_used_and_named(behind: Database, pgseq: Pgseq, project: Path) -> None:
    for quiet in ((), ("-q",)):
        done = pgseq("check", behind.dsn, *quiet, cwd=project)
        assert (done.code, done.err) == (0, f"pgseq: {project / 'pgseq.toml'}: PGS001 ignored\n")


@pytest.mark.parametrize("mode", [0o646, 0o666, 0o777])
@pytest.mark.slow
def test_a_file_that_all_may_write(behind: Database, pgseq: Pgseq, project: Path, mode: int) -> None:
    file = project / "pgseq.toml"
    file.chmod(mode)
    done = pgseq("check", behind.dsn, "-q", cwd=project)
    assert counted(done, "all users may write to it") == "chmod go-w pgseq.toml"
    # Named, it is refused: nobody knows whose word it is.
    done = pgseq("check", behind.dsn, "--config", "pgseq.toml", cwd=project)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "pgseq: error: pgseq.toml is not used: all users may write to it",
        "hint: chmod go-w pgseq.toml",
    ]
    file.chmod(0o644)
    assert pgseq("check", behind.dsn, cwd=project).code == 0


@pytest.mark.slow
def test_a_folder_that_all_may_write(behind: Database, pgseq: Pgseq, project: Path) -> None:
    project.chmod(0o777)
    hint = counted(pgseq("check", behind.dsn, cwd=project), "all users may write to its folder")
    assert hint == f"chmod go-w {project}"
    assert pgseq("check", behind.dsn, "--config", "pgseq.toml", cwd=project).code == 2
    # With the sticky bit, as /tmp has it, nobody puts another in the place of one's own.
    project.chmod(0o1777)
    assert pgseq("check", behind.dsn, cwd=project).code == 0


def test_a_hard_link_in_a_folder_of_all(behind: Database, pgseq: Pgseq, project: Path, tmp_path: Path) -> None:
    """Another may have made it, to a file of one's own in another project."""
    project.chmod(0o1777)
    os.link(project / "pgseq.toml", tmp_path / "elsewhere.toml")
    done = pgseq("check", behind.dsn, cwd=project)
    counted(done, "it has another name (a hard link), and others made this one")


@as_root
class TestOthers:
    """Files of another user, which nobody but root can make."""

    def test_a_file(self, behind: Database, pgseq: Pgseq, project: Path) -> None:
        os.chown(project / "pgseq.toml", OTHER, OTHER)
        done = pgseq("check", behind.dsn, "-q", cwd=project)
        assert done.err.startswith("pgseq: pgseq.toml is not used: it belongs to ")
        assert done.code == 1
        # Its folder is not that user's: nobody vouches for it.
        assert pgseq("check", behind.dsn, "--config", "pgseq.toml", cwd=project).code == 2

    @pytest.mark.slow
    def test_a_projects_file_in_a_container(self, behind: Database, pgseq: Pgseq, project: Path) -> None:
        """A mounted folder of another user's, and root in the container: named, the file is used."""
        for path in (project, project / "pgseq.toml"):
            os.chown(path, OTHER, OTHER)
        done = pgseq("check", behind.dsn, cwd=project)
        assert done.code == 1
        assert done.err.startswith("pgseq: pgseq.toml is not used: its folder belongs to ")
        hint = done.err.partition("; to use it: ")[2]
        done = pgseq("check", behind.dsn, *shlex.split(hint), cwd=project)
        assert (done.code, done.err) == (0, f"pgseq: {project / 'pgseq.toml'}: PGS001 ignored\n")

    @pytest.mark.slow
    def test_sudo(self, behind: Database, pgseq: Pgseq, project: Path) -> None:
        """As git does, the word of who called sudo is taken."""
        for path in (project, project / "pgseq.toml"):
            os.chown(path, OTHER, OTHER)
        assert pgseq("check", behind.dsn, cwd=project, env={"SUDO_UID": str(OTHER)}).code == 0
        for caller in ("1", "", "x", "-1", "9" * 5000):
            assert pgseq("check", behind.dsn, cwd=project, env={"SUDO_UID": caller}).code == 1

    @pytest.mark.slow
    def test_a_link_to_ones_own_file(self, behind: Database, pgseq: Pgseq, project: Path, tmp_path: Path) -> None:
        """In /tmp another makes a link to a file of the user's own that ignores what he wants ignored."""
        own = tmp_path / "own.toml"
        (project / "pgseq.toml").rename(own)
        project.chmod(0o1777)
        (project / "pgseq.toml").symlink_to(own)
        assert pgseq("check", behind.dsn, cwd=project).code == 0
        os.chown(project / "pgseq.toml", OTHER, OTHER, follow_symlinks=False)
        done = pgseq("check", behind.dsn, cwd=project)
        assert done.code == 1
        assert "is not used: the link to it belongs to " in done.err

    @pytest.mark.slow
    def test_a_link_through_anothers_folder(self, behind: Database, pgseq: Pgseq, project: Path) -> None:
        theirs = project.parent / "theirs"
        theirs.mkdir()
        (project / "pgseq.toml").rename(project / "own.toml")
        (theirs / "link").symlink_to(project / "own.toml")
        (project / "pgseq.toml").symlink_to(theirs / "link")
        assert pgseq("check", behind.dsn, cwd=project).code == 0
        os.chown(theirs, OTHER, OTHER)
        done = pgseq("check", behind.dsn, cwd=project)
        assert done.code == 1
        assert "is not used: its folder belongs to " in done.err

    @pytest.mark.slow
    def test_a_group(self, behind: Database, pgseq: Pgseq, project: Path) -> None:
        """A group of the user alone, as with umask 002, is no other; one that is not known may be anybody."""
        (project / "pgseq.toml").chmod(0o664)
        assert pgseq("check", behind.dsn, cwd=project).code == 0
        os.chown(project / "pgseq.toml", 0, 54321)
        counted(pgseq("check", behind.dsn, cwd=project), "group 54321 may write to it")

    def test_anothers_file_does_not_hide_ones_own(self, behind: Database, pgseq: Pgseq, project: Path) -> None:
        (project / "pyproject.toml").write_text(f"[tool.pgseq]\n{IGNORE}", encoding="utf-8")
        (project / "pgseq.toml").write_text("no TOML", encoding="utf-8")
        os.chown(project / "pgseq.toml", OTHER, OTHER)
        done = pgseq("check", behind.dsn, cwd=project)
        assert done.code == 0
        assert [line.split(" is ")[0] for line in done.err.splitlines()] == [
            "pgseq: pgseq.toml",
            f"pgseq: {project / 'pyproject.toml'}: PGS001 ignored",
        ]

    def test_a_pyproject_that_says_nothing(self, behind: Database, pgseq: Pgseq, project: Path) -> None:
        (project / "pgseq.toml").unlink()
        (project / "pyproject.toml").write_text("[tool.ruff]\n", encoding="utf-8")
        os.chown(project / "pyproject.toml", OTHER, OTHER)
        done = pgseq("check", behind.dsn, cwd=project)
        assert (done.code, done.err) == (1, "")

    def test_what_stops_a_command(self, behind: Database, pgseq: Pgseq, project: Path) -> None:
        """A file of another's that is too large stops nobody; one's own is told of."""
        (project / "pgseq.toml").write_bytes(b"#" * (2**20 + 1))
        done = pgseq("check", behind.dsn, cwd=project)
        assert (done.code, "pgseq.toml has more than 1 MB" in done.err) == (2, True)
        os.chown(project / "pgseq.toml", OTHER, OTHER)
        done = pgseq("check", behind.dsn, cwd=project)
        assert (done.code, "is not used: it belongs to another user" in done.err) == (1, True)

    def test_nothing_is_moved_by_it(self, database: Database, pgseq: Pgseq, project: Path) -> None:
        database.run(FEED)
        (project / "pgseq.toml").write_text(DECLARED, encoding="utf-8")
        os.chown(project / "pgseq.toml", OTHER, OTHER)
        assert pgseq("fix", database.dsn, "--yes", cwd=project).code == 0
        assert database.rows("SELECT last_value FROM u_id_seq") == [(2,)]


@pytest.mark.parametrize("name", ["pgseq.toml", "elsewhere"])
@pytest.mark.slow
def test_a_named_pipe_is_not_waited_for(behind: Database, pgseq: Pgseq, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name, 0o600)
    assert pgseq("check", behind.dsn).code == 1
    done = pgseq("check", behind.dsn, "--config", name)
    assert (done.code, done.err.splitlines()[0]) == (2, f"pgseq: error: {name} is not a regular file")
    assert pgseq("check", behind.dsn, "--config", "/dev/zero").code == 2


@pytest.mark.slow
def test_what_a_shell_hands_over(behind: Database, pgseq: Pgseq) -> None:
    done = pgseq("check", behind.dsn, "--config", "/dev/stdin", input=IGNORE)
    assert (done.code, done.err) == (0, "pgseq: /dev/stdin: PGS001 ignored\n")
    assert pgseq("check", behind.dsn, "--config", os.devnull).code == 1


@pytest.mark.parametrize(
    "command", ["check", "verify", "why", "fix --dry-run", "guard plan", "guard status", "guard identity --dry-run"]
)
@pytest.mark.slow
def test_every_command_names_it(database: Database, pgseq: Pgseq, project: Path, command: str) -> None:
    """On standard error, quiet or not, and in the document."""
    database.run(BEHIND + ";" + FEED)
    (project / "pgseq.toml").write_text(IGNORE + DECLARED, encoding="utf-8")
    path = project / "pgseq.toml"
    done = pgseq(*command.split(), database.dsn, "--format", "json", "-q", cwd=project)
    assert done.json()["config"] == str(path)
    lines = [line for line in done.err.splitlines() if line.startswith("pgseq: ")]
    assert lines == [f"pgseq: {path}: 1 feed declared; PGS001 ignored"]
    path.unlink()
    done = pgseq(*command.split(), database.dsn, "--format", "json", "-q", cwd=project)
    assert "config" not in done.json()
    assert "pgseq: " not in done.err


def test_a_feed_is_named_before_the_plan(database: Database, pgseq: Pgseq, project: Path) -> None:
    database.run(FEED)
    (project / "pgseq.toml").write_text(DECLARED, encoding="utf-8")
    done = pgseq("fix", database.dsn, "--yes", "-q", cwd=project)
    assert (done.code, done.err) == (0, f"pgseq: {project / 'pgseq.toml'}: 1 feed declared\n")


@pytest.mark.slow
def test_explain_and_lint(database: Database, pgseq: Pgseq, project: Path) -> None:
    database.run(FEED)
    path = project / "pgseq.toml"
    path.write_text(DECLARED + 'ignore = [{ code = "PGL001", reason = "so" }]', encoding="utf-8")
    error = 'duplicate key value violates unique constraint "u_pkey"'
    done = pgseq("explain", "-d", database.dsn, error, "--format", "json", cwd=project)
    assert done.err == f"pgseq: {path}: 1 feed declared\n"
    assert done.json()["config"] == str(path)
    schema = json.loads((ROOT / "docs" / "explain.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(done.json())
    (project / "a.sql").write_text(BEHIND + ";\n", encoding="utf-8")
    done = pgseq("lint", "-q", "a.sql", "--format", "json", cwd=project)
    assert (done.code, done.err) == (0, f"pgseq: {path}: PGL001 ignored\n")
    assert done.json()["config"] == str(path)
    done = pgseq("lint", "-q", "-d", database.dsn, "a.sql", cwd=project)
    assert done.err == f"pgseq: {path}: 1 feed declared; PGL001 ignored\n"


@pytest.fixture
def target(database: Database) -> Iterator[Database]:
    with fresh_database(database.server) as fresh:
        yield fresh


def test_sync(database: Database, target: Database, pgseq: Pgseq, project: Path) -> None:
    database.run("CREATE SEQUENCE a; SELECT setval('a', 9)")
    target.run("CREATE SEQUENCE b")
    path = project / "pgseq.toml"
    path.write_text('[map]\n"public.a" = "public.b"\n', encoding="utf-8")
    done = pgseq("sync", database.dsn, target.dsn, "--yes", "-q", "--format", "json", cwd=project)
    assert (done.code, done.json()["config"]) == (0, str(path))
    assert f"pgseq: {path}: 1 sequence mapped" in done.err.splitlines()
    assert target.rows("SELECT last_value FROM b") == [(9,)]


def test_the_schema(behind: Database, pgseq: Pgseq, project: Path) -> None:
    schema = json.loads((ROOT / "docs" / "check.schema.json").read_text("utf-8"))
    for command in ("check", "fix --yes"):
        done = pgseq(*command.split(), behind.dsn, "--format", "json", cwd=project)
        Draft202012Validator(schema).validate(done.json())
        assert done.json()["config"] == str(project / "pgseq.toml")
