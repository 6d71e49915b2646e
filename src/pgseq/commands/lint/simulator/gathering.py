"""Collects the rows of an INSERT part by part, in constant memory. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from msgspec.structs import replace

from pgseq.commands.lint.parse.value_lists import patterns
from pgseq.commands.lint.simulator.cells import ColumnCells
from pgseq.commands.lint.simulator.insert_rows import brings_ids, rows_of
from pgseq.commands.lint.simulator.literals import integer
from pgseq.commands.lint.simulator.relations import ColumnState, TableState
from pgseq.commands.lint.simulator.state import Counting, DatabaseState
from pgseq.sql import trees
from pgseq.sql.grammar import Node, TooLong

#: The most calls of setval() that are kept of the rows of one INSERT.
_MOST_CALLS: Final = 2000


class Awaited(NamedTuple):
    """The place of a reference to a truncated table whose sequence did not restart, the ids that it would have handed
    out anew, and what is counted where one of them stands there."""

    at: int
    fresh: range
    counting: Counting


@dataclass(slots=True)
class Gathering:
    """The rows of one INSERT so far."""

    state: DatabaseState
    table: TableState | None
    #: Its columns in the order of the cells.
    names: tuple[str, ...]
    #: How many rows; None: not known.
    count: int | None = 0
    #: The rows come from a query; and from one whose cells the text does not show.
    query: bool = False
    hidden: bool = False
    #: Cells of the longest row.
    width: int = 0
    #: Cells of the longest row in the first part. The splitter goes on with the pattern for rows of this width.
    first_width: int = 0
    #: Whether an unknown table may receive ids.
    brings_ids: bool = False
    counting: list[Counting] = field(default_factory=list)
    #: The places whose cells are not all left to the default; only of columns that compute with a sequence.
    explicit: set[int] = field(default_factory=set)
    #: By position, for the watched columns.
    cells: dict[int, ColumnCells] = field(default_factory=dict)
    _watched: dict[int, ColumnState] = field(default_factory=dict)
    _awaited: list[Awaited] = field(default_factory=list)
    #: The calls of setval() in the rows so far.
    _setvals: list[Node] = field(default_factory=list)

    @classmethod
    def of(cls, state: DatabaseState, insert: Node) -> Gathering:
        """The rows of an InsertStmt."""
        table = state.table(insert["relation"])
        names = trees.columns(insert.get("cols"))
        gathering = cls(state, table, names if names is not None else tuple(table.columns) if table else ())
        for column in table.watched if table else ():
            if column.name in gathering.names:
                at = gathering.names.index(column.name)
                gathering._watched[at] = column
                gathering.cells[at] = ColumnCells()
        if table is not None:
            gathering._awaited = _awaited(state, table, gathering.names)
        gathering.add(insert)
        gathering.first_width = gathering.width
        return gathering

    def add(self, insert: Node) -> None:
        """Take in the rows of an InsertStmt."""
        rows = rows_of(insert.get("selectStmt", {}).get("SelectStmt"))
        self.count = None if rows.count is None or self.count is None else self.count + rows.count
        self.query = rows.query
        self.hidden = self.hidden or rows.cells is None
        if self.table is None:
            self.brings_ids = self.brings_ids or brings_ids(rows)
        cells = rows.cells or []
        self.width = max([self.width, *map(len, cells)])
        for at, column in self._watched.items():
            self.cells[at].add(self.state, column, (row[at] for row in cells if at < len(row)), rows)
        for at, name in enumerate(self.names):
            if self._computes(name) and any(_brings(row, at) for row in cells):
                self.explicit.add(at)
        for awaited in self._awaited:
            texts = [trees.constant(row[awaited.at]) for row in cells if awaited.at < len(row)]
            self._await(awaited, [integer(text, "integer") for text in texts if text])

    def take(self, insert: Node) -> None:
        """Take in the rows of a later part, and replace them there by all rows (see `dml.insert`). Raises TooLong."""
        if insert["selectStmt"]["SelectStmt"].get("op", "SETOP_NONE") not in ("SETOP_NONE", "SETOP_UNION"):
            self.hidden, self.count = True, None  # It leaves some of the rows before it out.
        self.add(insert)
        self.narrow()
        self.take_setvals(insert)
        if len(self._setvals) > _MOST_CALLS:
            raise TooLong
        insert["gathered"] = self

    @property
    def calls_setval(self) -> bool:
        """Whether a row so far calls setval()."""
        return bool(self._setvals)

    def take_setvals(self, insert: Node) -> None:
        """Take in the calls of setval() in the rows of a part, and put those of the earlier parts before them."""
        select = insert["selectStmt"]["SelectStmt"]
        while "larg" in select:
            select = select["larg"]
        rows = select["valuesLists"]
        if self._setvals:
            rows.insert(0, {"List": {"items": self._setvals}})
        self._setvals = [{"FuncCall": call} for call in trees.calls(rows, "setval")]

    def place_of(self, column: ColumnState) -> int | None:
        """The place of a column's cells; None where the rows leave it to its default."""
        if column.name not in self.names:
            return None
        at = self.names.index(column.name)
        return at if self.hidden or at < self.width else None

    @property
    def pattern(self) -> re.Pattern[bytes] | None:
        """Matches the rows that `read` can take in; None: the grammar has to read them all."""
        if (self.table is None and not self.brings_ids) or self.state.routines:
            return None
        return patterns(self.first_width, self._places)[0]

    def read(self, data: bytes) -> None:
        """Take in rows that `pattern` matches."""
        places = self._places
        rows = patterns(self.first_width, places)[1].findall(data)
        self.count = None if self.count is None else self.count + len(rows)
        columns = [rows] if len(places) == 1 else list(zip(*rows, strict=True)) if places else []
        texts = dict(zip(places, columns, strict=True))
        for at, cells in self.cells.items():
            if at in texts:
                cells.read(texts[at])
        for awaited in self._awaited:
            if awaited.at in texts:
                self._await(awaited, [integer(text.strip(b"'").decode(), "integer") for text in texts[awaited.at]])

    def narrow(self) -> None:
        """Keep only the ids that matter."""
        for at, column in self._watched.items():
            self.cells[at].narrow(column)

    @property
    def _places(self) -> tuple[int, ...]:
        computed = {at for at, name in enumerate(self.names) if self._computes(name)}
        wanted = {*computed, *self._watched, *(awaited.at for awaited in self._awaited)}
        return tuple(sorted(at for at in wanted if at < self.first_width))

    def _computes(self, name: str) -> bool:
        column = self.table.columns.get(name) if self.table else None
        return column is not None and column.computed_from is not None

    def _await(self, awaited: Awaited, numbers: Iterable[int | None]) -> None:
        used = next((number for number in numbers if number is not None and number in awaited.fresh), None)
        if used is not None:
            self.counting.append(replace(awaited.counting, value=used))


def _awaited(state: DatabaseState, table: TableState, names: tuple[str, ...]) -> list[Awaited]:
    """The references whose constants may expect ids of a truncated table from the start."""
    awaited = []
    for name, (other, key) in table.refers.items():
        target = state.tables.get(other)
        if name not in names or target is None or target.truncated is None or not target.redrawn:
            continue
        column = target.columns.get(key)
        if column is None or column.sequence is None:
            continue
        sequence = column.sequence
        fresh = range(sequence.start, sequence.start + target.redrawn * sequence.increment, sequence.increment)
        counting = Counting(target=target.key, table=table.key, column=name, value=0, event=target.truncated)
        awaited.append(Awaited(names.index(name), fresh, counting))
    return awaited


def _brings(row: Sequence[Node], at: int) -> bool:
    """Whether a row brings a value at a place."""
    return at < len(row) and not trees.is_null(row[at]) and not trees.drawn(row[at])
