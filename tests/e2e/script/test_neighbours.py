"""The scripts beside eight writers, on a database of ten thousand sequences, and on servers that they refuse."""

from __future__ import annotations

import os
import time
from typing import Final

import psycopg
import pytest

from pgseq.commands.script.compose import Mode, script
from tests.e2e.fix.test_neighbours import APPLICATION, WAYS, WRITERS
from tests.e2e.script.running import run
from tests.support.application import at_work, watched
from tests.support.database import Database

MODES: Final[tuple[Mode, ...]] = ("check", "fix")
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


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "version",
    [
        "PostgreSQL 11.22 on x86_64-pc-linux-gnu",
        "PostgreSQL 9.4.26 (Greenplum Database 6.25.3) on x86_64",
        "PostgreSQL 15.2-YB-2.25.0.0-b0 on aarch64",
        "CockroachDB CCL v24.1.0",
    ],
)
def test_what_is_not_postgresql_12_is_refused_by_the_first_act(database: Database, version: str, mode: Mode) -> None:
    """None of them is at hand: the script asks a function that answers as they do."""
    database.run(
        "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1); CREATE SCHEMA theirs;"
        f"CREATE FUNCTION theirs.version() RETURNS text LANGUAGE sql AS $$ SELECT '{version}' $$"
    )
    text = script(mode).replace(" version()", " theirs.version()")
    with database.connect() as client, pytest.raises(psycopg.errors.FeatureNotSupported) as error:
        client.execute(text.encode())
    assert error.value.diag.message_primary == "pgseq needs PostgreSQL 12 or later"
    assert error.value.diag.message_hint == f"This is {version}"
    assert database.value("SELECT nextval('t_id_seq')") == 1


@pytest.mark.parametrize(
    "version", ["PostgreSQL 12.0", "PostgreSQL 19devel on x86_64", "PostgreSQL 18.1 (EnterpriseDB)"]
)
def test_any_postgresql_since_12_is_taken(database: Database, version: str) -> None:
    database.run(
        f"CREATE SCHEMA theirs;CREATE FUNCTION theirs.version() RETURNS text LANGUAGE sql AS $$ SELECT '{version}' $$"
    )
    text = script("check").replace(" version()", " theirs.version()")
    with database.connect() as client:
        client.execute(text.encode())
