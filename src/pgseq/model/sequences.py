"""Sequences, their feeds, positions and diagnoses: frozen values without I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from pgseq.model.hints import Compose, Hint, completed
from pgseq.model.limits import MAX_JUMP
from pgseq.model.repair import Ahead, Gap, Repair
from pgseq.text.secrets import redact

#: The newest major release of PostgreSQL that pgseq is tested with, and the oldest.
NEWEST = 18
OLDEST = 12

Via = Literal["serial", "identity", "default", "text-default", "owned", "declared"]
Status = Literal["ok", "out_of_sync", "exhausted", "unknown"]
Severity = Literal["error", "warning", "info", "unknown"]
#: How a column's values are compared with a sequence's: `integer` and `numeric` as they are, `text` where it is a
#: canonical integer, `other` not at all.
Kind = Literal["integer", "numeric", "text", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something could not be read or done, and the hint what to do."""

    reason: str
    hint: str = ""
    #: Nothing but a privilege to read is missing.
    privilege: bool = False

    def __post_init__(self) -> None:
        # Defaults and other texts of the catalog stand in it.
        object.__setattr__(self, "reason", redact(self.reason))

    def calling(self, compose: Compose) -> Problem:
        """The same with the commands to run next as `compose` writes them."""
        return Problem(reason=self.reason, hint=completed(self.hint, compose))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A column that draws from a sequence."""

    schema: str
    table: str
    column: str
    #: The column's type as format_type() prints it.
    type: str
    via: Via
    #: Oid of the table.
    relid: int
    #: Schema-qualified table and column name, quoted by the server.
    table_sql: str
    column_sql: str
    kind: Kind
    #: The least and greatest integer that the column's type can hold; None: no limit.
    lowest: int | None
    highest: int | None
    #: The FROM items that together hold all rows which count: the table itself (with everything below it), or single
    #: relations (`ONLY …`) where part of an inheritance tree draws from another sequence.
    sources: tuple[str, ...]
    #: Those of them that LOCK TABLE does not take: foreign tables.
    unlockable: tuple[str, ...] = ()
    #: Schema and name of the tables below it whose rows count, at any depth.
    below: tuple[tuple[str, str], ...] = ()
    #: pg_class.relpersistence: p, u or t.
    persistence: str
    #: Whether the column owns the sequence (OWNED BY or identity).
    owns: bool
    #: The default is more than the sequence's plain value; its text.
    expression: str | None = None
    #: Why it is not sure that this sequence is meant, where the default names it as text.
    ambiguous: Problem | None = None
    #: Why the column's rows cannot be read by this role.
    unreadable: Problem | None = None
    #: Unreadable only since its values cannot be compared: whether there are any can be seen.
    countable: bool = False
    #: Why this role cannot lock the table, as an Problem with the GRANT.
    unlockable_because: Problem | None = None
    #: Bytes of heap to scan for the column's values, where no btree index serves: from pg_class.relpages, an estimate
    #: kept by VACUUM and ANALYZE.
    scan_bytes: int = 0
    #: Whether a unique index on the column alone covers all rows that count, and so refuses what is stored already.
    unique: bool = True
    #: Oid and name of the table's owner.
    owner: int = 0
    owner_name: str = ""
    #: None: nobody else's code can be in the way of reading the table. Else what of it the planner evaluates, as a mark
    #: that is compared before the table is read; "" for nothing.
    mark: str | None = None
    #: Whether this role may lock the table against being altered.
    may_share: bool = True
    #: Oid of the column's type.
    type_oid: int = 0
    #: A view, whose columns have a default and no type of their own.
    is_view: bool = False
    #: A view, a foreign table, or a table with one below it, that the user declared and that may be read.
    unrestricted: bool = False
    #: A foreign table that is not read, of whose tree the rest is another feed.
    apart: bool = False
    #: Locks that reading the column takes: tables and indexes.
    locks: int = 1
    #: The relations of a tree (`ONLY …`, each with its locks) that has more than one transaction may lock.
    parts: tuple[tuple[str, int], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return (self.column,)

    @property
    def plain(self) -> bool:
        """Whether the column stores the sequence's values as they are."""
        return self.expression is None

    @property
    def label(self) -> str:
        return f"{self.table_sql}.{self.column_sql}"

    def holds(self, value: int) -> bool:
        """Whether the column's type can hold `value`."""
        return (self.lowest is None or value >= self.lowest) and (self.highest is None or value <= self.highest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A sequence as the catalog defines it (pg_sequence), and the columns that draw from it."""

    oid: int
    schema: str
    name: str
    #: Schema-qualified name, quoted by the server; `literal` is the same as a quoted SQL string.
    schema_sql: str
    sql: str
    literal: str
    data_type: str
    start: int
    increment: int
    min: int
    max: int
    cache: int
    cycle: bool
    persistence: str
    #: Name of the extension that it belongs to.
    extension: str | None
    #: Oid of its owner.
    owner: int = 0
    #: Whether nobody else can put something in its place.
    trusted: bool = True
    #: Rights of the current role: SELECT, USAGE and UPDATE on the sequence, USAGE on its schema.
    may_select: bool
    may_use: bool
    may_update: bool
    may_enter: bool
    #: pg_get_sequence_data() gives its position, and at once: a scan of a relation may wait for an I/O worker there
    #: (PostgreSQL documentation, io_method).
    by_function: bool = False
    feeds: tuple[Feed, ...] = ()
    #: Columns whose default names the sequence, but whose table's owner could not draw from it: they do not count.
    unprivileged: tuple[Feed, ...] = ()

    @property
    def ascending(self) -> bool:
        return self.increment > 0

    @property
    def locks(self) -> int:
        """Locks that reading it and its columns takes."""
        return 1 + sum(feed.locks for feed in self.feeds if feed.unreadable is None)

    @property
    def feeds_nothing(self) -> bool:
        """Whether no default draws from it: at most a column that owns it, without drawing."""
        return all(feed.via == "owned" for feed in self.feeds)

    @property
    def by_name(self) -> bool:
        """Whether its position is read by its name."""
        return self.may_select and self.may_enter and not self.by_function

    @property
    def in_parts(self) -> bool:
        """Whether a column that it feeds has to be read part by part."""
        return any(feed.parts for feed in self.feeds if feed.unreadable is None)

    @property
    def bound(self) -> int:
        """The last value in its direction: MAXVALUE, or MINVALUE when descending."""
        return self.max if self.ascending else self.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The position of a sequence: the two columns of `SELECT last_value, is_called FROM seq`."""

    last_value: int
    is_called: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a fed column holds that its sequence could still hand out.

    `nearest` is the first such value in the sequence's direction, `furthest` the last; both None when there is none.
    """

    nearest: int | None = None
    furthest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was seen of a sequence and of each of its feeds (`stored` runs beside `sequence.feeds`), or why not."""

    sequence: Sequence
    position: Position | Problem
    stored: tuple[Stored | Problem, ...]
    #: What is stored ahead, or why that was not counted; None: not asked, as no repair skips much of the values left.
    ahead: Ahead | Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check's result."""

    code: str
    severity: Severity
    message: str
    hint: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", redact(self.message))

    def calling(self, compose: Compose) -> Finding:
        """The same with the commands to run next as `compose` writes them."""
        return replace(self, hint=completed(self.hint, compose)) if isinstance(self.hint, Hint) else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a repair may do without further consent."""

    #: Greatest part of the free values left that a move may give up, 0 to 1.
    max_jump: float = MAX_JUMP
    #: Where a move would give up more or find no room: continue in a free stretch before the furthest stored value.
    into_gap: bool = False
    #: A collision further away than so many inserts is information; None: every one counts.
    within: int | None = None
    #: Lock on the fed tables while a sequence is moved: `table` (SHARE ROW EXCLUSIVE) or `none`.
    lock: Literal["table", "none"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The diagnosis of a reading."""

    reading: Reading
    status: Status
    #: What nextval() would return now; None when it would fail or when the position was not seen.
    next_value: int | None = None
    nearest: int | None = None
    furthest: int | None = None
    #: How many inserts go in before the first that may fail; each takes as many values as columns of its table draw.
    inserts_until_collision: int | None = None
    repair: Repair | None = None
    #: Why the status is unknown.
    reason: Problem | None = None

    @property
    def sequence(self) -> Sequence:
        return self.reading.sequence

    @property
    def lacks_privilege(self) -> bool:
        """Whether the status is unknown for want of privileges alone."""
        seen = (self.reading.position, *self.reading.stored)
        return self.status == "unknown" and all(one.privilege for one in seen if isinstance(one, Problem))

    @property
    def gap(self) -> Gap | None:
        """The free stretch to which `into_gap` moves it; None where that would do nothing."""
        gap = self.stretch
        return None if gap is None or gap.here else gap

    @property
    def stretch(self) -> Gap | None:
        """The free stretch before the furthest stored value in which it may go on, or stands."""
        return self.reading.ahead.gap if isinstance(self.reading.ahead, Ahead) else None

    @property
    def stray(self) -> bool:
        """Whether the furthest stored value has no neighbour: there are free values on both sides of it, or the range
        ends with it."""
        return isinstance(self.reading.ahead, Ahead) and self.reading.ahead.alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """A row of subscribed.sql: a table that logical replication fills."""

    relid: int
    #: Its name; before 14, where that cannot be told from others, all that the database has.
    subscription: str
    enabled: bool
    #: pg_subscription_rel.srsubstate.
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Facts about a database and its server."""

    database: str
    version: str
    version_num: int
    in_recovery: bool
    #: default_transaction_read_only.
    read_only: bool
    #: transaction_isolation of the session's transaction.
    isolation: str = "read committed"
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
