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

    def database(self, cutover: Cutover) -> None:
        """Write a header, a line for each sequence of the target, and one for each that the source alone has."""
        server = cutover.target.server
        place = delimited.place(server)
        nothing = (None,) * (len(delimited.HEADER) - len(place))
        self._csv.lines([HEADER])
        self._csv.lines((*delimited.row(server, one.report), *_beside(one)) for one in cutover.comparisons)
        self._csv.lines((*place, *nothing, *_missing(one)) for one in cutover.missing_on_target)


def _beside(comparison: Comparison) -> tuple[Any, ...]:
    if comparison.source is None:
        return (None,) * len(BESIDE)
    position = comparison.source.position if isinstance(comparison.source.position, Position) else None
    return (
        comparison.source.sequence.schema,
        comparison.source.sequence.name,
        position and position.last_value,
        position and str(position.is_called).lower(),
        comparison.source.next_value,
        comparison.lag,
        "; ".join(comparison.differences),
    )


def _missing(sequence: Sequence) -> tuple[Any, ...]:
    return (sequence.schema, sequence.name, *(None,) * (len(BESIDE) - 2))
