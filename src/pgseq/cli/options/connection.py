"""The databases of a command line, by the rules of psql and libpq."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Protocol

from msgspec import field
from msgspec.structs import replace

from pgseq import conninfo
from pgseq.cli.app import program
from pgseq.cli.options.inventory import Line
from pgseq.cli.options.password import Prompt
from pgseq.cli.options.server import NamedServer, server_of
from pgseq.errors import UsageError
from pgseq.names import Pattern
from pgseq.text.secrets import redact
from pgseq.values import Value


class Names(Protocol):
    """What a program that has the command line in it calls databases."""

    def server(self, name: str | None, options: Mapping[str, str], prompt: Prompt) -> NamedServer | None:
        """The server of a name, or the usual one; None for what libpq reads. `options`: libpq's parameters given
        beside the name. Raises UsageError."""
        ...

    def another(self, database: str) -> str:
        """The name of a database of the usual server."""
        ...


class Connection(Value, frozen=True, kw_only=True):
    """The connection options of a command line."""

    unshown: ClassVar = ("dsn", "dbname", "names")
    uncompared: ClassVar = ("names",)
    dsn: tuple[str, ...] = ()
    dbname: str | None = None
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
    names: Names | None = field(default_factory=program.names)

    @property
    def several(self) -> bool:
        """Whether more than one database may be meant."""
        return self.every or len(self.dsn) + len(self.lines) > 1

    @property
    def at_once(self) -> bool:
        """Whether several databases may be worked in at a time: not where each asks for a password first."""
        return self.jobs > 1 and self.prompt != "always"

    def servers(self) -> list[NamedServer]:
        """The servers that the command line names, or else the one that libpq takes by itself. Raises UsageError.

        What a connection string says goes before -h, -p and -U (psql documentation, -d).
        """
        for text in (*self.dsn, *([] if self.dbname is None else [self.dbname])):
            conninfo.refuse_empty(text)
        if self.inventories and not self.dsn:
            return []
        return [self._called(dsn) or self._read(dsn) for dsn in self.dsn or (None,)]

    def _called(self, dsn: str | None) -> NamedServer | None:
        """The server that the program around us calls so; None for what libpq reads. Raises UsageError."""
        if self.names is None or (dsn is not None and self.dbname is not None):
            return None
        server = self.names.server(self.dbname if dsn is None else dsn, self._beside(), self.prompt)
        if server is not None and self.executor is not None:
            raise UsageError("an executor connects by itself", "name the database by a connection string")
        return server and replace(server, options=self._options())

    def _read(self, dsn: str | None) -> NamedServer:
        return self._server(conninfo.Parameters() if dsn is None else conninfo.parse(dsn), dsn)

    def listed(self, miss: Callable[[Line, UsageError], None]) -> Iterator[tuple[Line, NamedServer]]:
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

    def _server(self, parameters: conninfo.Parameters, dsn: str | None) -> NamedServer:
        """The server by a connection string and the options beside it. Raises UsageError."""
        named = conninfo.Parameters()
        if self.dbname is not None:
            if "dbname" in parameters:
                raise UsageError("the database is named twice", "name it as an argument or with -d, not both")
            named = conninfo.parse(self.dbname)
        server = server_of(self._beside() | parameters | named, self.prompt)
        return replace(server, dsn=self.dbname or dsn, options=self._options())

    def _beside(self) -> dict[str, str]:
        """What the options beside the connection strings say, as libpq's parameters."""
        options = {"host": self.host, "port": self.port, "user": self.username}
        return {key: value for key, value in options.items() if value is not None}

    def excludes(self, server: NamedServer) -> bool:
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
