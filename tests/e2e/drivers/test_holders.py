"""What callers hold is lent, left as it was and given back; what cannot be used is refused with what can."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

import psycopg
import psycopg2
import psycopg2.extras
import psycopg2.pool
import psycopg_pool
import pytest
import sqlalchemy
from django.db import transaction
from django.db.utils import ConnectionHandler
from sqlalchemy import orm
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

import pgseq
from pgseq.errors import UsageError
from tests.support.database import Database
from tests.support.drivers import HOLDERS, django, engine, url

BEHIND: Final = "CREATE TABLE a (id serial PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 10)"


@pytest.fixture
def broken(database: Database) -> Database:
    database.run(BEHIND)
    return database


def status(handle: Any) -> str:
    (one,) = pgseq.check(handle).sequences
    return one.status


def fixed(handle: Any) -> str | None:
    (one,) = pgseq.fix(handle).sequences
    return one.applied.result if one.applied else None


def is_moved(database: Database) -> bool:
    return bool(database.value("SELECT is_called AND last_value >= 10 FROM a_id_seq"))


class TestEngines:
    @pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
    def test_gets_its_connection_back(self, broken: Database, driver: Any) -> None:
        lender = engine(broken.dsn, driver, poolclass=sqlalchemy.QueuePool, pool_size=1, max_overflow=0)
        assert [status(lender), fixed(lender), status(lender)] == ["out_of_sync", "moved", "ok"]
        assert isinstance(lender.pool, sqlalchemy.QueuePool)
        assert lender.pool.checkedout() == 0
        with lender.connect() as connection:
            # SQLAlchemy's transactions are as before.
            connection.exec_driver_sql("INSERT INTO a VALUES (100)")
            connection.rollback()
        assert broken.value("SELECT count(*) FROM a") == 10
        lender.dispose()

    def test_also_when_it_fails(self, broken: Database) -> None:
        lender = engine(broken.dsn, "psycopg", poolclass=sqlalchemy.QueuePool, pool_size=1, max_overflow=0)
        with pytest.raises(pgseq.NothingMatches):
            pgseq.check(lender, table="nowhere")
        assert status(lender) == "out_of_sync"
        lender.dispose()

    def test_pool_and_proxied_connection(self, broken: Database) -> None:
        lender = engine(broken.dsn, "psycopg2")
        proxied = lender.raw_connection()
        assert [status(lender.pool), status(proxied)] == ["out_of_sync"] * 2
        proxied.close()

    def test_url(self, broken: Database) -> None:
        assert status(url(broken.dsn, "psycopg2")) == "out_of_sync"

    def test_another_database_is_refused(self) -> None:
        for handle in (sqlalchemy.create_engine("sqlite://"), sqlalchemy.make_url("sqlite://")):
            with pytest.raises(UsageError, match="SQLAlchemy's sqlite is not PostgreSQL"):
                pgseq.check(handle)

    def test_no_server(self, broken: Database) -> None:
        with pytest.raises(pgseq.ConnectionFailed, match="does not exist"):
            pgseq.check(engine(broken.dsn.replace("dbname=", "dbname=no_"), "psycopg2"))


class TestSessions:
    def test_sees_what_it_has_not_flushed(self, broken: Database) -> None:
        class Base(orm.DeclarativeBase):
            pass

        class Row(Base):
            __tablename__ = "a"
            id: orm.Mapped[int] = orm.mapped_column(primary_key=True)

        with orm.Session(engine(broken.dsn, "psycopg")) as session:
            session.add(Row(id=50))
            assert pgseq.check(session).sequences[0].diagnosis.furthest == 50
            assert session.in_transaction()
            session.rollback()
            assert pgseq.check(session).sequences[0].diagnosis.furthest == 10
            assert not session.in_transaction()

    def test_scoped(self, broken: Database) -> None:
        registry = orm.scoped_session(orm.sessionmaker(engine(broken.dsn, "psycopg2")))
        assert [status(registry), fixed(registry), status(registry)] == ["out_of_sync", "moved", "ok"]
        registry.remove()

    def test_without_a_bind(self) -> None:
        with orm.Session() as session, pytest.raises(UsageError, match="SQLAlchemy has no connection to lend"):
            pgseq.check(session)


class TestDjango:
    def test_is_closed_again_where_it_was(self, broken: Database) -> None:
        connection = django(broken.dsn)["default"]
        assert [status(connection), fixed(connection), status(connection)] == ["out_of_sync", "moved", "ok"]
        assert connection.connection is None

    def test_atomic(self, broken: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        connections = django(broken.dsn)
        monkeypatch.setattr(transaction, "get_connection", lambda using=None: connections["default"])
        connection = connections["default"]
        with transaction.atomic():
            connection.cursor().execute("INSERT INTO a VALUES (50)")
            assert pgseq.check(connection).sequences[0].diagnosis.furthest == 50
            assert fixed(connection) == "moved"
            transaction.set_rollback(True)
            with pytest.raises(UsageError, match="transaction has failed"):
                pgseq.check(connection)
        assert connection.get_autocommit()
        assert broken.value("SELECT max(id) FROM a") == 10
        connection.close()

    def test_another_database_is_refused(self, broken: Database) -> None:
        django(broken.dsn)
        sqlite = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
        with pytest.raises(UsageError, match="not PostgreSQL, but sqlite"):
            pgseq.check(sqlite["default"])


class TestPools:
    def test_psycopg(self, broken: Database) -> None:
        with psycopg_pool.ConnectionPool(broken.dsn, min_size=1, max_size=1) as pool:
            assert [status(pool), fixed(pool), status(pool)] == ["out_of_sync", "moved", "ok"]

    def test_psycopg2(self, broken: Database) -> None:
        pool = psycopg2.pool.SimpleConnectionPool(1, 1, broken.dsn)
        assert [status(pool), fixed(pool), status(pool)] == ["out_of_sync", "moved", "ok"]
        pool.closeall()


class TestPsycopg2:
    @pytest.mark.parametrize("autocommit", [True, False])
    def test_idle(self, broken: Database, autocommit: bool) -> None:
        connection = psycopg2.connect(broken.dsn)
        connection.autocommit = autocommit
        assert [status(connection), fixed(connection), status(connection)] == ["out_of_sync", "moved", "ok"]
        assert connection.autocommit is autocommit
        assert connection.info.transaction_status == psycopg2.extensions.TRANSACTION_STATUS_IDLE
        assert is_moved(broken)
        connection.close()

    def test_rows_and_values_of_the_callers_own(self, broken: Database) -> None:
        connection = psycopg2.connect(broken.dsn, connection_factory=psycopg2.extras.LoggingConnection)
        connection.initialize(sys.stderr)
        connection.cursor_factory = psycopg2.extras.RealDictCursor
        shout = psycopg2.extensions.new_type((16, 20, 21, 23, 25, 26, 1700), "SHOUT", lambda value, cursor: "!")
        psycopg2.extensions.register_type(shout, connection)
        assert [status(connection), fixed(connection), status(connection)] == ["out_of_sync", "moved", "ok"]
        cursor = connection.cursor()
        cursor.execute("SELECT 1 AS one")
        assert cursor.fetchall() == [{"one": "!"}]
        connection.close()

    def test_isolation_and_read_only_of_the_callers_own(self, broken: Database) -> None:
        connection = psycopg2.connect(broken.dsn)
        connection.set_session(isolation_level="SERIALIZABLE", readonly=True)
        assert status(connection) == "out_of_sync"
        with pytest.raises(UsageError, match="READ ONLY"):
            pgseq.fix(connection)
        cursor = connection.cursor()
        cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        assert cursor.fetchall() == [("serializable", "on")]
        connection.close()

    def test_odd_names(self, database: Database) -> None:
        database.run('CREATE TABLE "50 %s \'ü" (id serial PRIMARY KEY); INSERT INTO "50 %s \'ü" VALUES (1), (2)')
        connection = psycopg2.connect(database.dsn)
        assert fixed(connection) == "moved"
        connection.set_client_encoding("SQL_ASCII")
        with pytest.raises(UsageError, match="client's encoding"):
            pgseq.check(connection)
        connection.close()

    def test_what_cannot_be_used(self, broken: Database) -> None:
        connection = psycopg2.connect(broken.dsn)
        with pytest.raises(psycopg2.Error):
            connection.cursor().execute("SELECT 1/0")
        with pytest.raises(UsageError, match="transaction has failed"):
            pgseq.check(connection)
        connection.rollback()
        connection.tpc_begin(connection.xid(1, "a", "b"))
        connection.cursor().execute("SELECT 1")
        assert status(connection) == "out_of_sync"
        connection.tpc_rollback()
        with pytest.raises(UsageError, match="a cursor is not a connection"):
            pgseq.check(connection.cursor())
        connection.close()
        with pytest.raises(UsageError, match="busy or closed"):
            pgseq.check(connection)

    def test_the_server_goes_away(self, broken: Database) -> None:
        connection = psycopg2.connect(broken.dsn)
        broken.server.admin(f"SELECT pg_terminate_backend({connection.info.backend_pid})")
        with pytest.raises(pgseq.ConnectionFailed):
            pgseq.check(connection)


@pytest.mark.parametrize("name", HOLDERS)
class TestTransactions:
    """In the caller's transaction, by every driver."""

    def test_read_only_is_refused_by_what_writes(self, broken: Database, name: str) -> None:
        with HOLDERS[name](broken.dsn) as held:
            held.run("SET TRANSACTION READ ONLY")
            assert status(held.handle) == "out_of_sync"
            for write in (pgseq.fix, lambda handle: pgseq.verify(handle, insert=True)):
                with pytest.raises(UsageError, match="the connection's transaction is READ ONLY"):
                    write(held.handle)
        assert not is_moved(broken)

    def test_settings_of_the_callers_own(self, broken: Database, name: str) -> None:
        with HOLDERS[name](broken.dsn) as held:
            held.run("CREATE SCHEMA other; SET search_path = other; SET LOCAL statement_timeout = 12345")
            before = held.rows("SELECT name, setting FROM pg_settings ORDER BY name")
            assert fixed(held.handle) == "moved"
            assert [proof.proved for proof in pgseq.verify(held.handle, insert=True).proofs] == [True]
            assert held.rows("SELECT name, setting FROM pg_settings ORDER BY name") == before
        assert is_moved(broken)

    def test_hints_name_the_database(self, broken: Database, name: str) -> None:
        with HOLDERS[name](broken.dsn) as held:
            hint = pgseq.check(held.handle).sequences[0].findings[0].hint
            assert f"dbname={broken.name}" in hint or f"-d {broken.name}" in hint

    def test_an_error_of_its_own_is_explained(self, broken: Database, name: str) -> None:
        with HOLDERS[name](broken.dsn) as held:
            with pytest.raises(Exception, match="duplicate key") as caught:
                held.run("INSERT INTO a DEFAULT VALUES")
            explanation = pgseq.explain(caught.value, held.handle)
            assert "the connection's transaction has failed" in "".join(explanation.evidence) or (
                "session's transaction has failed" in "".join(explanation.evidence)
            )
        assert pgseq.explain(caught.value, broken.dsn).verdict == "behind"


