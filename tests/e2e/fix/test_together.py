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
from tests.support.roles import new_role

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


@pytest.mark.parametrize("swap", ["CREATE VIEW {t} AS SELECT run() AS id", "CREATE TABLE {t} (id integer)"])
def test_what_a_stranger_exchanges_runs_nothing_and_stops_no_other(tables: Database, swap: str) -> None:
    """After the plan another relation has the name of one of his tables, and another has an index with his function."""
    stranger = """
        CREATE SEQUENCE ran; GRANT ALL ON SEQUENCE ran TO PUBLIC;
        CREATE FUNCTION run() RETURNS integer IMMUTABLE LANGUAGE sql AS $$SELECT nextval('public.ran')::integer$$;
        ALTER FUNCTION run() OWNER TO {role};
        SET ROLE {role};
    """
    with new_role(tables, "GRANT CREATE ON SCHEMA public TO {role}") as role:
        for name in NAMES:
            role.granted(f"ALTER TABLE {name} OWNER TO {{role}}")
        exchange = f"ALTER TABLE {FIFTH} RENAME TO was; {swap.format(t=FIFTH)}; CREATE INDEX ON {NAMES[0]} (run())"
        meanwhile = f"{stranger}; {exchange}; RESET ROLE; SELECT setval('ran', 1, false)"
        results = told(fixed(tables, meanwhile.replace("{role}", role.sql)))
        assert tables.rows("SELECT last_value, is_called FROM ran") == [(1, False)]
    assert {results.pop(name)[0] for name in (NAMES[0], "was")} == {"failed"}
    assert results == {name: MOVED for name in NAMES if name not in (NAMES[0], FIFTH)}
