"""The cells of one column in the rows of an INSERT. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.parse.placeholders import unfilled
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.insert_rows import InsertRows, read_from
from pgseq.commands.lint.simulator.literals import integer
from pgseq.commands.lint.simulator.relations import ColumnState, SequenceState
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.sql import trees
from pgseq.sql.grammar import Node

#: Stands for the statement where ids are only sorted.
_NOBODY: Final = Event(how="insert", place=Place(file="", line=0, column=0, end=0))


@dataclass(slots=True)
class ColumnCells:
    """The cells of one column."""

    #: Ids given as such.
    known: list[int] = field(default_factory=list)
    #: Series of them.
    series: list[range] = field(default_factory=list)
    #: How many are left to the default.
    drawn: int = 0
    #: How many call nextval(), by sequence.
    called: list[tuple[SequenceState, int]] = field(default_factory=list)
    #: At least one is computed.
    computed: bool = False
    #: The ids lie on more grids than are told apart, and some are not kept.
    scattered: bool = False
    #: At least one is not left to the default.
    explicit: bool = False
    #: How many ids are given, also those that are not kept.
    explicit_count: int = 0

    def add(self, state: DatabaseState, column: ColumnState, cells: Iterable[Node], rows: InsertRows) -> None:
        """Take in more cells of these rows."""
        kind = column.kind
        for cell in cells:
            text = trees.constant(cell)
            if text is not None:
                self.explicit = True
                number = integer(column.unpadded(text), kind)
                if number is not None:
                    self.known.append(number)
                    self.explicit_count += 1
                elif unfilled(text):
                    self.computed = True
            elif "SetToDefault" in cell:
                self.drawn += 1
            else:
                self.explicit = True
                if (values := read_from(cell, rows)) is not None:
                    self.series.append(values)
                    self.explicit_count += len(values)
                elif (sequence := _called(state, cell)) is not None:
                    self._call(sequence)
                elif not trees.is_null(cell):
                    self.computed = True

    def read(self, texts: Sequence[bytes]) -> None:
        """Take in more cells that the pattern of `patterns` has matched."""
        try:
            ids = list(map(int, texts))
        except ValueError:
            self.explicit_count += len(texts)
            left = [text for text in texts if text[:1] not in (b"d", b"D")]
            self.drawn += len(texts) - len(left)
            self.known += [int(text.strip(b"'")) for text in left if text[:1] not in (b"n", b"N")]
            self.explicit |= bool(left)
        else:
            self.known += ids
            self.explicit_count += len(ids)
            self.explicit = True

    def narrow(self, column: ColumnState) -> None:
        """Keep only the ids that matter: the ends of each grid, and the ends outside of the range."""
        self.known = self._ends(column, [self.known])
        self.series = [range(value, value + 1) for value in self._ends(column, self.series)]

    def _ends(self, column: ColumnState, ids: Sequence[Sequence[int]]) -> list[int]:
        ends = ColumnState(name=column.name, sequence=column.sequence)
        for values in ids:
            ends.store(values, _NOBODY)
        self.scattered |= ends.unseen is not None
        return [value for value, _ in ends.stored]

    def _call(self, sequence: SequenceState) -> None:
        others = [(one, times) for one, times in self.called if one is not sequence]
        times = sum(times for one, times in self.called if one is sequence)
        self.called = [*others, (sequence, times + 1)]


def _called(state: DatabaseState, cell: Node) -> SequenceState | None:
    """The sequence on which a cell calls nextval()."""
    return state.sequence(trees.nextval(trees.uncast(cell).get("FuncCall", {})))
