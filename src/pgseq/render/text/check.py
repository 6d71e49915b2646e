"""The table of `check`: problems first, each with its hint; healthy sequences are only counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Items
from typing import Final

from pgseq.model.diagnosis import Finding, Severity
from pgseq.model.hints import Hint
from pgseq.model.keys import KeyReport
from pgseq.model.reports import DatabaseReport, SequenceReport, Tally, Unreachable
from pgseq.model.sequences import Sequence
from pgseq.model.server import Server
from pgseq.names import display
from pgseq.render.text import folding, ways, words
from pgseq.render.text.alike import Alike
from pgseq.render.text.overview import Overview
from pgseq.render.text.privileges import sentences
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

STATE: Final = 3
CODE: Final = 4

#: Room of a sign in front of a row, and indentation of what is said below it.
SIGN: Final = 2
INDENT: Final = 4

_STYLE: Final[dict[Severity, str]] = {"error": "", "warning": "", "info": "faint", "unknown": ""}


class CheckTable:
    """Writes to `terminal`."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail
        self._tally = Tally()
        self._databases = 0
        self._overview = Overview(states=(*words.STATUSES.values(),))
        self._unread: list[tuple[Server, list[Sequence]]] = []
        self._alike = Alike()
        self._following: tuple[str, str] | None = None

    def database(self, report: DatabaseReport) -> None:
        """Write one database; where it is one of several, with the command that repairs it alone."""
        tally = self._count(report)
        self._follow()
        shown = words.shown(report, self._detail)
        if self._detail.quiet and not shown:
            return
        if not self._detail.verbose and self._alike.folds(report.server, shown):
            return
        heading(self._terminal, report.server)
        if shown:
            listing(self._terminal, report, shown, self._detail)
        if self._detail.verbose:
            keys(self._terminal, report.keys, self._detail)
        if shown:
            self._following = None if self._detail.quiet else repairing(report, tally)

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing yet: the error has been reported already."""
        self._overview.unreachable(unreachable)

    def close(self) -> None:
        """Write the databases that are like others, the privileges that are missing, a line for each of several
        databases, and the sums."""
        if self._databases > 1:
            self._follow()
        for text in self._alike.sentences():
            self._terminal.note(text)
        privileges(self._terminal, self._unread)
        self._overview.write(self._terminal, self._detail)
        if self._databases and not self._detail.quiet:
            self._terminal.line(*words.sums(self._tally))

    def _count(self, report: DatabaseReport) -> Tally:
        """The sums of a report, which are kept of it: there may be ten thousand."""
        self._databases += 1
        self._tally.keys += len(report.keys)
        tally = Tally().add(report.sequences)
        self._tally.merge(tally)
        self._overview.add(report.server, [tally.count(status) for status in words.STATUSES])
        self._unread += [pair for pair in unread([report], self._detail) if pair[1]]
        return tally

    def _follow(self) -> None:
        """Write what repairs the database before."""
        if self._following is not None:
            following(self._terminal, *self._following)
            self._terminal.line()
        self._following = None


def following(terminal: Terminal, command: str, remark: str = "") -> None:
    """Write a command to run next, and what it will do."""
    spans = [(f"{terminal.own('→')} ", "head"), (command, "command")]
    terminal.line(*spans, (f"  # {remark}" if remark else "", "faint"))


def repairing(report: DatabaseReport, tally: Tally) -> tuple[str, str] | None:
    """The command that repairs a database, and what it will do, going by its sums; None where it would do nothing."""
    hints = (finding.hint for one in report.sequences if one.step for finding in one.findings)
    fixes = (hint.about(()) for hint in hints if isinstance(hint, Hint) and ways.is_fix(hint))
    remark = words.prospect(tally)
    return next(((fix, remark) for fix in fixes), None) if remark else None


def unread(reports: Iterable[DatabaseReport], detail: Detail) -> Iterator[tuple[Server, list[Sequence]]]:
    """The sequences of each database that are not listed, since a privilege to read them is missing."""
    return ((one.server, [each.sequence for each in words.unread_reports(one, detail)]) for one in reports)


def privileges(terminal: Terminal, unread: Iterable[tuple[Server, list[Sequence]]]) -> None:
    """Write what cannot be read, and the statement that grants it."""
    lacking = sentences(unread)
    for who, grant in lacking:
        terminal.note(who, lead=(("? ", "unknown"),), indent=SIGN)
        ways.write(terminal, grant, INDENT)
    if lacking:
        terminal.line()


def heading(terminal: Terminal, server: Server) -> None:
    """Write which database follows."""
    terminal.line((words.database(server), "head"))
    terminal.line()


def listing(terminal: Terminal, report: DatabaseReport, shown: tuple[SequenceReport, ...], detail: Detail) -> None:
    """Write sequences of a database as rows, below each what its row does not say."""
    rows = folding.of_database(report, shown, detail)
    listed = rows[: detail.limit]
    numbers = (words.next_value(row.report) for row in listed if not _is_sentence(row.report, detail))
    width = max(map(len, numbers), default=0)
    cells = [_cells(row.report, width, detail) for row in listed]
    columns = Columns(terminal, cells, margin=SIGN)
    for row, texts in zip(listed, cells, strict=True):
        one = row.report
        visible = words.visible_findings(one, verbose=detail.verbose)
        if _is_sentence(one, detail):
            first, visible = visible[0], visible[1:]
            state = "" if one.status == "ok" else f"{words.status_text(one)}: "
            columns.sentence(texts[0], state + display(first.short), words.sign(one), first.code)
            ways.write(terminal, _hint(row, first), INDENT)
        else:
            columns.row(texts, {STATE: words.sign(one)[1], CODE: "faint"}, sign=words.sign(one))
        for finding in visible:
            findings(terminal, finding, _hint(row, finding))
        remark(terminal, row)
    rest(terminal, rows, detail)
    terminal.line()


def keys(terminal: Terminal, reports: tuple[KeyReport, ...], detail: Detail) -> None:
    """Write the keys that no sequence feeds, each with its ways out."""
    for report in reports[: detail.limit]:
        terminal.note(display(report.finding.message), tail=report.finding.code, indent=SIGN)
        ways.write(terminal, report.finding.hint, INDENT)
    rest(terminal, reports, detail)
    if reports:
        terminal.line()


def _is_sentence(report: SequenceReport, detail: Detail) -> bool:
    """Whether a row says its first finding instead of positions."""
    visible = words.visible_findings(report, verbose=False)
    return bool(visible) and report.status != "out_of_sync" and not detail.verbose


def _hint(row: folding.Row[SequenceReport], finding: Finding) -> str:
    """The hint of a finding; empty where the closing line or another finding of the row says it."""
    hint = row.hint(finding.hint)
    return hint if row.others else ways.unsaid(hint, row.report.findings)


def remark(terminal: Terminal, row: folding.Row[folding.T]) -> None:
    """Write how many sequences a row stands for."""
    if row.others:
        terminal.note(f"{row.remark}; -v lists each", "faint", indent=INDENT)


def rest(terminal: Terminal, rows: Items[object], detail: Detail) -> None:
    """Write how many rows were left out."""
    if detail.limit is not None and len(rows) > detail.limit:
        terminal.line((terminal.own(f"… {len(rows) - detail.limit:,} more, --limit all lists them"), "faint"))


def findings(terminal: Terminal, finding: Finding, hint: str) -> None:
    """Write what is left to say of a finding, and the ways out below."""
    if finding.short:
        terminal.note(display(finding.short), _STYLE[finding.severity], tail=finding.code, indent=INDENT)
    if hint:
        ways.write(terminal, hint, INDENT)


def _cells(report: SequenceReport, width: int, detail: Detail) -> tuple[str, ...]:
    codes = (one.code for one in words.visible_findings(report, verbose=detail.verbose) if not one.short)
    if _is_sentence(report, detail):
        return (words.subject(report.sequence), "", "", "", "")
    return (
        words.subject(report.sequence, whole=detail.verbose),
        words.coming(report, width),
        words.stored(report),
        words.status_text(report),
        " ".join(codes),
    )
