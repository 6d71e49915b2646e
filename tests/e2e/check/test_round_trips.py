"""Several transactions in one message: each stands for itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pytest

from pgseq.errors import ConnectionFailed, QueryFailed
from pgseq.pg.apply import flush
from pgseq.pg.drivers.psycopg3 import PsycopgSession
from pgseq.pg.session import Answer, commit_each, transaction
from tests.support.database import Database
from tests.support.subscriber import wait_for


def rows(answer: Answer) -> object:
    """What the last statement returned; the SQLSTATE of one that failed."""
    if isinstance(answer, list):
        return answer[-1].rows
    return answer.sqlstate if isinstance(answer, QueryFailed) else type(answer)


def test_one_that_fails_stops_no_other(database: Database) -> None:
    database.run("CREATE TABLE t (n integer PRIMARY KEY)")
    inserts = [[f"INSERT INTO t VALUES ({n})", "SELECT count(*) FROM t"] for n in (1, 2, 2, 3, 3, 4)]
    with database.connect(autocommit=True) as connection:
        answers = commit_each(PsycopgSession(connection), inserts)
        assert [rows(one) for one in answers] == [[(1,)], [(2,)], "23505", [(3,)], "23505", [(4,)]]
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert database.value("SELECT array_agg(n ORDER BY n) FROM t") == [1, 2, 3, 4]


def test_what_was_answered_before_the_connection_was_lost_is_known(database: Database) -> None:
    database.run("CREATE TABLE t (n integer)")
    script = [["INSERT INTO t VALUES (1) RETURNING n"], ["SELECT pg_terminate_backend(pg_backend_pid())"], ["SELECT 3"]]
    with database.connect(autocommit=True) as connection:
        answers = commit_each(PsycopgSession(connection), script)
    # Until 12 each transaction is a round trip of its own, and the answer is the same.
    assert [rows(one) for one in answers] == [[(1,)], ConnectionFailed, ConnectionFailed]
    assert database.value("SELECT count(*) FROM t") == 1


def test_in_the_caller_s_transaction(database: Database) -> None:
    database.run("CREATE SEQUENCE s")
    with database.connect(autocommit=False) as connection:
        connection.execute("SELECT 1")
        answers = commit_each(PsycopgSession(connection), [["SELECT nextval('s')"], ["SELECT 1/0"], ["SELECT 5"]])
        assert [rows(one) for one in answers] == [[(1,)], "22012", [(5,)]]
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS


def test_a_flush_does_not_go_by_the_settings_of_the_role(database: Database) -> None:
    database.run("CREATE SEQUENCE s")
    with database.connect(autocommit=True) as connection:
        session = PsycopgSession(connection)
        session.run("SET synchronous_commit = off")
        session.run("SELECT setval('s', 5)")
        ((end,),) = session.run("SELECT pg_current_wal_insert_lsn()")[0].rows
        flush(session)
        ((on_disk,),) = session.run(f"SELECT pg_current_wal_flush_lsn() >= '{end}'")[0].rows
        assert on_disk
        assert session.run("SHOW synchronous_commit")[0].rows == [("off",)]


@pytest.mark.parametrize("text", ["'ü€'", "E'\\t'"])
def test_texts_arrive_as_they_are(database: Database, text: str) -> None:
    with database.connect(autocommit=True) as connection:
        (answer,) = commit_each(PsycopgSession(connection), [[f"SELECT {text}"]])
    assert rows(answer) == [(eval(text.removeprefix("E")),)]


@pytest.mark.parametrize("run", [transaction, lambda session, statements: commit_each(session, [statements])])
def test_a_cancelled_session_is_in_no_transaction_when_it_runs_again(
    run: Callable[[PsycopgSession, list[str]], object], database: Database
) -> None:
    with database.connect(autocommit=True) as connection:
        session = PsycopgSession(connection)

        def work() -> None:
            with suppress(ConnectionFailed):
                run(session, ["SELECT pg_sleep(60)"])

        worker = threading.Thread(target=work)
        worker.start()
        asleep = f"SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = {connection.info.backend_pid}"
        wait_for(database, asleep)
        session.cancel()
        worker.join(10)
        assert not worker.is_alive()
        with pytest.raises(ConnectionFailed, match="called off"):
            session.run("SELECT 1")
        session.resume()
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert session.run("SELECT 1")[0].rows == [(1,)]
