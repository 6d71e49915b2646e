"""check, fix and verify on a connection of the caller's own, which is left as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import psycopg
import pytest
from psycopg import ClientCursor, IsolationLevel, RawCursor
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row, namedtuple_row
from psycopg.types.numeric import FloatLoader
from psycopg.types.string import TextLoader

import pgseq
from pgseq.errors import UsageError
from pgseq.model.reports import DatabaseReport
from tests.support.database import Database

Connection = psycopg.Connection[Any]

BEHIND: Final = """
CREATE TABLE a (id serial PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 10);
CREATE TABLE b (id serial PRIMARY KEY);
"""


@pytest.fixture
def broken(database: Database) -> Database:
    database.run(BEHIND)
    return database


def statuses(report: DatabaseReport) -> dict[str, str]:
    return {one.sequence.name[0]: one.status for one in report.sequences}


def results(report: DatabaseReport) -> dict[str, str]:
    return {one.sequence.name[0]: one.applied.result for one in report.sequences if one.applied}


def settings(connection: Connection) -> list[Any]:
    """All settings of the session, and in which state it is."""
    status = connection.info.transaction_status
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name <> 'transaction_deferrable' ORDER BY name")
        found = [(row["name"], row["setting"]) for row in cursor.fetchall()]
    if status == TransactionStatus.IDLE and not connection.autocommit:
        connection.rollback()
    return [status, connection.autocommit, connection.row_factory, *found]


def every_window(connection: Connection) -> None:
    """check, verify, verify by inserts, fix: all right, with nothing changed in the connection."""
    before = settings(connection)
    assert statuses(pgseq.check(connection)) == {"a": "out_of_sync", "b": "ok"}
    assert settings(connection) == before
    assert [proof.proved for proof in pgseq.verify(connection, insert=True).proofs] == [False, True]
    assert settings(connection) == before
    report = pgseq.fix(connection)
    assert (statuses(report), results(report)) == ({"a": "ok", "b": "ok"}, {"a": "moved"})
    assert settings(connection) == before


def test_autocommit(broken: Database) -> None:
    with broken.connect() as connection:
        every_window(connection)
        assert connection.info.transaction_status == TransactionStatus.IDLE


def test_idle_without_autocommit(broken: Database) -> None:
    with broken.connect(autocommit=False) as connection:
        every_window(connection)
        assert connection.info.transaction_status == TransactionStatus.IDLE
        # What was done was committed, if there was anything.
        connection.rollback()
        assert statuses(pgseq.check(broken.dsn)) == {"a": "ok", "b": "ok"}


def test_open_transaction(broken: Database) -> None:
    """Its own uncommitted rows count; settings and locks end with pgseq's savepoint; commit stays with the caller."""
    with broken.connect(autocommit=False) as connection:
        connection.execute("SET LOCAL statement_timeout = '7s'; SET LOCAL search_path = 'somewhere', public")
        connection.execute("INSERT INTO a VALUES (70)")
        connection.execute("INSERT INTO b VALUES (1)")
        before = settings(connection)
        report = pgseq.check(connection)
        assert [(one.status, one.diagnosis.furthest) for one in report.sequences] == [
            ("out_of_sync", 70),
            ("out_of_sync", 1),
        ]
        assert settings(connection) == before
        assert results(pgseq.fix(connection)) == {"a": "moved", "b": "moved"}
        assert settings(connection) == before
        assert connection.info.transaction_status == TransactionStatus.INTRANS
        held = "SELECT DISTINCT mode FROM pg_locks WHERE pid = pg_backend_pid() AND mode LIKE 'Share%'"
        assert connection.execute(held).fetchall() == []
        assert broken.value("SELECT count(*) FROM a") == 10
        with pytest.raises(psycopg.errors.InvalidSavepointSpecification), connection.transaction():
            connection.execute("RELEASE SAVEPOINT pgseq")
        connection.rollback()
    assert broken.rows("SELECT count(*), max(id) FROM a") == [(10, 10)]
    # Moves are not undone by ROLLBACK.
    assert [broken.value(f"SELECT nextval('{table}_id_seq')") for table in "ab"] == [71, 2]


def test_open_transaction_with_a_savepoint_of_that_name(broken: Database) -> None:
    with broken.connect(autocommit=False) as connection:
        connection.execute("SAVEPOINT pgseq")
        connection.execute("INSERT INTO b VALUES (1)")
        assert results(pgseq.fix(connection)) == {"a": "moved", "b": "moved"}
        connection.execute("ROLLBACK TO SAVEPOINT pgseq")
        assert connection.execute("SELECT count(*) FROM b").fetchone() == (0,)


def test_open_transaction_and_a_locked_table(broken: Database) -> None:
    """What the server refuses leaves the transaction usable."""
    with broken.connect(autocommit=False) as other, broken.connect(autocommit=False) as connection:
        other.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE")
        connection.execute("INSERT INTO b VALUES (1)")
        assert statuses(pgseq.check(connection, lock_timeout=0.1)) == {"a": "unknown", "b": "out_of_sync"}
        assert results(pgseq.fix(connection, lock_timeout=0.1)) == {"b": "moved"}
        connection.commit()
    assert broken.value("SELECT max(id) FROM b") == 1


def test_failed_transaction(broken: Database) -> None:
    with broken.connect(autocommit=False) as connection:
        with suppress(psycopg.Error):
            connection.execute("SELECT 1 / 0")
        for window in (pgseq.check, pgseq.fix, pgseq.verify):
            with pytest.raises(UsageError, match="transaction has failed") as caught:
                window(connection)
            assert "roll it back" in caught.value.hint
        assert connection.info.transaction_status == TransactionStatus.INERROR


