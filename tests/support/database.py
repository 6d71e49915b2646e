"""A server of a given major and a fresh database on it, as the tests see them."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from pgseq import embedded
from tests.support.binaries import binaries

SETTINGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "100",
    "wal_level": "logical",
    "max_prepared_transactions": "10",
}

#: Where files are kept in memory, and the bytes that must be free there.
MEMORY: Final = Path("/dev/shm")
ROOM: Final = 4 * 2**30

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server; `embedded` stops, restarts and logs it."""

    major: int
    embedded: embedded.EmbeddedServer

    def dsn(self, dbname: str = "postgres") -> str:
        """Connection string of its superuser through its socket."""
        return self.embedded.dsn(dbname)

    def tcp(self, dbname: str = "postgres", user: str = "postgres") -> str:
        """Connection string over TCP, for proxies and for readers that may not enter the socket's folder."""
        return f"host=127.0.0.1 port={self.embedded.port} dbname={dbname} user={user}"

    def admin(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement in the database postgres; return its rows, if any."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            return _rows(connection, statement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database of a test's own."""

    name: str
    server: Server

    @property
    def dsn(self) -> str:
        """Connection string of its superuser through its socket."""
        return self.server.dsn(self.name)

    def connect(self, **parameters: Any) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection with autocommit; `parameters` are psycopg's (user=…, options=…, autocommit=False)."""
        return psycopg.connect(self.dsn, **({"autocommit": True} | parameters))

    def run(self, script: str) -> None:
        """Run a script of SQL statements (no psql commands, no COPY data)."""
        with self.connect() as connection:
            connection.execute(script)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        with self.connect() as connection:
            return _rows(connection, statement)

    def value(self, statement: str) -> Any:
        """The first column of the first row of one statement."""
        return self.rows(statement)[0][0]


@contextlib.contextmanager
def running_server(major: int) -> Iterator[Server]:
    """A server of one major for the length of a block, on a socket and on TCP."""
    with in_memory():
        server = embedded.EmbeddedServer.create(binaries(major), settings=SETTINGS, listen=True)
    try:
        yield Server(major=major, embedded=server.start())
    finally:
        server.remove()


@contextlib.contextmanager
def in_memory() -> Iterator[None]:
    """Make the folders of servers in memory for the length of a block, where there is room: to create and to drop a
    database is to make and to remove 300 files, which takes several times as long on a disk."""
    before = tempfile.gettempdir()
    if MEMORY.is_dir():
        system = os.statvfs(MEMORY)
        if system.f_bavail * system.f_frsize >= ROOM and not system.f_flag & os.ST_NOEXEC:
            tempfile.tempdir = str(MEMORY)
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextlib.contextmanager
def fresh_database(server: Server) -> Iterator[Database]:
    """An empty database for the length of a block."""
    database = Database(name=f"test_{os.getpid()}_{next(_numbers)}", server=server)
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        # Without a line in the log for each page; before 15 there is no other way.
        strategy = sql.SQL("STRATEGY file_copy" if server.major >= 15 else "")
        connection.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(database.name), strategy))
    try:
        yield database
    finally:
        _drop(database)


def _drop(database: Database) -> None:
    """Drop it under whoever is still connected, on 12, too, which has no DROP DATABASE … WITH (FORCE)."""
    name, text = sql.Identifier(database.name), sql.Literal(database.name)
    with psycopg.connect(database.server.dsn(), autocommit=True) as connection:
        for statement in (
            "ALTER DATABASE {name} ALLOW_CONNECTIONS false",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {text}",
            "DROP DATABASE {name}",
        ):
            connection.execute(sql.SQL(statement).format(name=name, text=text))


def _rows(connection: psycopg.Connection[tuple[Any, ...]], statement: str) -> list[tuple[Any, ...]]:
    cursor = connection.execute(statement)
    return cursor.fetchall() if cursor.description else []
