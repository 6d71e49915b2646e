"""CSV of `sync`: the line of `check` for each sequence of the target, with what the source says beside it."""

from __future__ import annotations

from typing import Any, Final, TextIO

from pgseq.commands.sync import Comparison, Cutover
from pgseq.model.sequences import Position, Sequence
from pgseq.render.csv import check as delimited
from pgseq.render.csv.cells import Cells

BESIDE: Final = (
    "source_schema",
    "source_name",
    "source_last_value",
    "source_is_called",
    "source_next_value",
    "lag",
    "differences",
)
HEADER: Final = delimited.HEADER + BESIDE


class CutoverCsv:
    """Writes CSV to `out`. None is an empty field: of a sequence that one side lacks, all that would stand there."""

    def __init__(self, out: TextIO) -> None:
        self._csv = Cells(out)

    def database(self, found: Cutover) -> None:
        """Write a header, a line for each sequence of the target, and one for each that the source alone has."""
        name = found.target.server.database
        nothing = (None,) * (len(delimited.HEADER) - 1)
        self._csv.lines([HEADER])
        self._csv.lines((*delimited.row(name, one.report), *_beside(one)) for one in found.comparisons)
        self._csv.lines((name, *nothing, *_missing(one)) for one in found.missing_on_target)


def _beside(one: Comparison) -> tuple[Any, ...]:
    if one.source is None:
        return (None,) * len(BESIDE)
    position = one.source.position if isinstance(one.source.position, Position) else None
    return (
        one.source.sequence.schema,
        one.source.sequence.name,
        position and position.last_value,
        position and str(position.is_called).lower(),
        one.source.next_value,
        one.lag,
        "; ".join(one.differences),
    )


def _missing(one: Sequence) -> tuple[Any, ...]:
    return (one.schema, one.name, *(None,) * (len(BESIDE) - 2))
