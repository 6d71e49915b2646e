"""A server and what is known of a database on it: frozen values without I/O."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from pgseq.values import Value

#: The newest major release of PostgreSQL that pgseq is tested with, and the oldest.
NEWEST = 18
OLDEST = 12


class Subscribed(Struct, frozen=True, kw_only=True):
    """A row of subscribed.sql: a table that logical replication fills."""

    relid: int
    #: Its name; before 14, where that cannot be told from others, all that the database has.
    subscription: str
    enabled: bool
    #: pg_subscription_rel.srsubstate.
    state: str


class Server(Value, frozen=True, kw_only=True):
    """Facts about a database and its server."""

    uncompared: ClassVar = ("transaction_read_only", "server_time")

    database: str
    version: str
    version_num: int
    in_recovery: bool
    #: default_transaction_read_only.
    read_only: bool
    #: transaction_isolation of the session's transaction.
    isolation: str = "read committed"
    #: transaction_read_only, which pgseq's own transaction of the question is always.
    transaction_read_only: bool = False
    #: Locks that the server's lock table has room for at least, for all sessions together.
    lock_slots: int = 6400
    #: The role's own search_path, without implicit schemas.
    search_path: tuple[str, ...]
    #: The current role, quoted.
    role: str
    #: What libpq is connected to: a host, an address or the folder of a socket, and the port. None: not known.
    host: str | None = None
    port: int | None = None
    #: The server's clock in UTC as ISO 8601 writes it, and its system identifier; None where that is not known.
    server_time: str | None = None
    system_identifier: str | None = None
    #: version().
    full_version: str = ""
    #: Whether the extension citus is installed.
    citus: bool = False
    #: What the caller's list of databases calls this one; empty: nothing.
    label: str = ""

    @property
    def major(self) -> int:
        return self.version_num // 10000

    @property
    def time(self) -> float:
        """The server's clock in seconds since 1970; ours where it is not known."""
        return (datetime.fromisoformat(self.server_time) if self.server_time else datetime.now()).timestamp()

    @property
    def lock_share(self) -> int:
        """Locks that pgseq may hold at a time: a quarter of those."""
        return self.lock_slots // 4

    @property
    def address(self) -> str:
        """Host and port; a socket is local, and its folder is left out. Empty where that is not known."""
        if not self.host:
            return ""
        host = "local socket" if self.host.startswith(("/", "@")) else self.host
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    @property
    def untested(self) -> str:
        """What of the server pgseq is not tested with; empty where it is tested."""
        if self.citus:
            return "Citus"
        return f"PostgreSQL {self.major}" if self.major > NEWEST else ""
