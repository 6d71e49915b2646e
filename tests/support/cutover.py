"""Both ends of a cut-over: two servers of chosen majors, logical replication between them, and clerks who write."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import psycopg
import pytest

from tests.support.clients import psql, run_client
from tests.support.database import Database, Server, fresh_database, running_server
from tests.support.subscriber import wait_for

Role = Literal["source", "target"]
#: A running server of a major, one for each role.
Servers = Callable[[int, Role], Server]


@contextlib.contextmanager
def servers_by_major() -> Iterator[Servers]:
    """Servers, started when they are first asked for. A test is skipped where a major is not installed."""
    running: dict[tuple[int, Role], Server] = {}
    with contextlib.ExitStack() as stack:

        def get(major: int, role: Role) -> Server:
            if (major, role) not in running:
                try:
                    running[major, role] = stack.enter_context(running_server(major))
                except LookupError as error:
                    pytest.skip(str(error))
            return running[major, role]

        yield get


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The database that is left, and the one that takes over."""

    source: Database
    target: Database

    @property
    def dsns(self) -> tuple[str, str]:
        return self.source.dsn, self.target.dsn

    def run(self, script: str) -> None:
        """Run a script in both."""
        self.source.run(script)
        self.target.run(script)


@contextlib.contextmanager
def both_ends(servers: Servers, source: int, target: int) -> Iterator[Ends]:
    """Empty databases on a source and a target of these majors."""
    with fresh_database(servers(source, "source")) as left, fresh_database(servers(target, "target")) as entered:
        yield Ends(source=left, target=entered)


def copy_schema(ends: Ends) -> None:
    """pg_dump --schema-only into the target. Settings that an older server does not know are passed over."""
    dumped = run_client("pg_dump", "--schema-only", "-d", ends.source.dsn)
    assert dumped.code == 0, dumped.err
    assert psql(ends.target.dsn, "-q", input=dumped.out).code == 0


@contextlib.contextmanager
def replicated(ends: Ends) -> Iterator[None]:
    """Logical replication of all tables from source to target, the first copy of every table done."""
    name = ends.target.name
    ends.source.run("CREATE PUBLICATION everything FOR ALL TABLES")
    origin = ends.source.server.tcp(ends.source.name)
    ends.target.run(
        f"CREATE SUBSCRIPTION everything CONNECTION '{origin}' PUBLICATION everything WITH (slot_name = '{name}')"
    )
    try:
        wait_for(ends.target, "SELECT count(*) = 0 FROM pg_subscription_rel WHERE srsubstate <> 'r'")
        yield
    finally:
        if ends.target.value("SELECT count(*) FROM pg_subscription"):
            ends.target.run("DROP SUBSCRIPTION everything")


def close(source: Database) -> None:
    """Set a database read-only for new sessions, and end those of its clients."""
    source.run(f"ALTER DATABASE {source.name} SET default_transaction_read_only = on")
    source.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )


def wait_for_target(ends: Ends) -> None:
    """Until the target has applied all that the source has written."""
    written = ends.source.value("SELECT pg_current_wal_insert_lsn()")
    wait_for(
        ends.source,
        f"SELECT confirmed_flush_lsn >= '{written}' FROM pg_replication_slots WHERE slot_name = '{ends.target.name}'",
    )


@dataclass(slots=True, kw_only=True)
class Clerk:
    """One session that inserts by default, and draws numbers by hand, until it is told to stop or shown the door."""

    database: Database
    #: Statements that each return one integer, run in turn.
    statements: tuple[str, ...]
    #: What each statement returned, by statement: told by the server, so committed.
    returned: dict[str, list[int]] = field(default_factory=dict)
    #: What the server refused.
    errors: list[psycopg.Error] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the current statement."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            with self.database.connect() as connection:
                while not self._stopped.is_set():
                    for statement in self.statements:
                        row = connection.execute(statement.encode()).fetchone()
                        assert row is not None
                        self.returned.setdefault(statement, []).append(row[0])
        except psycopg.Error as error:
            self.errors.append(error)


@contextlib.contextmanager
def clerks(database: Database, statements: tuple[str, ...], count: int = 3) -> Iterator[list[Clerk]]:
    """Clerks at work for the length of a block."""
    staff = [Clerk(database=database, statements=statements) for _ in range(count)]
    for clerk in staff:
        clerk.start()
    try:
        yield staff
    finally:
        for clerk in staff:
            clerk.stop()


def returned(staff: list[Clerk]) -> dict[str, list[int]]:
    """What all clerks were given, by statement."""
    given: dict[str, list[int]] = {}
    for clerk in staff:
        for statement, values in clerk.returned.items():
            given.setdefault(statement, []).extend(values)
    return given


def work(seconds: float) -> None:
    """Let the clerks work for a while."""
    time.sleep(seconds)
