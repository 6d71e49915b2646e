"""What callers of the library hold: connections of drivers and frameworks, each in a transaction of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

import psycopg
import psycopg2
import sqlalchemy
from django import setup
from django.conf import settings
from django.db.utils import ConnectionHandler
from django.utils.connection import ConnectionProxy
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import orm, pool

Driver = Literal["psycopg", "psycopg2"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a caller holds, and how he runs statements in the transaction that it is in."""

    handle: Any
    run: Callable[[str], object]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        answer: Any = self.run(statement)
        return [tuple(row) for row in answer.fetchall()]


def engine(dsn: str, driver: Driver, **options: Any) -> sqlalchemy.Engine:
    """An engine of SQLAlchemy's over one of the drivers."""
    return sqlalchemy.create_engine(url(dsn, driver), **({"poolclass": pool.NullPool} | options))


def url(dsn: str, driver: Driver) -> sqlalchemy.URL:
    """A DSN as a URL of SQLAlchemy's."""
    named = conninfo_to_dict(dsn)
    place = {"host": str(named["host"]), "port": str(named["port"])}
    return sqlalchemy.URL.create(f"postgresql+{driver}", str(named["user"]), database=str(named["dbname"]), query=place)


def django(dsn: str, **options: Any) -> ConnectionHandler:
    """Django's connections, of which `default` is this one."""
    # A browser of another test's leaves a loop running in this thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    if not settings.configured:
        settings.configure()
        setup()
    from django.db.backends.postgresql.features import DatabaseFeatures

    # Its older releases know older servers, and hand out the same: tests/e2e/contrib/test_versions.py runs one.
    DatabaseFeatures.minimum_database_version = (12,)
    named = conninfo_to_dict(dsn)
    place = {"HOST": named["host"], "PORT": named["port"], "NAME": named["dbname"], "USER": named["user"]}
    return ConnectionHandler({"default": {"ENGINE": "django.db.backends.postgresql"} | place | options})


@contextmanager
def _psycopg(dsn: str) -> Iterator[Held]:
    with psycopg.connect(dsn) as connection:
        yield Held(handle=connection, run=connection.execute)
        connection.rollback()


@contextmanager
def _psycopg2(dsn: str) -> Iterator[Held]:
    connection = psycopg2.connect(dsn)

    def run(statement: str) -> Any:
        cursor = connection.cursor()
        cursor.execute(statement)
        return cursor

    try:
        yield Held(handle=connection, run=run)
    finally:
        # close() alone does not wait until the server has rolled back, and the next one makes the same names.
        connection.rollback()
        connection.close()


def _run(connection: sqlalchemy.Connection) -> Callable[[str], object]:
    return lambda statement: connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _connection(driver: Driver) -> Callable[[str], AbstractContextManager[Held]]:
    @contextmanager
    def hold(dsn: str) -> Iterator[Held]:
        with engine(dsn, driver).connect() as connection:
            yield Held(handle=connection, run=_run(connection))

    return hold


def _session(driver: Driver) -> Callable[[str], AbstractContextManager[Held]]:
    @contextmanager
    def hold(dsn: str) -> Iterator[Held]:
        with orm.Session(engine(dsn, driver)) as session:
            yield Held(handle=session, run=lambda statement: _run(session.connection())(statement))

    return hold


@contextmanager
def _django(dsn: str) -> Iterator[Held]:
    connections = django(dsn)
    connection = connections["default"]

    def run(statement: str) -> Any:
        cursor = connection.cursor()
        cursor.execute(statement)
        return cursor

    connection.set_autocommit(False)
    try:
        yield Held(handle=ConnectionProxy(connections, "default"), run=run)
    finally:
        connection.rollback()
        connection.close()


#: By name: what holds a connection, whose transaction begins with the first statement.
HOLDERS: Final[dict[str, Callable[[str], AbstractContextManager[Held]]]] = {
    "psycopg": _psycopg,
    "psycopg2": _psycopg2,
    "sqlalchemy-psycopg": _connection("psycopg"),
    "sqlalchemy-psycopg2": _connection("psycopg2"),
    "session-psycopg": _session("psycopg"),
    "session-psycopg2": _session("psycopg2"),
    "django": _django,
}
