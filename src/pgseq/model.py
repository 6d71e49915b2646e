"""The nouns of the house: frozen values, no I/O, no judgement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Via = Literal["serial", "identity", "default", "text-default", "owned", "declared"]
Status = Literal["ok", "out_of_sync", "exhausted", "unknown"]
Severity = Literal["error", "warning", "info", "unknown"]
#: How a column's values are compared with a sequence's: `integer` and `numeric` as they are, `text` where it is a
#: canonical integer, `other` not at all.
Kind = Literal["integer", "numeric", "text", "other"]
Result = Literal["moved", "unchanged", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What could not be looked at, why, and the exact remedy."""

    reason: str
    remedy: str = ""


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
    #: pg_class.relpersistence: p, u or t.
    persistence: str
    #: Whether the column owns the sequence (OWNED BY or identity).
    owns: bool
    #: The default is more than the sequence's plain value; its text.
    expression: str | None = None
    #: Why the column's rows cannot be read by this role.
    barrier: Unseen | None = None
    #: Why this role cannot lock the table, as an Unseen with the GRANT.
    lock_barrier: Unseen | None = None
    #: Bytes of heap to scan for the column's values, where no btree index serves: from pg_class.relpages, an estimate
    #: kept by VACUUM and ANALYZE.
    scan_bytes: int = 0
    #: Locks that reading the column takes: tables and indexes.
    locks: int = 1
    #: The relations of a tree (`ONLY …`, each with its locks) that has more than one transaction may lock.
    parts: tuple[tuple[str, int], ...] = ()

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
    #: Rights of the current role: SELECT, USAGE and UPDATE on the sequence, USAGE on its schema.
    may_select: bool
    may_use: bool
    may_update: bool
    may_enter: bool
    #: pg_get_sequence_data() gives its position, and at once: a scan of a relation may wait for an I/O worker there
    #: (PostgreSQL documentation, io_method).
    by_function: bool = False
    feeds: tuple[Feed, ...] = ()

    @property
    def ascending(self) -> bool:
        return self.increment > 0

    @property
    def locks(self) -> int:
        """Locks that reading it and its columns takes."""
        return 1 + sum(feed.locks for feed in self.feeds if feed.barrier is None)

    @property
    def in_parts(self) -> bool:
        """Whether a column that it feeds has to be read part by part."""
        return any(feed.parts for feed in self.feeds if feed.barrier is None)

    @property
    def bound(self) -> int:
        """The last value in its direction: MAXVALUE, or MINVALUE when descending."""
        return self.max if self.ascending else self.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a sequence stands: the two columns of `SELECT last_value, is_called FROM seq`."""

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
    position: Position | Unseen
    stored: tuple[Stored | Unseen, ...]
    #: The last value before the widest free stretch ahead (read only where Policy.into_gap asks for it).
    gap_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check's result."""

    code: str
    severity: Severity
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Where a sequence has to go. `last_value` becomes the furthest stored value, so that `next_value` is the first
    value of its grid beyond it."""

    last_value: int
    next_value: int
    #: Values given up by the move, and values left before it (both counts on the sequence's grid).
    skipped: int
    left: int
    #: Whether `next_value` lies within the sequence's range and fits every fed column.
    possible: bool

    @property
    def share(self) -> float:
        """Part of the values left that the move gives up, 0 to 1."""
        return self.skipped / self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a repair may do unasked."""

    #: Greatest part of the values left that a move may give up, 0 to 1.
    max_jump: float = 0.10
    #: Where a move would give up more or find no room: continue in the widest free stretch instead.
    into_gap: bool = False
    #: Lock on the fed tables while a sequence is moved: `table` (SHARE ROW EXCLUSIVE) or `none`.
    lock: Literal["table", "none"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A reading judged by the one definition."""

    reading: Reading
    status: Status
    #: What nextval() would return now; None when it would fail or when the position was not seen.
    next_value: int | None = None
    nearest: int | None = None
    furthest: int | None = None
    inserts_until_collision: int | None = None
    repair: Repair | None = None
    #: Why the status is unknown.
    reason: Unseen | None = None

    @property
    def sequence(self) -> Sequence:
        return self.reading.sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """What a step says and does."""

    description: str
    #: Lock that the step takes, in words; empty when it takes none on a table.
    lock: str
    guard: str
    #: Statements of one transaction, without BEGIN and COMMIT; `move` returns the row that `moves.move` tells of.
    settings: tuple[str, ...]
    locking: tuple[str, ...]
    move: str

    @property
    def sql(self) -> str:
        """The whole transaction as a script."""
        settings = "; ".join(self.settings)
        return "\n".join(f"{text};" for text in ("BEGIN", settings, *self.locking, self.move, "COMMIT"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One planned change as a value; what is shown, written to a script and run are the same bytes."""

    sequence: Sequence
    #: The position found when the step was planned.
    found: Position
    #: The position that the step would lead to, judged by what was read.
    next_value: int
    #: Composes the statements when they are asked for: a plan may have a hundred thousand steps.
    compose: Callable[[Step], Statements]

    @property
    def statements(self) -> Statements:
        """What it says and does."""
        return self.compose(self)

    @property
    def sql(self) -> str:
        """The whole transaction as a script."""
        return self.statements.sql

    @property
    def goal(self) -> Position:
        """Where the step leaves the sequence, judged by what was read."""
        return Position(last_value=self.next_value - self.sequence.increment, is_called=True)

    @property
    def undo(self) -> str:
        return undo(self.sequence, self.found)


def undo(sequence: Sequence, found: Position) -> str:
    """The statement that puts a sequence back to the position `found` (setval is not undone by ROLLBACK)."""
    called = "true" if found.is_called else "false"
    return f"SELECT pg_catalog.setval({sequence.literal}, {found.last_value}, {called})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of a sequence that needed something."""

    result: Result
    before: Position | None = None
    after: Position | None = None
    reason: str = ""
    hint: str = ""
    #: The sequence, where it was moved.
    sequence: Sequence | None = None
    #: The connection was lost before the server's answer.
    lost: bool = False

    @property
    def undo(self) -> str | None:
        """The statement that puts a sequence that was moved back."""
        if self.sequence is None or self.before is None:
            return None
        return undo(self.sequence, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of a sequence that was to be put back."""

    name: str
    applied: Applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the next insert would do.

    `proved` is True (the value is free in every fed column, or the insert worked), False (it would fail), or None: it
    could not be proved, `reason` says why. `inserted` names the tables proved by a real INSERT that was rolled back.
    """

    sequence: Sequence
    next_value: int | None
    proved: bool | None
    reason: str = ""
    inserted: tuple[str, ...] = ()
    #: Tables in which no real INSERT could be tried or that refused it for another reason, with the reason.
    not_inserted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What `verify` returns for one database."""

    server: Server
    proofs: tuple[Proof, ...]

    @property
    def exit_code(self) -> int:
        """0: every next insert was proved; 1: one would fail; 3: one could not be proved."""
        if any(proof.proved is False for proof in self.proofs):
            return 1
        return 3 if any(proof.proved is None for proof in self.proofs) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The database at the other end, as far as judging and reading need it."""

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

    @property
    def major(self) -> int:
        return self.version_num // 10000

    @property
    def lock_share(self) -> int:
        """Locks that pgseq may hold at a time: a quarter of those."""
        return self.lock_slots // 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A sequence with everything that pgseq has to say about it."""

    diagnosis: Diagnosis
    findings: tuple[Finding, ...]
    step: Step | None = None
    #: Why there is no step although something is wrong.
    refused: Unseen | None = None
    applied: Applied | None = None
    #: Reason of the user's own to leave it out of the count (configuration).
    ignored: str | None = None

    @property
    def sequence(self) -> Sequence:
        return self.diagnosis.sequence

    @property
    def status(self) -> Status:
        return self.diagnosis.status


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseReport:
    """What was seen in one database; `sequences` worst first."""

    server: Server
    sequences: tuple[Examined, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `check` and `fix` return."""

    databases: tuple[DatabaseReport, ...]

    @property
    def sequences(self) -> tuple[Examined, ...]:
        return tuple(one for database in self.databases for one in database.sequences)

    def count(self, status: Status) -> int:
        """How many sequences have this status (those ignored by configuration do not count)."""
        return sum(1 for one in self.sequences if one.status == status and one.ignored is None)

    @property
    def exit_code(self) -> int:
        """0 in sync; 1 something is out of sync, exhausted or was left unfixed; 3 something could not be looked at."""
        unfixed = any(one.applied and one.applied.result in ("skipped", "failed") for one in self.sequences)
        if self.count("out_of_sync") or self.count("exhausted") or unfixed:
            return 1
        return 3 if self.count("unknown") else 0