async def asynchronous_connection(dsn: str) -> Any:
    return await psycopg.AsyncConnection.connect(dsn)


@pytest.mark.parametrize(
    "make",
    [
        lambda dsn: asyncio.run(asynchronous_connection(dsn)),
        lambda dsn: create_async_engine(url(dsn, "psycopg")),
        lambda dsn: create_async_engine(url(dsn, "psycopg")).sync_engine,
        lambda dsn: AsyncSession(create_async_engine(url(dsn, "psycopg"))),
        lambda dsn: psycopg_pool.AsyncConnectionPool(dsn, open=False),
        lambda dsn: psycopg2.connect(dsn, async_=True),
    ],
    ids=["psycopg", "engine", "its sync_engine", "session", "pool", "psycopg2"],
)
@pytest.mark.filterwarnings("ignore:unclosed")
@pytest.mark.filterwarnings("ignore:.*never closed")
def test_asynchronous(broken: Database, make: Callable[[str], Any]) -> None:
    with pytest.raises(UsageError) as refused:
        pgseq.check(make(broken.dsn))
    assert refused.value.hint.endswith("await asyncio.to_thread(pgseq.check, dsn)")


def test_nothing_is_imported_that_the_caller_has_not(broken: Database) -> None:
    script = f"""
import sys, psycopg, pgseq
with psycopg.connect({broken.dsn!r}) as connection:
    pgseq.fix(connection)
pgseq.check({broken.dsn!r})
try:
    pgseq.check(42)
except pgseq.UsageError:
    pass
print(sorted({{"psycopg2", "sqlalchemy", "django", "asyncpg", "psycopg_pool"}} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout == "[]\n"


def test_django_over_psycopg2(broken: Database) -> None:
    script = """
import sys
sys.modules["psycopg"] = None
from tests.support import drivers
"""
    script = f"""
import sys
sys.modules["psycopg"] = None
from django.db.backends.postgresql import base
del sys.modules["psycopg"]
import pgseq
from tests.support.drivers import HOLDERS
with HOLDERS["django"]({broken.dsn!r}) as held:
    held.run("INSERT INTO a VALUES (50)")
    print(held.handle.connection.__class__.__module__, pgseq.check(held.handle).sequences[0].diagnosis.furthest)
    print(pgseq.fix(held.handle).sequences[0].applied.result)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert run.stdout == "psycopg2.extensions 50\nmoved\n", run.stderr
