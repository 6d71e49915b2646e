"""The scripts beside eight writers, on a database of ten thousand sequences, and on servers that they refuse."""

from __future__ import annotations

import os
import time

import psycopg
import pytest

from pgseq.commands.script.compose import script
from tests.e2e.fix.test_neighbours import APPLICATION, WAYS, WRITERS
from tests.e2e.script.running import run
from tests.support.application import at_work, watched
from tests.support.database import Database

#: More than a default server's lock table has room for in one transaction.
MANY = 10_000


@pytest.mark.parametrize("at_once", [True, False], ids=["one transaction", "one by one"])
def test_fix_under_writers(database: Database, at_once: bool) -> None:
    """After the script no insert fails for a sequence, and no sequence has gone back."""
    database.run(APPLICATION)
    with watched(database, WAYS) as back, at_work(database, WRITERS) as writers, database.connect() as client:
        time.sleep(0.3)
        run(client, "fix", prepared=None if at_once else False)
        # Ids that are stored ahead later would make later inserts fail, and rightly so.
        writers["inserts ahead"].stop()
        rows = run(client, "fix", prepared=None if at_once else False)
        done = time.monotonic()
        while sum(one.begun > done for writer in writers.values() for one in tuple(writer.statements)) <= 100:
            assert time.monotonic() < done + 60, "hardly anything is written after the fix"
            time.sleep(0.05)
        later = run(client, "check")
    assert back == []
    assert {row["result"] for row in rows.values()} <= {"moved", "unchanged"}
    assert {row["status"] for row in later.values()} == {"ok"}
    late = [one for writer in writers.values() for one in writer.statements if one.begun > done and one.sqlstate]
    assert late == []


@pytest.mark.skipif("PGSEQ_LARGE" not in os.environ, reason="takes minutes: PGSEQ_LARGE=1")
@pytest.mark.parametrize("prepared", [None, False], ids=["one transaction", "one by one"])
def test_ten_thousand_sequences(database: Database, prepared: bool | None) -> None:
    """None is out of shared memory; what one transaction may not lock any more is named, and a next run goes on."""
    for start in range(0, MANY, 1000):
        database.run(
            f"DO $$ BEGIN FOR i IN {start + 1}..{start + 1000} LOOP"
            " EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY)', i);"
            " EXECUTE format('INSERT INTO t%s SELECT generate_series(1, 5)', i); END LOOP; END $$"
        )
    with database.connect() as client:
        checked = run(client, "check", prepared=prepared)
        assert [row["status"] for row in checked.values()] == ["out_of_sync"] * MANY
        left = MANY
        while left:
            rows = run(client, "fix", prepared=prepared)
            reasons = [row["reason"] for row in rows.values() if row["result"] not in ("moved", "unchanged")]
            assert all("not reached" in reason for reason in reasons)
            assert len(reasons) < left
            assert prepared is None or not reasons
            left = len(reasons)
        assert {row["status"] for row in run(client, "check", prepared=prepared).values()} == {"ok"}


def test_server_that_is_too_old_is_refused_at_once(database: Database) -> None:
    """No server older than 12 is at hand: the script asks this one for a major that it is not."""
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
    text = script("fix").replace("< 120000", "< 990000", 1)
    with database.connect() as client, pytest.raises(psycopg.Error) as error:
        client.execute(text.encode())
    assert "pgseq needs PostgreSQL 12 or later, and this is PostgreSQL" in str(error.value)
    assert database.value("SELECT nextval('t_id_seq')") == 1
