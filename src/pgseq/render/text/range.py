"""The table of `range`: what ends first stands first."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from msgspec.structs import replace

from pgseq.commands.range import RangeReport, SequenceRange
from pgseq.model.reports import Unreachable
from pgseq.names import display
from pgseq.render.text import folding, range_words, words
from pgseq.render.text.check import remark
from pgseq.render.text.folding import Row
from pgseq.render.text.range_chart import chart
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

NUMBERS: Final = frozenset({2, 3})
LASTS: Final = 4
INDENT: Final = 4


class RangeTable:
    """Writes to `terminal`; with `detail.verbose` all that ends each run, and a chart of its history."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail
        self._reports: list[RangeReport] = []

    def database(self, report: RangeReport) -> None:
        """Write one database."""
        self._reports.append(report)
        listed = rows(report, self._detail)
        if listed or not self._detail.quiet:
            server = report.database_report.server
            self._terminal.line((words.database(server), "head"), (f", {range_words.since(report)}", "faint"))
            self._terminal.line()
        if listed:
            self._listing(report, listed)
        for problem in report.problems:
            self._terminal.note(display(problem.reason), "unknown")
            self._terminal.hint(display(problem.hint), indent=INDENT)
        for text in report.remarks if not self._detail.quiet else ():
            self._terminal.note(display(text), "faint")

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing: the error has been reported already."""

    def close(self) -> None:
        """Write the sums."""
        if self._reports and not self._detail.quiet:
            self._terminal.line((range_words.summary(self._reports), ""))

    def _listing(self, report: RangeReport, rows: list[Row[SequenceRange]]) -> None:
        listed = rows[: self._detail.limit]
        shown = [row.report for row in listed]
        windows = {one.forecast.window for one in shown if one.forecast is not None}
        head = (
            "Sequence",
            "Ends first at",
            "Left",
            f"A day ({windows.pop()})" if len(windows) == 1 else "A day",
            "Lasts",
        )
        pasted = self._terminal.width is None
        cells = [self._cells(one, report.now, pasted=pasted, windows=head[3] == "A day") for one in shown]
        columns = Columns(self._terminal, [head, *cells], right=NUMBERS)
        columns.row(head, default="head")
        for row, sequence_range, texts in zip(listed, shown, cells, strict=True):
            columns.row(texts, {LASTS: _style(report, sequence_range)})
            if sequence_range.ended and sequence_range.repair and not pasted:
                self._terminal.hint(sequence_range.repair, "command", indent=INDENT)
            remark(self._terminal, row)
            if self._detail.verbose:
                self._more(sequence_range)
        if len(rows) > len(listed):
            self._terminal.line((f"… {len(rows) - len(listed)} more, --limit all lists them", "faint"))
        self._terminal.line()

    def _cells(self, sequence_range: SequenceRange, now: float, *, pasted: bool, windows: bool) -> tuple[str, ...]:
        window = f" ({sequence_range.forecast.window})" if windows and sequence_range.forecast is not None else ""
        return (
            display(sequence_range.sequence.sql),
            range_words.end(sequence_range),
            range_words.left(sequence_range),
            range_words.a_day(sequence_range) + window,
            range_words.lasts(sequence_range, now, command=pasted),
        )

    def _more(self, sequence_range: SequenceRange) -> None:
        """What else would end the run, and how much of it was used when."""
        for problem in sequence_range.unseen:
            self._terminal.note(f"at most: {display(problem.reason)}", "unknown", indent=INDENT)
            self._terminal.hint(display(problem.hint), indent=INDENT)
        for text in range_words.further(sequence_range):
            self._terminal.note(display(text), "faint", indent=INDENT)
        if bars := chart(sequence_range.stretches):
            self._terminal.line((" " * INDENT, ""), (bars, "faint"))


def rows(report: RangeReport, detail: Detail) -> list[Row[SequenceRange]]:
    """The sequences to show, what ends first standing first, like ones of several schemas as one row, whose command is
    about all of them."""
    shown = [one for one in report.sequences if not detail.quiet or report.ends_sooner(one)]
    everything = report.sequences if report.database_report.whole else ()
    folded = folding.rows(shown, detail, _likeness, everything)
    return [replace(row, report=replace(row.report, repair=row.hint(row.report.repair))) for row in folded]


def _likeness(sequence_range: SequenceRange) -> Hashable:
    return (
        sequence_range.ended,
        sequence_range.nearest and sequence_range.nearest.kind,
        sequence_range.report.ignored,
    )


def _style(report: RangeReport, sequence_range: SequenceRange) -> str:
    if sequence_range.report.ignored is not None:
        return "faint"
    if report.ends_sooner(sequence_range):
        return "out_of_sync"
    return "unknown" if sequence_range.left is None else "" if sequence_range.forecast is not None else "faint"
