"""`undo` puts no sequence behind a stored value unasked, whatever the undo file says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.commandline import Completed, Pgseq
from tests.support.database import Database
from tests.support.waiting import released_to_a_waiter

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 10)"
FORCE = "--force puts it back all the same"


def note(
    database: Database, file: Path, before: tuple[int, bool], after: tuple[int, bool], sequence: str = "t_id_seq"
) -> Path:
    """An undo file as pgseq writes it, by another hand."""
    line: dict[str, Any] = {
        "event": "done",
        "server": str(database.value("SELECT system_identifier FROM pg_control_system()")),
        "database": database.name,
        "oid": database.value(f"SELECT '{sequence}'::regclass::oid"),
        "sequence": f"public.{sequence}",
        "before": before,
        "after": after,
    }
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    file.chmod(0o600)
    return file


def position(database: Database, sequence: str = "t_id_seq") -> tuple[object, ...]:
    (row,) = database.rows(f"SELECT last_value, is_called FROM {sequence}")
    return row


def words(done: Completed) -> str:
    return " ".join(done.out.split())


@pytest.mark.slow
def test_the_way_back_from_a_fix(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """The next INSERT would fail there, as before the fix: that is done when it is asked for in so many words."""
    database.run(BEHIND)
    moves = tmp_path / "moves.jsonl"
    assert pgseq("fix", database.dsn, "--yes", "--undo-file", moves).code == 0
    done = pgseq("undo", moves, database.dsn, "--yes")
    assert done.code == 1
    assert f"from 1 on it would hand out 1, which is stored in public.t.id {FORCE}" in words(done)
    assert position(database) == (10, True)
    assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") == 11
    database.run("SELECT setval('t_id_seq', 10)")
    assert pgseq("undo", moves, database.dsn, "--yes", "--force").code == 0
    assert position(database) == (1, False)


@pytest.mark.slow
def test_where_the_rows_are_gone(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(BEHIND)
    moves = tmp_path / "moves.jsonl"
    assert pgseq("fix", database.dsn, "--yes", "--undo-file", moves).code == 0
    database.run("DELETE FROM t")
    done = pgseq("undo", moves, database.dsn, "--yes")
    assert (done.code, position(database)) == (0, (1, False)), done


#: A sequence's definition, its table's rows, before, after; the value that it would hand out again, or None.
SITUATIONS = {
    "edited": ("", "(7), (90)", (5, True), (100, True), 7),
    "free": ("", "(3), (5)", (5, True), (100, True), None),
    "free, not called": ("", "(3), (5)", (6, False), (100, True), None),
    "not called": ("", "(6)", (6, False), (100, True), 6),
    "off the grid": ("INCREMENT 10", "(7), (20)", (5, True), (105, True), None),
    "on the grid": ("INCREMENT 10", "(7), (25)", (5, True), (105, True), 25),
    "descending": ("INCREMENT -1 MINVALUE -1000 MAXVALUE -1", "(-3), (-50)", (-5, True), (-100, True), -50),
    "beyond the range": ("MAXVALUE 1000", "(2000), (-1)", (5, True), (100, True), None),
    "a cycle at its end": ("MAXVALUE 1000 CYCLE", "(2)", (1000, True), (3, True), 2),
    "a cycle": ("MAXVALUE 1000 CYCLE", "(2)", (4, True), (100, True), None),
    "forward": ("", "(3)", (190000000, True), (5, True), None),
}


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.slow
def test_whatever_the_file_says(database: Database, pgseq: Pgseq, tmp_path: Path, name: str) -> None:
    definition, rows, before, after, held = SITUATIONS[name]
    database.run(f"CREATE SEQUENCE t_id_seq {definition}")
    database.run(f"CREATE TABLE t (id bigint DEFAULT nextval('t_id_seq')); INSERT INTO t VALUES {rows}")
    database.run(f"SELECT setval('t_id_seq', {after[0]}, {after[1]})")
    moves = note(database, tmp_path / "moves.jsonl", before, after)
    done = pgseq("undo", moves, database.dsn, "--yes")
    if name == "forward":
        assert "190000000 lies ahead of 5, where the move is said to have led" in words(done)
    elif held is not None:
        assert f"from {before[0]} on it would hand out {held}, which is stored in public.t.id" in words(done)
    if held is not None or name == "forward":
        assert (done.code, position(database)) == (1, after), done
        assert FORCE in words(done)
        assert pgseq("undo", moves, database.dsn, "--yes", "--force").code == 0
    assert position(database) == before


def test_what_cannot_be_compared(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """Unknown is not free."""
    database.run("CREATE SEQUENCE t_id_seq; CREATE TABLE t (id text DEFAULT 'x' || nextval('t_id_seq'))")
    database.run("INSERT INTO t VALUES ('x7'); SELECT setval('t_id_seq', 100)")
    moves = note(database, tmp_path / "moves.jsonl", (5, True), (100, True))
    done = pgseq("undo", moves, database.dsn, "--yes")
    assert (done.code, position(database)) == (1, (100, True))
    assert "what public.t.id holds cannot be compared: " in words(done)
    assert FORCE in words(done)


@pytest.mark.slow
def test_a_declared_feed(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE SEQUENCE s; CREATE TABLE t (id int); INSERT INTO t VALUES (7); SELECT setval('s', 100)")
    moves = note(database, tmp_path / "moves.jsonl", (5, True), (100, True), "s")
    laid_down = tmp_path / "pgseq.toml"
    laid_down.write_text('feeds = [{ sequence = "public.s", column = "public.t.id" }]\n', encoding="utf-8")
    done = pgseq("undo", moves, database.dsn, "--yes")
    assert (done.code, position(database, "s")) == (1, (100, True))
    assert "which is stored in public.t.id" in words(done)
    assert done.err == f"pgseq: {laid_down}: 1 feed declared\n"
    laid_down.rename(tmp_path / "other.toml")
    assert pgseq("undo", moves, database.dsn, "--yes", "--config", "other.toml").code == 1
    assert pgseq("undo", moves, database.dsn, "--yes").code == 0
    assert position(database, "s") == (5, True)


@pytest.mark.slow
def test_a_value_being_stored_at_that_moment(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """The lock on the table waits for it; what is compared is what stands then."""
    database.run("CREATE TABLE t (id serial PRIMARY KEY); SELECT setval('t_id_seq', 100)")
    moves = note(database, tmp_path / "moves.jsonl", (5, True), (100, True))
    with database.connect(autocommit=False) as writer:
        writer.execute("INSERT INTO t VALUES (7)")
        with released_to_a_waiter(database, writer.commit):
            done = pgseq("undo", moves, database.dsn, "--yes", "--lock-timeout", "30s")
    assert (done.code, position(database)) == (1, (100, True))
    assert "it would hand out 7, which is stored in public.t.id" in words(done)
