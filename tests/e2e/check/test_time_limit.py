"""--time-limit: the time for all reading together."""

from __future__ import annotations

import time

from tests.support.commandline import Completed, Pgseq
from tests.support.database import Database


def unknown(done: Completed) -> set[tuple[str, str]]:
    """The messages and hints on what was not seen."""
    (database,) = done.json()["databases"]
    return {(found["message"], found["hint"]) for one in database["sequences"] for found in one["findings"]}


def test_it_holds_without_a_bound_on_statements(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY)")
    limits = ("--statement-timeout", "0", "--lock-timeout", "20s", "--time-limit", "1s")
    with database.connect(autocommit=False) as other:
        other.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        done = pgseq("check", database.dsn, *limits, "--format", "json")
        assert time.monotonic() - started < 10
    assert done.code == 3
    ((message, hint),) = unknown(done)
    assert "not reached within 1 s" in message
    assert hint == "give more time with --time-limit"


def test_no_table_is_tried_alone_when_it_is_over(database: Database, pgseq: Pgseq) -> None:
    # Texts are read one by one: this takes far longer.
    for name in "abc":
        database.run(f"CREATE TABLE {name} (id bigserial); ALTER TABLE {name} ALTER id TYPE text")
        database.run(f"INSERT INTO {name} SELECT generate_series(1, 200000)")
    done = pgseq("check", database.dsn, "--time-limit", "10ms", "--format", "json")
    assert done.code == 3
    assert {hint for _, hint in unknown(done)} == {"give more time with --time-limit"}
