"""The server and database of one connection string, and sessions with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace

from pgseq import conninfo
from pgseq.cli.options.password import Password, Prompt, wants_password
from pgseq.errors import ConnectionFailed
from pgseq.names import display, shell_words
from pgseq.pg.session import Session
from pgseq.text.secrets import redact
from pgseq.values import Value

if TYPE_CHECKING:
    import psycopg

    from pgseq.pg.pool import SessionPool

#: libpq's parameters, which tell one database from another.
Identity = frozenset[tuple[str, str]]

#: Where to ask for the list of databases when none is named: the order of vacuumdb and pg_dumpall.
MAINTENANCE = ("postgres", "template1")


class NamedServer(Value, frozen=True, kw_only=True):
    """The server and database of one DSN."""

    unshown: ClassVar = ("password", "dsn")
    parameters: conninfo.Parameters
    password: Password
    #: How it was named: a connection string, and options beside it.
    dsn: str | None = None
    options: tuple[str, ...] = ()
    #: What the file that lists it calls it.
    own_label: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Words that name its database on a command line, without passwords: as it was named, and never by a variable
        of the environment alone, which may be another one in another shell."""
        return (*conninfo.naming(self.dsn, conninfo.database(self.parameters)), *self.options)

    @property
    def name(self) -> str:
        """The one of these words that is the connection string."""
        return (*conninfo.naming(self.dsn, conninfo.database(self.parameters)), "")[1]

    @property
    def label(self) -> str:
        """What its list calls it, or else the database's name."""
        return self.own_label or self.database

    @property
    def database(self) -> str:
        """The database's name, as far as it is known before connecting."""
        return redact(conninfo.effective(self.parameters).get("dbname", "?"))

    @property
    def identity(self) -> Identity:
        """What libpq makes of the parameters."""
        return frozenset((conninfo.effective(self.parameters) | self.parameters).items())

    @property
    def address(self) -> str:
        """Host, or the folder of its socket, and port, as far as they are known before connecting."""
        known = conninfo.effective(self.parameters) | self.parameters
        host = known.get("host") or known.get("hostaddr") or "local"
        return redact(f"[{host}]:{known.get('port', '5432')}" if ":" in host else f"{host}:{known.get('port', '5432')}")

    def databases(self) -> Iterator[tuple[NamedServer, bool]]:
        """Every database of this server but templates, and whether it accepts connections. Raises ConnectionFailed."""
        if "dbname" in self.parameters:
            return self._siblings()
        try:
            return self._named(MAINTENANCE[0])._siblings()
        except ConnectionFailed as error:
            try:
                return self._named(MAINTENANCE[1])._siblings()
            except ConnectionFailed:
                raise error from None

    @contextmanager
    def open(self, jobs: int) -> Iterator[SessionPool]:
        """At most `jobs` sessions. Raises ConnectionFailed, UsageError."""
        from pgseq.pg.pool import SessionPool

        with self.session() as lead, SessionPool(primary=lead, more=self.session, jobs=jobs) as pool:
            yield pool

    @property
    def wanting_no_password(self) -> NamedServer:
        """The same, which never asks for a password."""
        asks = self.password.prompt == "wanted" and self.password.value is None
        return replace(self, password=Password("never")) if asks else self

    @contextmanager
    def session(self) -> Iterator[Session]:
        from pgseq.pg.drivers import psycopg3

        with closing(self._connect()) as connection, psycopg3.session(connection) as session:
            yield session

    def _siblings(self) -> Iterator[tuple[NamedServer, bool]]:
        from pgseq.pg.databases import read_databases

        with self.session() as session:
            databases = read_databases(session)
        return ((self._named(database.name), database.open) for database in databases)

    def _named(self, database: str) -> NamedServer:
        label = f"{self.own_label}/{database}" if self.own_label else ""
        parameters = conninfo.Parameters(self.parameters | {"dbname": database})
        return replace(self, parameters=parameters, own_label=label)

    def _connect(self) -> psycopg.Connection[Any]:
        from pgseq.pg.connect import connect

        target, user = conninfo.build(self.parameters), self.parameters.get("user") or conninfo.default("user")
        if self.password.prompt == "always" and self.password.value is None:
            self.password.ask(user)
        try:
            return connect(target, password=self.password.value)
        except ConnectionFailed as error:
            if self.password.prompt != "wanted" or not wants_password(error):
                self._refuse_list(error)
                raise
        return connect(target, password=self.password.ask(user))

    def _refuse_list(self, error: ConnectionFailed) -> None:
        """Raises ConnectionFailed where the name of a file was perhaps meant as a list of databases."""
        if self.dsn is not None and os.path.isfile(self.dsn):
            hint = f"{display(self.dsn)} is a file: --from {shell_words([self.dsn])} reads databases from it"
            raise ConnectionFailed(error.message, hint, needs_password=error.needs_password) from error


def server_of(parameters: dict[str, str], prompt: Prompt) -> NamedServer:
    """A server by what is given, and by what the environment adds. Raises UsageError for what would show a password."""
    variables = conninfo.variables(parameters)
    conninfo.refuse(conninfo.effective(parameters) | parameters, variables)
    return NamedServer(parameters=conninfo.Parameters(parameters), password=Password(prompt))


def distinct(servers: Iterable[NamedServer]) -> list[NamedServer]:
    """Each once, in their order: those of whose parameters libpq makes the same are the same."""
    servers_by_identity: dict[Identity, NamedServer] = {}
    for server in servers:
        servers_by_identity.setdefault(server.identity, server)
    return list(servers_by_identity.values())
