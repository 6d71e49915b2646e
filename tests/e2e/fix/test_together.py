"""Steps of several tables in one transaction: all of its locks at once or none, and each step told as it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgseq import workflow
from pgseq.model.limits import Limits
from pgseq.model.reports import DatabaseReport
from pgseq.model.sequences import Position
from pgseq.pg.apply import MOST
from pgseq.pg.connect import open_pool
from pgseq.undo_file import entries, open_undo_file
from tests.support.database import Database

COUNT = MOST + 2
NAMES = [f"t{number:02}" for number in range(1, COUNT + 1)]
FIFTH = NAMES[4]


@pytest.fixture
def tables(database: Database) -> Database:
    """Tables whose sequences were never called, with rows up to 10 in each."""
    for name in NAMES:
        database.run(f"CREATE TABLE {name} (id serial PRIMARY KEY); INSERT INTO {name} SELECT generate_series(1, 10)")
    return database


def fixed(database: Database, meanwhile: str, path: Path | None = None) -> DatabaseReport:
    """What a fix reports before whose steps somebody runs `meanwhile`."""

    def confirm(report: DatabaseReport) -> bool:
        if meanwhile:
            database.run(meanwhile)
        return True

    options = workflow.Options(limits=Limits(lock_ms=100))
    with open_pool(database.dsn, 1) as pool, open_undo_file(path) as undo_file:
        return workflow.fix(pool, options, confirm, undo_file=undo_file)


def told(report: DatabaseReport) -> dict[str, tuple[str, Position | None, Position | None]]:
    """Result and positions by table."""
    return {
        one.sequence.feeds[0].table: (one.applied.result, one.applied.before, one.applied.after)
        for one in report.sequences
        if one.applied is not None
    }


MOVED = ("moved", Position(last_value=1, is_called=False), Position(last_value=10, is_called=True))


def test_each_goes_by_the_statement_that_the_plan_shows(tables: Database) -> None:
    tables.run("ALTER DATABASE :database SET log_statement = 'all'".replace(":database", tables.name))
    planned: list[str] = []

    def confirm(report: DatabaseReport) -> bool:
        planned.extend(one.step.change.statements[-1] for one in report.sequences if one.step is not None)
        return True

    with open_pool(tables.dsn, 1) as pool:
        assert told(workflow.fix(pool, workflow.Options(), confirm)) == dict.fromkeys(NAMES, MOVED)
    # The log indents what goes on in a new line.
    log = tables.server.embedded.log_text().replace("\n\t", "\n")
    assert len(planned) == COUNT
    assert all(move in log for move in planned)
    free = ", ".join(f"public.{name}" for name in reversed(NAMES[2:]))
    # In 12 a time-out holds for a whole message, which is then one transaction's.
    assert (f"LOCK TABLE {free} IN SHARE ROW EXCLUSIVE MODE NOWAIT" in log) == (tables.server.major > 12)


def test_one_that_fails_leaves_the_others_told_as_they_went(tables: Database, tmp_path: Path) -> None:
    path = tmp_path / "undo"
    report = fixed(tables, f"ALTER TABLE {FIFTH} ALTER id DROP DEFAULT, ALTER id TYPE text", path)
    results = told(report)
    assert results.pop(FIFTH)[0] == "failed"
    assert results == {name: MOVED for name in NAMES if name != FIFTH}
    assert {entry.sequence for entry in entries(path) if not entry.interrupted} == {
        f"public.{name}_id_seq" for name in NAMES if name != FIFTH
    }


def test_one_that_is_held_leaves_the_others_free(tables: Database) -> None:
    with tables.connect() as holder:
        holder.autocommit = False
        holder.execute(f"LOCK TABLE {FIFTH} IN ROW EXCLUSIVE MODE")
        results = told(fixed(tables, ""))
    assert results.pop(FIFTH)[0] == "failed"
    assert results == {name: MOVED for name in NAMES if name != FIFTH}
