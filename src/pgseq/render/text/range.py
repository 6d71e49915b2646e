"""The table of `range`: what ends first stands first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Final

from pgseq.commands.range import RangeReport, SequenceRange
from pgseq.model.reports import Unreachable
from pgseq.names import display
from pgseq.render.text import range_words, words
from pgseq.render.text.folding import FEW, common_pattern
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
            self._terminal.line((f"{words.database(server)}, {range_words.since(report)}", "faint"))
            self._terminal.line()
        if listed:
            self._listing(report, listed)
        for problem in report.problems:
            self._terminal.note(display(problem.reason), "unknown")
            self._terminal.hint(display(problem.hint), indent=INDENT)
        for remark in report.remarks if not self._detail.quiet else ():
            self._terminal.note(display(remark), "faint")

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing: the error has been reported already."""

    def close(self) -> None:
        """Write the sums."""
        if self._reports and not self._detail.quiet:
            self._terminal.line((range_words.summary(self._reports), ""))

    def _listing(self, report: RangeReport, rows: list[list[SequenceRange]]) -> None:
        listed = rows[: self._detail.limit]
        windows = {one.forecast.window for one, *_ in listed if one.forecast is not None}
        head = (
            "Sequence",
            "Ends first at",
            "Left",
            f"A day ({windows.pop()})" if len(windows) == 1 else "A day",
            "Lasts",
        )
        pasted = self._terminal.width is None
        cells = [self._cells(one, report.now, pasted=pasted, windows=head[3] == "A day") for one, *_ in listed]
        columns = Columns(self._terminal, [head, *cells], right=NUMBERS)
        columns.row(head, default="head")
        for (one, *others), texts in zip(listed, cells, strict=True):
            columns.row(texts, {LASTS: _style(report, one)})
            if one.ended and one.repair and not pasted:
                self._terminal.hint(one.repair, indent=INDENT)
            if others:
                schemas = display(common_pattern([each.sequence.schema for each in (one, *others)]))
                text = f"{schemas}: {len(others) + 1} sequences, same table; -v lists each"
                self._terminal.note(text, "faint", indent=INDENT)
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


def rows(report: RangeReport, detail: Detail) -> list[list[SequenceRange]]:
    """The sequences to show, what ends first standing first, like ones of several schemas as one group."""
    shown = [one for one in report.sequences if not detail.quiet or report.ends_sooner(one)]
    return [[one] for one in shown] if detail.verbose else _folded(shown)


def _folded(shown: Iterable[SequenceRange]) -> list[list[SequenceRange]]:
    groups: dict[Hashable, list[SequenceRange]] = defaultdict(list)
    for one in shown:
        groups[_likeness(one)].append(one)
    every = [
        part
        for group in groups.values()
        for part in ([group] if len({one.sequence.schema for one in group}) >= FEW else [[one] for one in group])
    ]
    place = {one.sequence.oid: number for number, one in enumerate(shown)}
    return sorted(every, key=lambda group: place[group[0].sequence.oid])


def _likeness(one: SequenceRange) -> Hashable:
    feeds = tuple((feed.schema == one.sequence.schema, feed.table, feed.column) for feed in one.sequence.feeds)
    return one.sequence.name, feeds, one.ended, one.nearest and one.nearest.kind, one.report.ignored


def _style(report: RangeReport, one: SequenceRange) -> str:
    if one.report.ignored is not None:
        return "faint"
    if report.ends_sooner(one):
        return "out_of_sync"
    return "unknown" if one.left is None else "" if one.forecast is not None else "faint"
