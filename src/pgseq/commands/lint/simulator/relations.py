"""Tables, columns and sequences as files leave them, and the ids known to be stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import Final

from msgspec.structs import replace

from pgseq.commands.lint.simulator.events import Collision, Event, Span, extremes, within
from pgseq.model.arithmetic import INTEGER_BITS, type_range
from pgseq.model.sequences import Kind, Position, Via

Name = tuple[str, str]
#: The schema of a relation created without one while the search_path is unknown.
UNNAMED: Final = ""
#: The schema that is then most likely.
PUBLIC: Final = "public"
#: The schema of temporary tables, searched first.
TEMPORARY: Final = "pg_temp"
#: The search_path of a new database, without schemas in which nothing can be created.
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
    #: Values that the session has cached and not yet handed out: the last ones up to the position.
    taken: int = 0
    #: Table and column that own it.
    owner: tuple[Name, str] | None = None
    #: None: not known since `moved`.
    position: Position | None = None
    #: The last statement that set its position.
    moved: Event | None = None
    #: The last statement that changed its direction, grid or range, and thereby left it behind.
    reshaped: Event | None = None
    #: The first statement that draws a value already stored, and fails.
    collision: Collision | None = None
    #: The columns that draw from it, also of dropped tables, by id().
    columns: dict[int, ColumnState] = field(default_factory=dict, repr=False)

    #: The file whose statement last moved it, changed its options, made it feed a column or stored ids there.
    touched_in: str = ""

    @property
    def key(self) -> Name:
        return self.schema, self.name

    @property
    def furthest(self) -> str:
        """The aggregate of the furthest of its values."""
        return "max" if self.increment > 0 else "min"

    def touch(self, event: Event | None) -> None:
        """Note the file of a statement; those that `--fix` appends have none."""
        if event is not None and event.place.file:
            self.touched_in = event.place.file


BELOW, ABOVE = 0, 1
#: The most grids on which the ids of one column are told apart.
GRIDS: Final = 2**16
SCATTERED: Final = f"its ids lie on more than {GRIDS} grids"


@dataclass(slots=True, kw_only=True, eq=False)
class ColumnState:
    """A column, its feed, and the ids stored in it. Partitions share their parents' columns."""

    name: str
    type: str = ""
    typmod: int = -1
    sequence: SequenceState | None = None
    via: Via = "default"
    #: GENERATED ALWAYS AS IDENTITY.
    always: bool = False
    #: The statement that made it draw from its sequence; None: it did so in the live database.
    fed_by: Event | None = None
    #: By residue modulo the sequence's increment: ids of one residue lie on one grid.
    ids: dict[int, Span] = field(default_factory=dict)
    #: Ids below and above the sequence's range, which it can hand out only if its range changes.
    outside: dict[int, Span] = field(default_factory=dict)
    #: The sequence with whose values its default computes: 'INV-' || nextval('s').
    computed_from: SequenceState | None = None
    #: At most how many ids have been stored that the sequence did not give.
    explicit_count: int = 0
    #: The last statement that stored ids not shown by its text.
    unseen: Event | None = None
    #: The tables that have or had it.
    tables: list[TableState] = field(default_factory=list, repr=False)

    @property
    def kind(self) -> Kind:
        return type_range(self.type, self.typmod)[0]

    def unpadded(self, text: str) -> str:
        """A value without the blanks that fill up a character(n)."""
        return text.rstrip(" ") if self.type == "character" else text

    @property
    def worth_watching(self) -> bool:
        """Whether a sequence may come to feed it: its type is an integer type."""
        return self.type in INTEGER_BITS

    @property
    def ends(self) -> tuple[int, int] | None:
        """The least and the greatest stored id, within the sequence's range or not."""
        stored = [value for value, _ in self.stored]
        return (min(stored), max(stored)) if stored else None

    @property
    def stored(self) -> list[tuple[int, Event]]:
        """The ends of the spans, each with the statement that stored it."""
        spans = [*self.ids.values(), *self.outside.values()]
        return [end for one in spans for end in ((one.low, one.low_by), (one.high, one.high_by))]

    def feed(
        self, sequence: SequenceState | None, via: Via, *, always: bool = False, event: Event | None = None
    ) -> None:
        """Draw from another sequence, or from none; the stored ids stay."""
        if self.sequence is not sequence:
            self.fed_by = event
        if self.sequence is not None:
            self.sequence.columns.pop(id(self), None)
        if sequence is not None:
            sequence.columns[id(self)] = self
            sequence.touch(event)
        self.sequence, self.via, self.always = sequence, via, always
        self.sort()

    def sort(self) -> None:
        """Sort the stored ids by the grids and the range that the sequence has now."""
        stored, self.ids, self.outside = self.stored, {}, {}
        for value, event in stored:
            self.keep([value], event)

    def hide(self, event: Event) -> None:
        """Store ids that the text does not show."""
        self.unseen = event
        if self.sequence is not None:
            self.sequence.touch(event)

    def store(self, values: Sequence[int], event: Event) -> None:
        """Store ids. If they lie on more than GRIDS grids, they are forgotten and count as unseen."""
        self.keep(values, event)
        if self.sequence is not None:
            self.sequence.touch(event)

    def keep(self, values: Sequence[int], event: Event) -> None:
        """Keep ids that an earlier statement has stored."""
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
        if isinstance(values, range):
            # A series returns to its first grid after this many values, so its ends hold the ends of every grid.
            period = width // gcd(values.step, width)
            if period > GRIDS and values[GRIDS:]:
                self._scatter(event)
                return
            if values[2 * period :]:
                values = [*values[:period], *values[-period:]]
        grids: dict[int, list[int]] = {}
        for value in values:
            grids.setdefault(value % width, []).append(value)
        for residue, group in grids.items():
            self._put(self.ids, residue, group, event)
        if len(self.ids) > GRIDS:
            self._scatter(event)

    def _scatter(self, event: Event) -> None:
        self.ids, self.unseen = {}, replace(event, hidden=SCATTERED)

    @staticmethod
    def _put(among: dict[int, Span], key: int, values: Sequence[int], event: Event) -> None:
        if values:
            low, high = extremes(values)
            known = among.get(key)
            among[key] = known.with_(low, high, event) if known else Span(low, event, high, event)

    def empty(self) -> None:
        """Forget the stored ids."""
        self.ids, self.outside, self.unseen, self.explicit_count = {}, {}, None, 0


