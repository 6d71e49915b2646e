"""The tables of `fix`: the plan, then the result for each sequence and how to undo it."""

from __future__ import annotations

from itertools import chain
from typing import Final

from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.names import display
from pgseq.render.text import folding, ways, words
from pgseq.render.text.check import INDENT, SIGN, CheckTable, heading, listing, remark, rest
from pgseq.render.text.plan import plan
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

RESULT: Final = 1


class FixTable(CheckTable):
    """Writes plan and results; after a plan, what it said of sequences that were not changed is not repeated."""

    #: What a plan has not moved, once it was written.
    _left: tuple[SequenceReport, ...] | None = None

    def plan(self, report: DatabaseReport) -> None:
        """Write what a fix would do."""
        self._left = tuple(one for one in report.sequences if one.step is None)
        plan(self._terminal, report, self._detail)

    def database(self, report: DatabaseReport) -> None:
        """Write the results in one database."""
        changed = tuple(one for one in report.sequences if one.applied is not None)
        if not changed:
            return self._unchanged(report)
        self._count(report)
        left, self._left = self._left, None
        if left is None:
            heading(self._terminal, report.server)
        outcome(self._terminal, report, changed, self._detail)
        rest = tuple(one for one in words.shown(report, self._detail) if one.applied is None)
        if rest and left is not None:
            said = set(map(_saying, left))
            rest = tuple(one for one in rest if _saying(one) not in said)
        if rest:
            listing(self._terminal, report, rest, self._detail)
        return None

    def _unchanged(self, report: DatabaseReport) -> None:
        if self._left is None:
            return super().database(report)
        self._left = None
        self._count(report)
        self._terminal.line(("Nothing was changed.", ""))
        return None


def _saying(report: SequenceReport) -> tuple[int, str, tuple[str, ...]]:
    """What a listing says of a sequence."""
    return report.sequence.oid, report.status, tuple(finding.message for finding in report.findings)


def outcome(terminal: Terminal, report: DatabaseReport, changed: tuple[SequenceReport, ...], detail: Detail) -> None:
    """Write the results of a fix in one database, with the statements that undo it."""
    listed = [one for one in changed if not detail.quiet or (one.applied and one.applied.result != "moved")]
    if listed:
        everything = report.sequences if report.whole else ()
        rows = folding.rows(listed, detail, folding.result, everything)
        _results(terminal, rows[: detail.limit], detail)
        rest(terminal, rows, detail)
        terminal.line()
    undoing = words.undoing(changed)
    if (first := next(undoing, None)) is not None:
        terminal.line((words.UNDO, "faint"))
        for statement in chain((first,), undoing):
            terminal.line((statement, "command"))
        terminal.line()


def _results(terminal: Terminal, listed: list[folding.Row[SequenceReport]], detail: Detail) -> None:
    cells = [_cells(row.report, detail) for row in listed]
    columns = Columns(terminal, cells, margin=SIGN)
    for row, texts in zip(listed, cells, strict=True):
        report = row.report
        assert report.applied is not None
        sign = words.RESULTS[report.applied.result]
        columns.row(texts, {RESULT: sign[1]}, sign=sign)
        if report.applied.reason:
            terminal.note(display(report.applied.reason), indent=INDENT)
        if report.applied.hint:
            ways.write(terminal, row.hint(report.applied.hint), INDENT)
        if report.applied.result == "moved" and words.wrong(report):
            for finding in words.visible_findings(report, verbose=detail.verbose):
                terminal.note(display(finding.message), "warning", tail=finding.code, indent=INDENT)
        remark(terminal, row)


def _cells(report: SequenceReport, detail: Detail) -> tuple[str, ...]:
    applied = report.applied
    assert applied is not None
    before, after = (None if one is None else one.last_value for one in (applied.before, applied.after))
    moved = f" {words.number(before)} → {words.number(after)}" if applied.result == "moved" else ""
    subject = words.subject(report.sequence, whole=detail.verbose)
    return subject, f"{applied.result}{moved}", f"next {words.next_value(report)}"
