"""The databases of a command line, by the rules of psql and libpq, and sessions with them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pgseq import conninfo
from pgseq.cli.app import program
from pgseq.cli.options.inventory import Line
from pgseq.errors import ConnectionFailed, UsageError
from pgseq.frozen import frozen
from pgseq.names import Pattern, display, shell_words
from pgseq.pg.session import Session
from pgseq.text.secrets import Hidden, redact

if TYPE_CHECKING:
    import psycopg

    from pgseq.pg.pool import SessionPool

#: Whether to ask for a password: `always` (-W), `never` (-w), or where the server wants one and none is known.
Prompt = Literal["always", "never", "wanted"]

#: libpq's parameters, which tell one database from another.
Identity = frozenset[tuple[str, str]]

#: Where to ask for the list of databases when none is named: the order of vacuumdb and pg_dumpall.
MAINTENANCE = ("postgres", "template1")


class Names(Protocol):
    """What a program that has the command line in it calls databases."""

    def server(self, name: str | None, options: Mapping[str, str], prompt: Prompt) -> Server | None:
        """The server of a name, or the usual one; None for what libpq reads. `options`: libpq's parameters given
        beside the name. Raises UsageError."""
        ...

    def another(self, database: str) -> str:
        """The name of a database of the usual server."""
        ...


@frozen
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
    #: The greatest number of sessions at work.
    jobs: int = 1
    #: Whether that number was asked for.
    jobs_asked: bool = False
    #: Files that list databases, as named, and what they list.
    inventories: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    #: Where the work is done, as named; None: here. Whether passwords may travel there.
    executor: str | None = None
    send_passwords: bool = False
    #: What databases are called, where not by libpq's rules.
    names: Names | None = field(default_factory=program.names, repr=False, compare=False)

    @property
    def several(self) -> bool:
        """Whether more than one database may be meant."""
        return self.every or len(self.dsn) + len(self.lines) > 1

    @property
    def at_once(self) -> bool:
        """Whether several databases may be worked in at a time: not where each asks for a password first."""
        return self.jobs > 1 and self.prompt != "always"

    def servers(self) -> list[Server]:
        """The servers that the command line names, or else the one that libpq takes by itself. Raises UsageError.

        What a connection string says goes before -h, -p and -U (psql documentation, -d).
        """
        for text in (*self.dsn, *([] if self.dbname is None else [self.dbname])):
            conninfo.refuse_empty(text)
        if self.inventories and not self.dsn:
            return []
        return [self._called(dsn) or self._read(dsn) for dsn in self.dsn or (None,)]

    def _called(self, dsn: str | None) -> Server | None:
        """The server that the program around us calls so; None for what libpq reads. Raises UsageError."""
        if self.names is None or (dsn is not None and self.dbname is not None):
            return None
        server = self.names.server(self.dbname if dsn is None else dsn, self._beside(), self.prompt)
        if server is not None and self.executor is not None:
            raise UsageError("an executor connects by itself", "name the database by a connection string")
        return server and replace(server, options=self._options())

    def _read(self, dsn: str | None) -> Server:
        return self._server(conninfo.Parameters() if dsn is None else conninfo.parse(dsn), dsn)

    def listed(self, miss: Callable[[Line, UsageError], None]) -> Iterator[tuple[Line, Server]]:
        """The servers that files list; `miss` is called for a line that names none."""
        for line in self.lines:
            try:
                if line.problem is not None:
                    raise line.problem
                server = replace(self._server(line.parameters, line.dsn), own_label=line.label)
            except UsageError as error:
                miss(line, error)
            else:
                yield line, server

    def _server(self, parameters: conninfo.Parameters, dsn: str | None) -> Server:
        """The server by a connection string and the options beside it. Raises UsageError."""
        named = conninfo.Parameters()
        if self.dbname is not None:
            if "dbname" in parameters:
                raise UsageError("the database is named twice", "name it as an argument or with -d, not both")
            named = conninfo.parse(self.dbname)
        server = _server(self._beside() | parameters | named, self.prompt)
        return replace(server, dsn=self.dbname or dsn, options=self._options())

    def _beside(self) -> dict[str, str]:
        """What the options beside the connection strings say, as libpq's parameters."""
        options = {"host": self.host, "port": self.port, "user": self.username}
        return {key: value for key, value in options.items() if value is not None}

    def excludes(self, server: Server) -> bool:
        """Whether a database that `every` has come across is left out."""
        return any(pattern.matches("", server.parameters["dbname"]) for pattern in self.exclude)

    def _options(self) -> tuple[str, ...]:
        """The options beside the connection strings."""
        options = {"-h": self.host, "-p": self.port, "-U": self.username}
        words = [redact(word) for option, value in options.items() if value is not None for word in (option, value)]
        return (*words, *{"always": ("-W",), "never": ("-w",), "wanted": ()}[self.prompt])

    def arguments(self) -> tuple[str, ...]:
        """Words that name all the databases on a command line, without passwords."""
        files = tuple(word for file in self.inventories for word in ("--from", file))
        if self.every or files:
            named = () if self.dbname is None else ("-d", redact(conninfo.without_password(self.dbname)))
            dsns = (redact(conninfo.without_password(dsn)) for dsn in self.dsn)
            excluded = (word for pattern in self.exclude for word in ("--exclude-database", pattern.text))
            return (*dsns, *files, *named, *self._options(), *excluded, *["--all"] * self.every)
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


@frozen
class Server:
    """The server and database of one DSN."""

    parameters: conninfo.Parameters
    password: Password = field(repr=False)
    #: How it was named: a connection string, and options beside it.
    dsn: str | None = field(default=None, repr=False)
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

        with self.session() as lead, SessionPool(primary=lead, more=self.session, jobs=jobs) as pool:
            yield pool

    @property
    def wanting_no_password(self) -> Server:
        """The same, which never asks for a password."""
        asks = self.password.prompt == "wanted" and self.password.value is None
        return replace(self, password=Password("never")) if asks else self

    @contextmanager
    def session(self) -> Iterator[Session]:
        from pgseq.pg.connect import open_session

        with closing(self._connect()) as connection, open_session(connection) as session:
            yield session

    def _siblings(self) -> Iterator[tuple[Server, bool]]:
        from pgseq.pg.databases import read_databases

        with self.session() as session:
            databases = read_databases(session)
        return ((self._named(database.name), database.open) for database in databases)

    def _named(self, database: str) -> Server:
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


def _server(parameters: dict[str, str], prompt: Prompt) -> Server:
    """A server by what is given, and by what the environment adds. Raises UsageError for what would show a password."""
    variables = conninfo.variables(parameters)
    conninfo.refuse(conninfo.effective(parameters) | parameters, variables)
    return Server(parameters=conninfo.Parameters(parameters), password=Password(prompt))


def distinct(servers: Iterable[Server]) -> list[Server]:
    """Each once, in their order: those of whose parameters libpq makes the same are the same."""
    servers_by_identity: dict[Identity, Server] = {}
    for server in servers:
        servers_by_identity.setdefault(server.identity, server)
    return list(servers_by_identity.values())


def wants_password(error: ConnectionFailed) -> bool:
    """Whether the server asked for a password, none was known, and there is a terminal to ask on."""
    return error.needs_password and sys.stdin.isatty() and sys.stderr.isatty()
