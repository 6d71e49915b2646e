"""The simulated state of one database: tables, columns and sequences, and the ids known to be stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pgseq.commands.lint.simulator.events import Collision, Event, Span, extremes, within
from pgseq.model.arithmetic import INTEGER_BITS, type_range
from pgseq.model.sequences import Kind, Position, Via
from pgseq.sql.grammar import Node

T = TypeVar("T")
Name = tuple[str, str]
#: Where a name without a schema is made as long as no search_path is known, written as it was: without one.
UNNAMED: Final = ""
#: Where that is, as far as anybody can tell.
PUBLIC: Final = "public"
#: Where temporary tables are made, and looked for first.
TEMPORARY: Final = "pg_temp"
#: The search_path of a new database, as far as anything can be made in it.
DEFAULT_PATH: Final = (UNNAMED, PUBLIC)


@dataclass(slots=True, kw_only=True, eq=False)
class SequenceState:
    """A sequence."""

    schema: str
    name: str
    data_type: str = "bigint"
    start: int = 1
    increment: int = 1
    min: int = 1
    max: int = 2**63 - 1
    cycle: bool = False
    cache: int = 1
    #: Values that the session has taken and not yet handed out: those up to the position.
    taken: int = 0
    #: Table and column that own it.
    owner: tuple[Name, str] | None = None
    #: None: not known, and `moved` says since when.
    position: Position | None = None
    #: The last statement that set it to a place of its own choice.
    moved: Event | None = None
    #: The last statement that changed its direction, grid or range, and left it behind by that.
    reshaped: Event | None = None
    #: The first statement that draws a value already stored, and fails.
    collision: Collision | None = None
    #: The columns that draw from it, in tables or no longer so, by id().
    columns: dict[int, Column] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> Name:
        return self.schema, self.name


BELOW, ABOVE = 0, 1


@dataclass(slots=True, kw_only=True, eq=False)
class Column:
    """A column, its feed, and the ids stored in it. Partitions share their parents' columns."""

    name: str
    type: str = ""
    typmod: int = -1
    sequence: SequenceState | None = None
    via: Via = "default"
    #: GENERATED ALWAYS AS IDENTITY.
    always: bool = False
    #: The statement that made it draw from its sequence; None: it was found so.
    fed_by: Event | None = None
    #: By residue modulo the sequence's increment: those of one residue lie on one grid.
    ids: dict[int, Span] = field(default_factory=dict)
    #: Those below the sequence's range and above it, which it cannot hand out as long as its range stays.
    outside: dict[int, Span] = field(default_factory=dict)
    #: The last statement that stored ids which its text does not show.
    unseen: Event | None = None
    #: The tables that it has been put into, and may have left.
    tables: list[Table] = field(default_factory=list, repr=False)

    @property
    def kind(self) -> Kind:
        return type_range(self.type, self.typmod)[0]

    @property
    def worth_watching(self) -> bool:
        """Whether a sequence may come to feed it: it is one of integers."""
        return self.type in INTEGER_BITS

    @property
    def ends(self) -> tuple[int, int] | None:
        """The least and the greatest of all that is stored, within the sequence's range or not."""
        stored = [value for value, _ in self.stored]
        return (min(stored), max(stored)) if stored else None

    @property
    def stored(self) -> list[tuple[int, Event]]:
        """The ids that are known one by one, each with the statement that stored it."""
        spans = [*self.ids.values(), *self.outside.values()]
        return [end for one in spans for end in ((one.low, one.low_by), (one.high, one.high_by))]

    def feed(
        self, sequence: SequenceState | None, via: Via, *, always: bool = False, event: Event | None = None
    ) -> None:
        """Draw from another sequence from now on, or from none; what is stored stays."""
        if self.sequence is not sequence:
            self.fed_by = event
        if self.sequence is not None:
            self.sequence.columns.pop(id(self), None)
        if sequence is not None:
            sequence.columns[id(self)] = self
        self.sequence, self.via, self.always = sequence, via, always
        self.sort()

    def sort(self) -> None:
        """Sort what is stored by the grids and the range that its sequence has now."""
        stored, self.ids, self.outside = self.stored, {}, {}
        for value, event in stored:
            self.store([value], event)

    def store(self, values: Sequence[int], event: Event) -> None:
        """Store ids."""
        if not values:
            return
        low, high = extremes(values)
        sequence = self.sequence
        if sequence is not None and (low < sequence.min or high > sequence.max):
            self._put(self.outside, BELOW, within(values, low, sequence.min - 1), event)
            self._put(self.outside, ABOVE, within(values, sequence.max + 1, high), event)
            values = within(values, sequence.min, sequence.max)
        if sequence is None or abs(sequence.increment) == 1:
            self._put(self.ids, 0, values, event)
            return
        width = abs(sequence.increment)
        if isinstance(values, range) and len(values) > 2 * width:
            # Whatever its step, every grid's least and greatest value are among these.
            values = [*values[:width], *values[-width:]]
        grids: dict[int, list[int]] = {}
        for value in values:
            grids.setdefault(value % width, []).append(value)
        for residue, group in grids.items():
            self._put(self.ids, residue, group, event)

    @staticmethod
    def _put(among: dict[int, Span], key: int, values: Sequence[int], event: Event) -> None:
        if values:
            low, high = extremes(values)
            known = among.get(key)
            among[key] = known.with_(low, high, event) if known else Span(low, event, high, event)

    def empty(self) -> None:
        """Forget what is stored."""
        self.ids, self.outside, self.unseen = {}, {}, None