@dataclass(slots=True, kw_only=True, eq=False)
class TableState:
    """A table."""

    schema: str
    name: str
    columns: dict[str, ColumnState] = field(default_factory=dict)
    #: Columns that refer to another table's: own column → (table, column).
    refers: dict[str, tuple[Name, str]] = field(default_factory=dict)
    #: The last TRUNCATE without RESTART IDENTITY, and how many rows have drawn since.
    truncated: Event | None = None
    redrawn: int = 0
    #: How many rows it has; None: not known.
    rows: int | None = 0
    #: ON COMMIT DROP.
    until_commit: bool = False
    #: The file whose statement created it; empty: none did.
    made_in: str = ""
    #: An updatable view, which has the columns of its table.
    view: bool = False
    #: Its triggers: which statements fire them (CreateTrigStmt.events), and which routine they call.
    triggers: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def key(self) -> Name:
        return self.schema, self.name

    def put(self, column: ColumnState) -> ColumnState:
        """Add a column, its own or one that it shares with its parent."""
        self.columns[column.name] = column
        column.tables.append(self)
        return column

    @property
    def fed(self) -> list[ColumnState]:
        return [column for column in self.columns.values() if column.sequence is not None]

    @property
    def watched(self) -> list[ColumnState]:
        """The columns whose ids are recorded: the fed ones, or without any those that a sequence may come to feed."""
        return self.fed or [column for column in self.columns.values() if column.worth_watching]
