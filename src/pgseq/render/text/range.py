"""The table of `range`: what ends first stands first."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Final

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
        for row, one, texts in zip(listed, shown, cells, strict=True):
            columns.row(texts, {LASTS: _style(report, one)})
            if one.ended and one.repair and not pasted:
                self._terminal.hint(one.repair, "command", indent=INDENT)
            remark(self._terminal, row)
            if self._detail.verbose:
                self._more(one)
        if len(rows) > len(listed):
            self._terminal.line((f"… {len(rows) - len(listed)} more, --limit all lists them", "faint"))
        self._terminal.line()

    def _cells(self, one: SequenceRange, now: float, *, pasted: bool, windows: bool) -> tuple[str, ...]:
        window = f" ({one.forecast.window})" if windows and one.forecast is not None else ""
        return (
            display(one.sequence.sql),
            range_words.end(one),
            range_words.left(one),
            range_words.a_day(one) + window,
            range_words.lasts(one, now, command=pasted),
        )

    def _more(self, one: SequenceRange) -> None:
        """What else would end the run, and how much of it was used when."""
        for problem in one.unseen:
            self._terminal.note(f"at most: {display(problem.reason)}", "unknown", indent=INDENT)
            self._terminal.hint(display(problem.hint), indent=INDENT)
        for text in range_words.further(one):
            self._terminal.note(display(text), "faint", indent=INDENT)
        if bars := chart(one.stretches):
            self._terminal.line((" " * INDENT, ""), (bars, "faint"))


def rows(report: RangeReport, detail: Detail) -> list[Row[SequenceRange]]:
    """The sequences to show, what ends first standing first, like ones of several schemas as one row, whose command is
    about all of them."""
    shown = [one for one in report.sequences if not detail.quiet or report.ends_sooner(one)]
    everything = report.sequences if report.database_report.whole else ()
    folded = folding.rows(shown, detail, _likeness, everything)
    return [replace(row, report=replace(row.report, repair=row.hint(row.report.repair))) for row in folded]


def _likeness(one: SequenceRange) -> Hashable:
    return folding.names(one.sequence), one.ended, one.nearest and one.nearest.kind, one.report.ignored


def _style(report: RangeReport, one: SequenceRange) -> str:
    if one.report.ignored is not None:
        return "faint"
    if report.ends_sooner(one):
        return "out_of_sync"
    return "unknown" if one.left is None else "" if one.forecast is not None else "faint"
