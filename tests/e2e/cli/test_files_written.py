"""Files that a command writes: what is not pgseq's own stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"
NOTES = "my notes\n"


@pytest.fixture
def behind(database: Database) -> Database:
    database.run(BEHIND)
    return database


@pytest.mark.parametrize("dsn", ["postgresql://u:secret@h/app", "host=h password=secret", "password = my secret"])
@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("fix", "--sql"),
        ("fix", "--undo-file"),
        ("sync a b", "--sql"),
        ("sync a b", "--undo-file"),
        ("guard identity", "--sql"),
        ("guard trigger", "--undo-file"),
    ],
)
@pytest.mark.sampled(5)
def test_a_connection_string_is_not_a_file(pgseq: Pgseq, tmp_path: Path, command: str, option: str, dsn: str) -> None:
    done = pgseq(*command.split(), option, dsn)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"pgseq: error: {option} takes a file, and was given a connection string\n"
        f"hint: the connection string comes before it; write {option}=FILE\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["fix", "guard identity"])
def test_a_script_does_not_replace_what_is_not_one(
    behind: Database, pgseq: Pgseq, tmp_path: Path, command: str
) -> None:
    (tmp_path / "app").write_text(NOTES, encoding="utf-8")
    done = pgseq(*command.split(), behind.dsn, "--sql", "app")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "pgseq: error: app is there already, and is not a script of pgseq",
        "hint: name another file: --sql=FILE; the name of a database comes before it",
    ]
    assert (tmp_path / "app").read_text("utf-8") == NOTES


def test_a_script_replaces_a_script_and_an_empty_file(behind: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    script = tmp_path / "env=test" / "fix.sql"
    script.parent.mkdir()
    script.touch()
    for _ in range(2):
        assert pgseq("fix", behind.dsn, "--sql", script).code == 1
        assert script.read_text("utf-8").startswith("-- pgseq: moves sequences")
    assert pgseq("fix", behind.dsn, "--sql", "/dev/null").code == 1


def test_a_reverse_script_does_not_replace_what_is_not_one(behind: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "back.sql").write_text(NOTES, encoding="utf-8")
    done = pgseq("guard", "identity", behind.dsn, "--yes", "--undo-file", "back.sql")
    assert done.code == 2
    assert done.err.startswith("pgseq: error: back.sql is there already, and is not a script of pgseq\n")
    assert (tmp_path / "back.sql").read_text("utf-8") == NOTES
    assert (
        behind.value("SELECT attidentity::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum = 1") == ""
    )


@pytest.mark.parametrize("content", [NOTES, '{"event": "planned"}\n', "\xe9"])
def test_moves_are_not_noted_in_a_file_of_another_kind(
    behind: Database, pgseq: Pgseq, tmp_path: Path, content: str
) -> None:
    notes = tmp_path / "notes"
    notes.write_text(content, encoding="latin-1")
    done = pgseq("fix", behind.dsn, "--yes", "--undo-file", "notes")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "pgseq: error: notes is there already, and is not an undo file of pgseq",
        "hint: name another file: --undo-file=FILE",
    ]
    assert notes.read_text("latin-1") == content
    assert behind.rows("SELECT last_value, is_called FROM t_id_seq") == [(1, False)]


def test_moves_are_noted_behind_others(behind: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    moves = tmp_path / "moves.jsonl"
    moves.touch()
    assert pgseq("fix", behind.dsn, "--yes", "--undo-file", moves).code == 0
    behind.run("INSERT INTO t VALUES (5)")
    assert pgseq("fix", behind.dsn, "--yes", "--undo-file", moves).code == 0
    assert len(moves.read_text("utf-8").splitlines()) == 4
