"""What `range` tells as tables in GitHub's Markdown."""

from __future__ import annotations

from typing import Final, TextIO

from pgseq.commands.range import RangeReport, SequenceRange
from pgseq.model.reports import Unreachable
from pgseq.model.sequences import Problem
from pgseq.names import display
from pgseq.render.markdown.check import code, left_out, plain
from pgseq.render.text import range_words, words
from pgseq.render.text.range import rows
from pgseq.render.writer import Detail

_HEAD: Final = "| Sequence | Ends first at | Left | A day | Lasts |\n|---|---|---:|---:|---|\n"


class RangeMarkdown:
    """Writes a heading and a table for each database to `out`."""

    def __init__(self, out: TextIO, detail: Detail) -> None:
        self._out = out
        self._detail = detail

    def database(self, report: RangeReport) -> None:
        """Write one database."""
        every = rows(report, self._detail)
        listed = every[: self._detail.limit]
        heading = f"{words.database(report.database_report.server)}, {range_words.since(report)}"
        self._out.write(f"### {plain(heading)}\n\n")
        if listed:
            self._out.write(_HEAD)
            self._out.writelines(_row(row.report, report.now, len(row.others)) for row in listed)
            self._out.write("\n")
        if self._detail.verbose and (
            reasons := [_at_most(row.report, problem) for row in listed for problem in row.report.unseen]
        ):
            self._out.write("".join(reasons) + "\n")
        if len(every) > len(listed):
            self._out.write(f"… and {len(every) - len(listed)} more.\n\n")
        for text in (*(f"{one.reason}; {one.hint}" for one in report.problems), *report.remarks):
            self._out.write(f"{plain(display(text))}\n\n")
        self._out.write(f"{range_words.summary([report])}\n\n")

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write that a database was left out."""
        self._out.write(left_out(unreachable))

    def close(self) -> None:
        """Nothing follows the last database."""


def _at_most(sequence_range: SequenceRange, problem: Problem) -> str:
    """Why less may be left than is said, as an item of a list."""
    name, why = display(sequence_range.sequence.sql), display(f"{problem.reason}; {problem.hint}")
    return f"- {code(name)}, at most: {plain(why)}\n"


def _row(sequence_range: SequenceRange, now: float, others: int) -> str:
    name = code(display(sequence_range.sequence.sql)) + (f" and {others} like it" if others else "")
    window = f" ({sequence_range.forecast.window})" if sequence_range.forecast is not None else ""
    texts = (
        range_words.end(sequence_range),
        range_words.left(sequence_range),
        range_words.a_day(sequence_range) + window,
        range_words.lasts(sequence_range, now, command=False),
    )
    return f"| {name} | {' | '.join(plain(display(text)) for text in texts)} |\n"
