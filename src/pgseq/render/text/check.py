"""The table of `check`: problems first, each with its hint; healthy sequences are only counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Items
from typing import Final

from pgseq.model.reports import DatabaseReport, SequenceReport, Tally, Unreachable
from pgseq.model.sequences import Finding, Sequence, Server, Severity
from pgseq.names import display
from pgseq.render.text import folding, words
from pgseq.render.text.alike import Alike
from pgseq.render.text.overview import Overview
from pgseq.render.text.privileges import sentences
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

HEAD: Final = ("Sequence", "Feeds", "Next", "Stored up to", "Status")
NUMBERS: Final = frozenset({2, 3})
STATE: Final = 4

#: Indentation of what is said about a sequence.
INDENT: Final = 10

_STYLE: Final[dict[Severity, str]] = {"error": "", "warning": "warning", "info": "faint", "unknown": ""}


class Table:
    """Writes to `terminal`."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail
        self._tally = Tally()
        self._databases = 0
        self._overview = Overview(states=(*words.STATUSES.values(),))
        self._unread: list[tuple[Server, list[Sequence]]] = []
        self._alike = Alike()

    def database(self, report: DatabaseReport) -> None:
        """Write one database."""
        self._count(report)
        shown = words.shown(report, self._detail)
        if self._detail.quiet and not shown:
            return
        if not self._detail.verbose and self._alike.folds(report.server, shown):
            return
        heading(self._terminal, report.server)
        if shown:
            listing(self._terminal, report, shown, self._detail)

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing yet: the error has been reported already."""
        self._overview.unreachable(unreachable)

    def close(self) -> None:
        """Write the databases that are like others, the privileges that are missing, a line for each of several
        databases, and the sums."""
        for text in self._alike.sentences():
            self._terminal.note(text)
        privileges(self._terminal, self._unread)
        self._overview.write(self._terminal, self._detail)
        if self._databases and not self._detail.quiet:
            self._terminal.line((words.sums(self._tally), ""))

    def _count(self, report: DatabaseReport) -> None:
        """Keep of a report what its sums need: there may be ten thousand."""
        self._databases += 1
        self._tally.add(report)
        tally = Tally()
        tally.add(report)
        self._overview.add(report.server, [tally.count(status) for status in words.STATUSES])
        self._unread += [pair for pair in unread([report], self._detail) if pair[1]]


def unread(reports: Iterable[DatabaseReport], detail: Detail) -> Iterator[tuple[Server, list[Sequence]]]:
    """The sequences of each database that are not listed, since a privilege to read them is missing."""
    return ((one.server, [each.sequence for each in words.unread_reports(one, detail)]) for one in reports)


def privileges(terminal: Terminal, unread: Iterable[tuple[Server, list[Sequence]]]) -> None:
    """Write what cannot be read, and the statement that grants it."""
    for who, grant in sentences(unread):
        terminal.note(who, "unknown")
        terminal.note(grant, "faint", indent=4)


def heading(terminal: Terminal, server: Server) -> None:
    """Write which database follows."""
    terminal.line((words.database(server), "faint"))
    terminal.line()


def listing(terminal: Terminal, report: DatabaseReport, shown: tuple[SequenceReport, ...], detail: Detail) -> None:
    """Write sequences of a database as rows, under each its findings."""
    rows = folding.rows(shown, detail, report.sequences if report.whole else ())
    listed = rows[: detail.limit]
    cells = [_cells(row.report) for row in listed]
    columns = Columns(terminal, [HEAD, *cells], right=NUMBERS)
    columns.row(HEAD, default="head")
    for row, texts in zip(listed, cells, strict=True):
        columns.row(texts, {STATE: _state_style(row.report)})
        for finding in words.visible_findings(row.report, verbose=detail.verbose):
            findings(terminal, finding, row.hint(finding))
        remark(terminal, row)
    rest(terminal, rows, detail)
    terminal.line()


def remark(terminal: Terminal, row: folding.Row) -> None:
    """Write how many sequences a row stands for."""
    if row.others:
        terminal.note(f"{row.remark}; -v lists each", "faint", indent=INDENT)


def rest(terminal: Terminal, rows: Items[object], detail: Detail) -> None:
    """Write how many rows were left out."""
    if detail.limit is not None and len(rows) > detail.limit:
        terminal.line((f"… {len(rows) - detail.limit} more, --limit all lists them", "faint"))


def findings(terminal: Terminal, finding: Finding, hint: str) -> None:
    """Write a finding, and the hint below."""
    terminal.note(display(finding.message), _STYLE[finding.severity], label=finding.code, indent=INDENT)
    if hint:
        terminal.hint(display(hint), indent=INDENT)


def _cells(report: SequenceReport) -> tuple[str, ...]:
    return (
        display(report.sequence.sql),
        words.feeds(report.sequence),
        words.next_value(report),
        words.number(report.diagnosis.furthest),
        words.status_text(report),
    )


def _state_style(report: SequenceReport) -> str:
    return "faint" if report.ignored is not None else report.status
