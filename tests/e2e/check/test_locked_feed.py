"""One of the tables that a sequence feeds is locked while its sequence is looked at."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

import pgseq
from pgseq.model.reports import DatabaseReport
from tests.support.database import Database
from tests.support.roles import new_role

SHARED = """
CREATE SEQUENCE s;
CREATE TABLE a (id integer PRIMARY KEY DEFAULT nextval('s'));
CREATE TABLE b (id integer PRIMARY KEY DEFAULT nextval('s'));
INSERT INTO a SELECT generate_series(1, 10);
INSERT INTO b SELECT generate_series(11, 20);
"""


@pytest.fixture
def shared(database: Database) -> Database:
    """A sequence that two tables share, behind both."""
    database.run(SHARED)
    return database


def test_it_counts_again_once_it_is_free(shared: Database) -> None:
    with shared.connect(autocommit=False) as other:
        other.execute("LOCK TABLE b IN ACCESS EXCLUSIVE MODE")

        def confirm(report: DatabaseReport) -> bool:
            assert any("b is locked by pid" in found.message for one in report.sequences for found in one.findings)
            other.rollback()
            return True

        report = pgseq.fix(shared.dsn, lock_timeout=0.2, confirm=confirm)
    (one,) = report.sequences
    assert (one.status, one.diagnosis.next_value) == ("ok", 21)
    assert not any("locked" in found.message for found in one.findings)
    shared.run("INSERT INTO a DEFAULT VALUES; INSERT INTO b DEFAULT VALUES")


def test_it_is_waited_for_and_told_while_it_stays_locked(shared: Database) -> None:
    with shared.connect(autocommit=False) as other:
        other.execute("LOCK TABLE b IN ACCESS EXCLUSIVE MODE")
        report = pgseq.fix(shared.dsn, lock_timeout=0.2)
        (one,) = report.sequences
        assert one.applied is not None
        assert one.applied.result == "failed"
        assert one.applied.reason.startswith(f"public.b is locked by pid {other.info.backend_pid}")
        assert one.status == "out_of_sync"
    assert shared.value("SELECT last_value FROM s") == 1


def test_who_locks_it_may_not_be_seen(shared: Database) -> None:
    """A question that is refused stops no other sequence."""
    shared.run("CREATE TABLE c (id serial PRIMARY KEY); REVOKE SELECT ON pg_locks FROM PUBLIC")
    grants = "GRANT SELECT ON a, b, c, s, c_id_seq TO {role}"
    with new_role(shared, grants) as role, shared.connect(autocommit=False) as other:
        other.execute("LOCK TABLE b IN ACCESS EXCLUSIVE MODE")
        with role.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT FROM pg_locks")
        report = pgseq.check(make_conninfo(role.dsn), lock_timeout=0.2)
    found = {one.sequence.name: one for one in report.sequences}
    assert {name: one.status for name, one in found.items()} == {"s": "out_of_sync", "c_id_seq": "ok"}
    assert any("no lock on public.b within 200 ms" in each.message for each in found["s"].findings)