@dataclass(slots=True, kw_only=True, eq=False)
class Table:
    """A table."""

    schema: str
    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    #: Columns that refer to another table's: own column → (table, column).
    refers: dict[str, tuple[Name, str]] = field(default_factory=dict)
    #: A TRUNCATE that let its sequences go on, and how many rows have drawn from them since.
    truncated: Event | None = None
    redrawn: int = 0
    #: How many rows it has; None: nobody knows.
    rows: int | None = 0
    #: ON COMMIT DROP.
    until_commit: bool = False

    @property
    def key(self) -> Name:
        return self.schema, self.name

    def put(self, column: Column) -> Column:
        """Take in a column, one of its own or one that it shares with its parent."""
        self.columns[column.name] = column
        column.tables.append(self)
        return column

    @property
    def fed(self) -> list[Column]:
        return [column for column in self.columns.values() if column.sequence is not None]

    @property
    def watched(self) -> list[Column]:
        """The columns whose ids are looked at: the fed ones; where there is none yet, those that may become one."""
        return self.fed or [column for column in self.columns.values() if column.worth_watching]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """A constant in a column that refers to a truncated table whose sequence went on: it counts on a fresh start."""

    target: Name
    table: Name
    column: str
    value: int
    #: The TRUNCATE.
    event: Event


@dataclass(slots=True, kw_only=True)
class DatabaseState:
    """The state of one database, as far as the files, or its catalog, show it."""

    #: It was read from a live database.
    live: bool = False
    path: tuple[str, ...] = DEFAULT_PATH
    #: The search_path of a new session.
    home: tuple[str, ...] = DEFAULT_PATH
    tables: dict[Name, Table] = field(default_factory=dict)
    sequences: dict[Name, SequenceState] = field(default_factory=dict)
    #: Tables that received ids but that no statement creates, with the first statement that stored some.
    unknown_tables: dict[Name, Event] = field(default_factory=dict)
    #: Code that stores rows in tables whose names it computes.
    dynamic_sql: list[Event] = field(default_factory=list)
    #: By truncated table, the first constant that expects its ids to start again.
    counting: dict[Name, Counting] = field(default_factory=dict)

    def table(self, named: Node) -> Table | None:
        """The table that a RangeVar names."""
        return self._find(self.tables, named.get("schemaname"), named["relname"])

    def sequence(self, schema: str | None, name: str) -> SequenceState | None:
        """The sequence of that name."""
        return self._find(self.sequences, schema, name)

    def at_home(self, schema: str | None, name: str) -> SequenceState | None:
        """Resolve a default's sequence. If the search_path is empty, as in a dump, use the inserting session's."""
        found = self.sequence(schema, name)
        if found is None and schema is None and not self.path:
            return next((one for home in self.home if (one := self.sequence(home, name))), None)
        return found

    def place_for(self, named: Node) -> str:
        """The schema in which a new relation is created."""
        if named.get("relpersistence") == "t":
            return TEMPORARY
        return named.get("schemaname") or next(iter(self.path), UNNAMED)

    def feeds(self, sequence: SequenceState) -> Iterator[tuple[Table, Column]]:
        """The columns that draw from a sequence, each with the first table that has it; not temporary tables."""
        for column in tuple(sequence.columns.values()):
            lasting = (one for one in column.tables if one.schema != TEMPORARY)
            table = next((one for one in lasting if self._has(one, column)), None)
            if table is not None:
                yield table, column

    def _has(self, table: Table, column: Column) -> bool:
        return self.tables.get(table.key) is table and table.columns.get(column.name) is column

    def _find(self, among: dict[Name, T], schema: str | None, name: str) -> T | None:
        homes = (TEMPORARY, *self.path) if schema is None else (schema,)
        # What was made without a schema under an unknown search_path is taken to be public.
        places = [place for home in homes for place in ((home, UNNAMED) if home == PUBLIC else (home,))]
        return next((among[place, name] for place in places if (place, name) in among), None)
