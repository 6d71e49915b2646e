"""What stands in the way of a move, and whether what is said of it is so: who holds a lock, or which bound was met."""

from __future__ import annotations

import time
from functools import partial
from typing import Final

import pytest

import pgseq as library
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import Limits
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.fixing import fixed
from tests.support.subscriber import wait_for

#: Read in some ten milliseconds, by no index.
TEXT: Final = """
CREATE TABLE t (id text DEFAULT nextval('s'), note text);
INSERT INTO t SELECT g FROM generate_series(1, 20000) AS g;
"""
BEHIND: Final = "CREATE TABLE t (id serial PRIMARY KEY, note text); INSERT INTO t SELECT generate_series(1, 10)"


@pytest.mark.parametrize(
    ("setup", "hint"),
    [
        (f"CREATE SEQUENCE s; {TEXT}", "--lock none, which holds none"),
        (
            "CREATE TABLE t (id serial, note text); INSERT INTO t SELECT generate_series(1, 20000)",
            "create an index on public.t.id or --lock none, which holds none",
        ),
    ],
    ids=["text", "no-index"],
)
def test_longer_than_a_lock_may_be_held(setup: str, hint: str, database: Database) -> None:
    database.run(setup)
    applied = fixed(database, Limits(hold_ms=1))
    assert applied.result == "failed"
    assert applied.reason.startswith("reading public.t takes longer than a lock may be held, 1 ms (")
    assert applied.hint == hint
    # What is advised helps.
    assert fixed(database, Limits(hold_ms=1), Policy(lock="none")).result == "moved"
    assert [one.status for one in library.check(database.dsn).sequences] == ["ok"]


def test_longer_than_a_lock_may_be_held_on_a_busy_table(database: Database) -> None:
    """Who writes is not to blame, once the lock was granted; nor is who draws from the sequence."""
    database.run(f"CREATE SEQUENCE s; {TEXT}")
    with database.connect(autocommit=False) as drawing:
        drawing.execute("SELECT nextval('s')")
        applied = fixed(database, Limits(hold_ms=1))
    assert applied.reason.startswith("reading public.t takes longer than a lock may be held")
    assert "pid" not in applied.reason
    assert "pg_terminate_backend" not in applied.hint


def test_the_sequence_is_locked(database: Database) -> None:
    database.run(BEHIND)
    with database.connect(autocommit=False) as altering:
        altered = partial(altering.execute, "ALTER SEQUENCE t_id_seq CACHE 1")
        applied = fixed(database, Limits(lock_ms=300, hold_ms=200), meanwhile=altered)
        assert applied.reason.startswith(f"public.t_id_seq is locked by pid {altering.info.backend_pid}")


def test_who_draws_from_the_sequence_is_not_in_the_way(database: Database) -> None:
    database.run(BEHIND)
    with database.connect(autocommit=False) as drawing, database.connect(autocommit=False) as writing:
        drawing.execute("SELECT nextval('t_id_seq')")
        writing.execute("UPDATE t SET note = 'x' WHERE id = 5")
        applied = fixed(database, Limits(lock_ms=200))
        assert applied.reason.startswith(f"public.t is locked by pid {writing.info.backend_pid}")
        assert str(drawing.info.backend_pid) not in applied.reason


@pytest.mark.parametrize(
    ("statement", "doing"),
    [
        ("INSERT INTO t (id, note) VALUES (99, 's3cret')", "idle in transaction after INSERT INTO t …"),
        ("UPDATE public.t SET note = 's3cret'", "idle in transaction after UPDATE public.t SET note …"),
        ("/* s3cret */ DELETE FROM t WHERE id = 12345", "idle in transaction"),
        ("LOCK t IN ROW EXCLUSIVE MODE; SELECT pg_sleep(30), 's3cret'", "active: LOCK t IN ROW …"),
    ],
)
@pytest.mark.sampled(2)
def test_what_a_session_in_the_way_does_is_said_before_it_is_offered_to_end_it(
    statement: str, doing: str, database: Database
) -> None:
    database.run(BEHIND)
    with database.connect(autocommit=False) as writing:
        pid = writing.info.backend_pid
        if doing.startswith("active"):
            writing.pgconn.send_query(statement.encode())
            wait_for(
                database, f"SELECT EXISTS (SELECT FROM pg_locks WHERE pid = {pid} AND mode ~ 'Exclusive' AND granted)"
            )
        else:
            writing.execute(statement.encode())
        applied = fixed(database, Limits(lock_ms=200))
        assert applied.reason.startswith(f"public.t is locked by pid {pid}, in a transaction for ")
        assert applied.reason.endswith(f" s, {doing}")
        assert "s3cret" not in applied.reason
        assert applied.hint == (
            f"wait for it; ending it undoes what it has done so far: SELECT pg_terminate_backend({pid})"
        )
        writing.close()


class TestPreparedTransactions:
    """Locks that no session holds."""

    @pytest.fixture
    def prepared(self, database: Database) -> Database:
        """A prepared transaction has inserted into t, and has a name to be quoted."""
        database.run(BEHIND)
        with database.connect(autocommit=False) as connection:
            connection.execute("INSERT INTO t VALUES (100)")
            connection.execute("PREPARE TRANSACTION 'it''s mine'")
            connection.rollback()
        return database

    def test_fix_names_it_and_what_ends_it(self, prepared: Database, pgseq: Pgseq) -> None:
        done = pgseq("fix", prepared.dsn, "--yes", "--lock-timeout", "200ms")
        prepared.run("ROLLBACK PREPARED 'it''s mine'")
        assert done.code == 1
        assert "public.t is locked by the prepared transaction 'it''s mine', prepared " in done.out
        assert "COMMIT PREPARED 'it''s mine', or ROLLBACK PREPARED 'it''s mine'" in done.out
        assert "pid" not in done.out
        assert pgseq("fix", prepared.dsn, "--yes").code == 0

    def test_check_names_it(self, database: Database, pgseq: Pgseq) -> None:
        database.run(BEHIND)
        with database.connect(autocommit=False) as connection:
            connection.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
            connection.execute("PREPARE TRANSACTION 'x'")
            connection.rollback()
        done = pgseq("check", database.dsn, "--lock-timeout", "200ms", "--format", "json")
        database.run("ROLLBACK PREPARED 'x'")
        (finding,) = done.json()["databases"][0]["sequences"][0]["findings"]
        assert finding["message"].startswith("public.t is locked by the prepared transaction 'x', prepared ")
        assert (done.code, finding["code"]) == (3, "PGS006")


def test_the_table_is_not_locked_for_longer_than_allowed(database: Database) -> None:
    """On 12, too, where a statement_timeout holds for all that arrives in one message."""
    database.run(BEHIND)
    with database.connect(autocommit=False) as altering:
        begun = 0.0

        def altered() -> None:
            nonlocal begun
            altering.execute("ALTER SEQUENCE t_id_seq CACHE 1")
            begun = time.monotonic()

        # The table is locked, the sequence cannot be.
        assert fixed(database, Limits(lock_ms=2000, hold_ms=200), meanwhile=altered).result == "failed"
        assert time.monotonic() - begun < 6
