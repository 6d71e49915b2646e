"""Sequences, their feeds, and what was read of both: frozen values without I/O."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar, Literal, Self

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from pgseq.model.blocks import Block
from pgseq.model.hints import Compose, completed
from pgseq.model.obstacles import ColumnLimit
from pgseq.model.repair import Ahead
from pgseq.text.secrets import redact

Via = Literal["serial", "identity", "default", "text-default", "owned", "declared"]
#: How a column's values are compared with a sequence's: `integer` and `numeric` as they are, `text` where it is a
#: canonical integer, `other` not at all.
Kind = Literal["integer", "numeric", "text", "other"]


class Problem(Struct, frozen=True, kw_only=True):
    """Why something was not seen or not done, and the hint what to do: `NotSeen`, `Refused` or `MissingPrivilege`."""

    reason: str
    hint: str = ""

    def __post_init__(self) -> None:
        # Defaults and other texts of the catalog stand in it.
        force_setattr(self, "reason", redact(self.reason))

    def calling(self, compose: Compose) -> Self:
        """The same with the commands to run next as `compose` writes them."""
        return replace(self, hint=completed(self.hint, compose))


class NotSeen(Problem, frozen=True, kw_only=True):
    """What could not be read or compared."""


class Refused(Problem, frozen=True, kw_only=True):
    """What is not done, or failed."""


class MissingPrivilege(Problem, frozen=True, kw_only=True):
    """What a privilege alone would allow to be read or done."""


class Feed(Struct, frozen=True, kw_only=True, gc=False):
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
    #: The ids that the application stores for one value, where the user declares it; None: not declared.
    block: Block | None = None
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

    @property
    def in_blocks(self) -> bool:
        """Whether a value stands for several ids."""
        return self.block is not None and self.block.size > 1

    @property
    def offsets(self) -> tuple[int, int]:
        """The first and the last id that a value stands for, less that value."""
        return (0, 0) if self.block is None else self.block.offsets

    def end(self, *, ascending: bool) -> int | None:
        """The last value that the column's type can hold, with all the ids that it stands for; None: no limit."""
        first, last = self.offsets
        if ascending:
            return None if self.highest is None else self.highest - last
        return None if self.lowest is None else self.lowest - first

    def holds(self, value: int) -> bool:
        """Whether the column's type can hold `value`, or all the ids that it stands for."""
        first, last = self.offsets
        return (self.lowest is None or value + first >= self.lowest) and (
            self.highest is None or value + last <= self.highest
        )


class Sequence(Struct, frozen=True, kw_only=True, gc=False):
    """A sequence as the catalog defines it (pg_sequence), and the columns that draw from it."""

    #: The fields that follow from all others, whatever is passed for them: asked for again and again, so told once.
    derived: ClassVar = ("ascending", "bound", "end", "draws", "readable", "feeds_nothing", "in_parts", "locks")

    oid: int
    #: The database that it is in; empty where it is read from files.
    database: str
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
    #: Where nothing is fed by it: keys that an application may fill from it, going by the names.
    likely: tuple[Feed, ...] = ()
    #: What limits its columns beside their types, and the columns that refer to them.
    limits: tuple[ColumnLimit, ...] = ()
    ascending: bool = True
    #: The last value in its direction: MAXVALUE, or MINVALUE when descending.
    bound: int = 0
    #: The last value in its direction that lies in its range and fits the type of every plain feed, with all the ids
    #: that it stands for.
    end: int = 0
    #: How many values one INSERT takes: as many as columns of one table draw, in the table that has most of them.
    draws: int = 1
    #: The feeds that can be read.
    readable: tuple[Feed, ...] = ()
    #: Whether no default draws from it: at most a column that owns it, without drawing.
    feeds_nothing: bool = True
    #: Whether a column that it feeds has to be read part by part.
    in_parts: bool = False
    #: Locks that reading it and its columns takes.
    locks: int = 1

    def __post_init__(self) -> None:
        ascending = self.increment > 0
        bound = self.max if ascending else self.min
        # In one pass: there may be a hundred thousand, and most feed one column.
        end, feeds_nothing, in_parts, locks = bound, True, False, 1
        readable: list[Feed] = []
        for feed in self.feeds:
            feeds_nothing = feeds_nothing and feed.via == "owned"
            if feed.plain and (last := feed.end(ascending=ascending)) is not None:
                end = min(end, last) if ascending else max(end, last)
            if feed.unreadable is None:
                readable.append(feed)
                in_parts = in_parts or bool(feed.parts)
                locks += feed.locks
        force_setattr(self, "ascending", ascending)
        force_setattr(self, "bound", bound)
        force_setattr(self, "end", end)
        force_setattr(self, "feeds_nothing", feeds_nothing)
        force_setattr(self, "draws", _draws(self.feeds))
        force_setattr(self, "readable", self.feeds if len(readable) == len(self.feeds) else tuple(readable))
        force_setattr(self, "in_parts", in_parts)
        force_setattr(self, "locks", locks)

    @property
    def by_name(self) -> bool:
        """Whether its position is read by its name."""
        return self.may_select and self.may_enter and not self.by_function


def _draws(feeds: tuple[Feed, ...]) -> int:
    if len(feeds) <= 1:
        return 1
    drawing = {(feed.table_sql, feed.column_sql) for feed in feeds if feed.via not in ("owned", "declared")}
    return max(Counter(table for table, _ in drawing).values(), default=1)


class Position(Struct, frozen=True, kw_only=True, gc=False):
    """The position of a sequence: the two columns of `SELECT last_value, is_called FROM seq`."""

    last_value: int
    is_called: bool


class Stored(Struct, frozen=True, kw_only=True, gc=False):
    """What a fed column holds that its sequence could still hand out.

    `nearest` is the first such value in the sequence's direction, `furthest` the last; both None when there is none,
    `nearest` alone where it was not asked for (Limits.furthest_only).
    Where a value stands for a block of ids, they are ids of such blocks.
    """

    nearest: int | None = None
    furthest: int | None = None
    #: The furthest integer off the sequence's grid beyond its position; looked for where INCREMENT is not 1 and no
    #: block is declared.
    off_grid: int | None = None


class Reading(Struct, frozen=True, kw_only=True, gc=False):
    """What was seen of a sequence and of each of its feeds (`stored` runs beside `sequence.feeds`), or why not."""

    sequence: Sequence
    position: Position | Problem
    stored: tuple[Stored | Problem, ...]
    #: What is stored ahead, or why that was not counted; None: not asked, as no repair skips much of the values left.
    ahead: Ahead | Problem | None = None
    #: The same as `stored` for the columns `sequence.likely`.
    likely: tuple[Stored | Problem, ...] = ()
