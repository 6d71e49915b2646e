"""--lock none: no table is locked, and still one at a time moves a sequence."""

from __future__ import annotations

import pytest

import pgseq
from pgseq.sql.move import key
from tests.support.commandline import Pgseq
from tests.support.database import Database

BEHIND = "CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users SELECT generate_series(1, 10)"


@pytest.fixture
def behind(database: Database) -> Database:
    database.run(BEHIND)
    return database


def test_a_writer_does_not_hold_it_up(behind: Database, pgseq: Pgseq) -> None:
    with behind.connect(autocommit=False) as writer:
        writer.execute("INSERT INTO users VALUES (11)")
        done = pgseq("fix", behind.dsn, "--yes", "--lock", "none")
        assert (done.code, behind.value("SELECT last_value FROM users_id_seq")) == (0, 10)
        writer.rollback()


def test_it_waits_for_whoever_moves_the_same_sequence(behind: Database) -> None:
    (one,) = pgseq.check(behind.dsn).sequences
    with behind.connect(autocommit=False) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({key(one.sequence)})")
        (left,) = pgseq.fix(behind.dsn, lock="none", lock_timeout=0.1).sequences
        assert left.applied is not None
        assert left.applied.result == "failed"
        assert left.applied.reason == (
            "another session has held the advisory lock of public.users_id_seq for 100 ms: another pgseq, a guard, or "
            "anybody"
        )
        assert behind.rows("SELECT last_value, is_called FROM users_id_seq") == [(1, False)]
        other.rollback()
    (moved,) = pgseq.fix(behind.dsn, lock="none").sequences
    assert moved.applied is not None
    assert moved.applied.result == "moved"
    assert behind.value("INSERT INTO users DEFAULT VALUES RETURNING id") == 11


def test_in_a_transaction_of_the_caller_the_lock_is_given_back(behind: Database) -> None:
    with behind.connect(autocommit=False) as connection:
        connection.execute("SELECT 1")
        (moved,) = pgseq.fix(connection, lock="none").sequences
        assert moved.applied is not None
        assert moved.applied.result == "moved"
        assert connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone() == (0,)
        connection.rollback()