def test_closed(broken: Database) -> None:
    connection = broken.connect()
    connection.close()
    with pytest.raises(UsageError, match="closed"):
        pgseq.check(connection)


def test_busy(broken: Database) -> None:
    with broken.connect() as connection:
        with connection.cursor() as cursor, cursor.copy("COPY (SELECT generate_series(1, 10)) TO STDOUT") as copy:
            with pytest.raises(UsageError, match="busy"):
                pgseq.check(connection)
            assert len(list(copy.rows())) == 10
        with connection.pipeline(), pytest.raises(UsageError, match="pipeline"):
            pgseq.check(connection)
        every_window(connection)


@pytest.mark.parametrize("target", [None, 42, sqlite3.connect(":memory:")], ids=["None", "number", "sqlite3"])
def test_not_a_connection(target: Any) -> None:
    with pytest.raises(UsageError, match="not a database that pgseq can work in"):
        pgseq.check(target)


@pytest.mark.parametrize("level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE])
def test_isolation_levels(level: IsolationLevel, broken: Database) -> None:
    """In an open transaction the snapshot hides what others have stored since; between two, pgseq's own is new."""
    with broken.connect(autocommit=False) as connection:
        connection.isolation_level = level
        connection.execute("SELECT 1")
        broken.run("INSERT INTO a VALUES (80)")
        assert statuses(pgseq.check(connection)) == {"a": "out_of_sync", "b": "ok"}
        with pytest.raises(UsageError, match="snapshot"):
            pgseq.fix(connection)
        assert connection.info.transaction_status == TransactionStatus.INTRANS
        connection.rollback()
        assert results(pgseq.fix(connection)) == {"a": "moved"}
    assert broken.value("SELECT nextval('a_id_seq')") == 81


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_isolation_level_of_the_database(level: str, broken: Database) -> None:
    broken.run(f"ALTER DATABASE {broken.name} SET default_transaction_isolation = '{level}'")
    with broken.connect(autocommit=False) as other:
        other.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED; INSERT INTO a VALUES (80)")

        def store(report: DatabaseReport) -> bool:
            other.commit()
            return True

        assert results(pgseq.fix(broken.dsn, confirm=store)) == {"a": "moved"}
    assert broken.value("SELECT nextval('a_id_seq')") == 81


def test_read_only_transaction(broken: Database) -> None:
    with broken.connect(autocommit=False) as connection:
        connection.execute("SET TRANSACTION READ ONLY")
        assert statuses(pgseq.check(connection)) == {"a": "out_of_sync", "b": "ok"}
        with pytest.raises(UsageError, match="the connection's transaction is READ ONLY"):
            pgseq.fix(connection)
        with pytest.raises(UsageError, match="the connection's transaction is READ ONLY"):
            pgseq.verify(connection, insert=True)
        assert connection.info.transaction_status == TransactionStatus.INTRANS
    assert broken.value("SELECT is_called FROM a_id_seq") is False


def adapters(connection: Connection) -> None:
    connection.adapters.register_loader("numeric", FloatLoader)
    connection.adapters.register_loader("int8", TextLoader)
    connection.adapters.register_loader("bool", TextLoader)


@pytest.mark.parametrize(
    "configure",
    [
        lambda connection: setattr(connection, "row_factory", dict_row),
        lambda connection: setattr(connection, "row_factory", namedtuple_row),
        lambda connection: setattr(connection, "cursor_factory", ClientCursor),
        lambda connection: setattr(connection, "cursor_factory", RawCursor),
        lambda connection: setattr(connection, "prepare_threshold", 0),
        adapters,
    ],
    ids=["dict_row", "namedtuple_row", "ClientCursor", "RawCursor", "prepared", "adapters"],
)
@pytest.mark.parametrize("autocommit", [True, False])
def test_custom_connection(configure: Callable[[Connection], None], autocommit: bool, broken: Database) -> None:
    with broken.connect(autocommit=autocommit) as connection:
        configure(connection)
        every_window(connection)


#: Settings that change what is printed, how text is read, how long anything may take, or how it is planned.
ODD: Final = {
    "DateStyle": "German, YMD",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Asia/Kathmandu",
    "extra_float_digits": "-10",
    "bytea_output": "escape",
    "standard_conforming_strings": "off",
    "backslash_quote": "off",
    "escape_string_warning": "on",
    "quote_all_identifiers": "on",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "client_encoding": "LATIN1",
    "client_min_messages": "debug5",
    "row_security": "off",
    "search_path": "",
    "statement_timeout": "100",
    "lock_timeout": "1",
    "idle_in_transaction_session_timeout": "1000",
    "enable_seqscan": "off",
    "enable_indexscan": "off",
    "enable_bitmapscan": "off",
    "plan_cache_mode": "force_generic_plan",
    "default_transaction_isolation": "serializable",
    "check_function_bodies": "off",
    "session_replication_role": "replica",
    "jit_above_cost": "0",
}


@pytest.mark.parametrize("setting", ODD)
@pytest.mark.sampled(2)
def test_odd_settings(setting: str, broken: Database) -> None:
    broken.run("""ALTER TABLE a RENAME TO "a \\ é ' "" %s"; ALTER TABLE b RENAME id TO "b \\ é ' "" %s" """)
    with broken.connect() as connection:
        connection.execute("SELECT set_config(%s, %s, false)", (setting, ODD[setting]))
        every_window(connection)
