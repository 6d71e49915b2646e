"""The databases of a command line, by the rules of psql and libpq, and sessions with them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from pgseq import conninfo
from pgseq.errors import ConnectionFailed, UsageError
from pgseq.names import Pattern, display
from pgseq.pg.session import Session
from pgseq.text.secrets import Hidden, redact

if TYPE_CHECKING:
    import psycopg

    from pgseq.pg.pool import SessionPool

#: Whether to ask for a password: `always` (-W), `never` (-w), or where the server wants one and none is known.
Prompt = Literal["always", "never", "wanted"]

#: Where to ask for the list of databases when none is named: the order of vacuumdb and pg_dumpall.
MAINTENANCE = ("postgres", "template1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The connection options of a command line."""

    dsn: tuple[str, ...] = field(default=(), repr=False)
    dbname: str | None = field(default=None, repr=False)
    host: str | None = None
    port: str | None = None
    username: str | None = None
    prompt: Prompt = "wanted"
    #: Every database of each server.
    every: bool = False
    #: Databases that `every` leaves out.
    exclude: tuple[Pattern, ...] = ()
    #: The greatest number of sessions at work in one database.
    jobs: int = 1

    def servers(self) -> list[Server]:
        """The servers to connect to, at least one. Raises UsageError.

        What a connection string says goes before -h, -p and -U (psql documentation, -d).
        """
        for text in (*self.dsn, *([] if self.dbname is None else [self.dbname])):
            conninfo.refuse_empty(text)
        parameters = [conninfo.parse(dsn) for dsn in self.dsn] or [conninfo.Parameters()]
        options = {"host": self.host, "port": self.port, "user": self.username}
        named = conninfo.Parameters()
        if self.dbname is not None:
            if any("dbname" in one for one in parameters):
                raise UsageError("the database is named twice", "name it as an argument or with -d, not both")
            named = conninfo.parse(self.dbname)
        beside = {key: value for key, value in options.items() if value is not None}
        return [
            replace(_server(beside | one | named, self.prompt), dsn=self.dbname or dsn, options=self._options())
            for one, dsn in zip(parameters, self.dsn or (None,), strict=True)
        ]

    def excludes(self, server: Server) -> bool:
        """Whether a database that `every` has come across is left out."""
        return any(pattern.matches("", server.parameters["dbname"]) for pattern in self.exclude)

    def _options(self) -> tuple[str, ...]:
        """The options beside the connection strings."""
        given = {"-h": self.host, "-p": self.port, "-U": self.username}
        words = [redact(word) for option, value in given.items() if value is not None for word in (option, value)]
        return (*words, *{"always": ("-W",), "never": ("-w",), "wanted": ()}[self.prompt])

    def arguments(self) -> tuple[str, ...]:
        """Words that name all the databases on a command line, without passwords."""
        if self.every:
            named = () if self.dbname is None else ("-d", redact(conninfo.without_password(self.dbname)))
            dsns = (redact(conninfo.without_password(dsn)) for dsn in self.dsn)
            excluded = (word for pattern in self.exclude for word in ("--exclude-database", pattern.text))
            return (*dsns, *named, *self._options(), *excluded, "--all")
        servers = self.servers()
        if len(servers) == 1:
            return servers[0].words
        return (*(server.name for server in servers), *self._options())


class Password:
    """A password that is asked for at most once."""

    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self.value: str | None = None

    def ask(self, user: str | None) -> str:
        """Ask on the terminal. Raises UsageError where there is none."""
        import getpass

        try:
            with open("/dev/tty", encoding="utf-8"):
                self.value = Hidden(getpass.getpass(f"Password for user {display(user)}: " if user else "Password: "))
        except OSError:
            raise UsageError(
                "there is no terminal to ask for the password on", "give it by PGPASSWORD or ~/.pgpass"
            ) from None
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The server and database of one DSN."""

    parameters: conninfo.Parameters
    password: Password = field(repr=False)
    #: How it was named: a connection string, and options beside it.
    dsn: str | None = field(default=None, repr=False)
    options: tuple[str, ...] = ()

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
        """The database's name, as far as it is known before connecting."""
        return redact(conninfo.effective(self.parameters).get("dbname", "?"))

    @property
    def address(self) -> str:
        """Host, or the folder of its socket, and port, as far as they are known before connecting."""
        known = conninfo.effective(self.parameters) | self.parameters
        host = known.get("host") or known.get("hostaddr") or "local"
        return redact(f"[{host}]:{known.get('port', '5432')}" if ":" in host else f"{host}:{known.get('port', '5432')}")

    def databases(self) -> Iterator[tuple[Server, bool]]:
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

        with self._session() as lead, SessionPool(primary=lead, more=self._session, jobs=jobs) as pool:
            yield pool

    @contextmanager
    def _session(self) -> Iterator[Session]:
        from pgseq.pg.connect import open_session

        with closing(self._connect()) as connection, open_session(connection) as session:
            yield session

    def _siblings(self) -> Iterator[tuple[Server, bool]]:
        from pgseq.pg.databases import read_databases

        with self._session() as session:
            databases = read_databases(session)
        return ((self._named(database.name), database.open) for database in databases)

    def _named(self, database: str) -> Server:
        return replace(self, parameters=conninfo.Parameters(self.parameters | {"dbname": database}))

    def _connect(self) -> psycopg.Connection[Any]:
        from pgseq.pg.connect import connect

        target, user = conninfo.build(self.parameters), self.parameters.get("user") or conninfo.default("user")
        if self.password.prompt == "always" and self.password.value is None:
            self.password.ask(user)
        try:
            return connect(target, password=self.password.value)
        except ConnectionFailed as error:
            if self.password.prompt != "wanted" or not _wants_password(error):
                raise
        return connect(target, password=self.password.ask(user))


def _server(parameters: dict[str, str], prompt: Prompt) -> Server:
    """A server by what is given, and by what the environment adds. Raises UsageError for what would show a password."""
    variables = conninfo.variables(parameters)
    conninfo.refuse(conninfo.effective(parameters) | parameters, variables)
    return Server(parameters=conninfo.Parameters(parameters), password=Password(prompt))


def distinct(servers: Iterable[Server]) -> list[Server]:
    """Each once, in their order: those of whose parameters libpq makes the same are the same."""
    servers_by_address: dict[frozenset[tuple[str, str]], Server] = {}
    for server in servers:
        servers_by_address.setdefault(
            frozenset((conninfo.effective(server.parameters) | server.parameters).items()), server
        )
    return list(servers_by_address.values())


def _wants_password(error: ConnectionFailed) -> bool:
    """Whether the server asked for a password, none was known, and there is a terminal to ask on."""
    return error.needs_password and sys.stdin.isatty() and sys.stderr.isatty()
