"""`pgseq undo`: database by database, each move once, and what stands between it and going back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database
from tests.support.terminal import on_terminal

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 10)"
POSITION = "SELECT last_value, is_called FROM t_id_seq"


@pytest.fixture
def second(database: Database) -> Iterator[Database]:
    """Another database of the same server."""
    with fresh_database(database.server) as fresh:
        yield fresh


@pytest.fixture
def moves(database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> Path:
    """What `fix` has noted of a move in each of the two."""
    file = tmp_path / "moves.jsonl"
    for one in (database, second):
        one.run(BEHIND)
    assert pgseq("fix", database.dsn, second.dsn, "--yes", "--undo-file", file).code == 0
    return file


def test_it_asks_about_what_it_will_put_back(database: Database, second: Database, moves: Path, tmp_path: Path) -> None:
    question = "Put back 1 sequence? [y/N]"
    declined = on_terminal(tmp_path, "undo", str(moves), database.dsn, "--force", answers=((question, "n\n"),))
    assert declined.code == 1
    assert "Nothing was changed." in declined.out
    assert database.rows(POSITION) == [(10, True)]
    done = on_terminal(tmp_path, "undo", moves.name, database.dsn, "--force", answers=((question, "y\n"),))
    assert done.code == 0
    assert f"1 other move in {moves.name}: made in {second.name}" in done.out
    assert (database.rows(POSITION), second.rows(POSITION)) == ([(1, False)], [(10, True)])


@pytest.mark.slow
def test_each_database_by_its_name(database: Database, second: Database, moves: Path, pgseq: Pgseq) -> None:
    done = pgseq("undo", moves, database.dsn, second.dsn, "--yes", "--force")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    headings = [line.partition(" on ")[0] for line in lines if " (PostgreSQL " in line]
    assert headings == [database.name, second.name]
    assert [line.split() for line in lines if "moved" in line] == [
        ["✓", "public.t_id_seq", "moved", "10", "→", "1"]
    ] * 2
    assert "other move" not in done.out


def test_a_second_time_there_is_nothing_to_do(database: Database, moves: Path, pgseq: Pgseq) -> None:
    assert pgseq("undo", moves, database.dsn, "--yes", "--force").code == 0
    again = pgseq("undo", moves, database.dsn, "--yes")
    assert again.code == 0
    assert "it stands there already" in again.out
    assert "used since" not in again.out
    assert database.rows(POSITION) == [(1, False)]


def test_a_renamed_sequence_is_told_by_its_new_name(database: Database, moves: Path, pgseq: Pgseq) -> None:
    database.run("ALTER SEQUENCE t_id_seq RENAME TO numbers")
    done = pgseq("undo", moves, database.dsn, "--yes")
    assert done.code == 1
    assert "renamed since: it is public.numbers now" in done.out
    statement = "SELECT pg_catalog.setval('public.numbers', 1, false)"
    said = " ".join(done.out.split())
    assert "if nobody has drawn from it since" in said
    assert statement in done.out
    assert database.rows("SELECT last_value, is_called FROM numbers") == [(10, True)]
    database.run(statement)
    assert database.rows("SELECT last_value, is_called FROM numbers") == [(1, False)]


def test_a_dropped_sequence(database: Database, moves: Path, pgseq: Pgseq) -> None:
    database.run("DROP TABLE t")
    done = pgseq("undo", moves, database.dsn, "--yes")
    assert done.code == 1
    assert "dropped since" in done.out


class TestRehearsal:
    """--dry-run tells of each move what --yes would do, and changes nothing."""

    def test_it_says_what_comes_true(self, database: Database, second: Database, moves: Path, pgseq: Pgseq) -> None:
        # In the first nothing stands in the way; in the second it has been used since.
        database.run("DELETE FROM t")
        second.run("INSERT INTO t DEFAULT VALUES")
        rehearsed = pgseq("undo", moves, database.dsn, second.dsn, "--dry-run", "--format", "json")
        assert rehearsed.code == 1
        assert (database.rows(POSITION), second.rows(POSITION)) == ([(10, True)], [(11, True)])
        there, here = (
            {one["database"]: one for one in rehearsed.json()["databases"]}[d.name] for d in (database, second)
        )
        assert (there["dry_run"], there["host"]) == (True, str(database.server.embedded.folder))
        (move,) = there["moves"]
        assert (move["sequence"], move["result"], move["from"], move["to"]) == ("public.t_id_seq", "would move", 10, 1)
        assert here["moves"][0]["result"] == "skipped"
        done = pgseq("undo", moves, database.dsn, second.dsn, "--yes", "--format", "json")
        results = [move["result"] for one in done.json()["databases"] for move in one["moves"]]
        assert (done.code, done.err, results) == (1, "", ["moved", "skipped"])
        assert (database.rows(POSITION), second.rows(POSITION)) == ([(1, False)], [(11, True)])

    def test_what_is_stored_is_seen(self, database: Database, moves: Path, pgseq: Pgseq) -> None:
        rehearsed = pgseq("undo", moves, database.dsn, "--dry-run")
        assert rehearsed.code == 1
        assert "from 1 on it would hand out 1, which is stored in public.t.id" in rehearsed.out
        forced = pgseq("undo", moves, database.dsn, "--dry-run", "--force")
        assert (forced.code, re.search(r"public\.t_id_seq +would move +10 → 1\n", forced.out) is not None) == (0, True)
        assert database.rows(POSITION) == [(10, True)]

    def test_a_document_asks_nothing(self, database: Database, moves: Path, pgseq: Pgseq) -> None:
        done = pgseq("undo", moves, database.dsn, "--format", "json")
        assert (done.code, done.out) == (2, "")
        assert pgseq("undo", moves, database.dsn, "--dry-run", "--yes").code == 2


@pytest.mark.slow
def test_a_document_of_a_fix_leaves_standard_error_alone(database: Database, pgseq: Pgseq) -> None:
    """It has the plan: `fix.sql` of each sequence."""
    database.run(BEHIND)
    for how in ("--dry-run", "--yes"):
        for format in ("json", "csv", "markdown"):
            done = pgseq("fix", database.dsn, how, "--format", format)
            assert done.err == "", (how, format)
