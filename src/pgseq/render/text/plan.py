"""The plan of `fix`: what is not moved and why, what is, where to, and with -v the exact SQL."""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.model.changes import Change, Move
from pgseq.model.reports import DatabaseReport, SequenceReport, Tally
from pgseq.names import display
from pgseq.render.text import check as table
from pgseq.render.text import folding, words
from pgseq.render.text.check import SIGN
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

#: Where the SQL is, said below a plan.
WHERE = "-v shows the SQL, --sql FILE writes it"


def plan(terminal: Terminal, report: DatabaseReport, detail: Detail) -> None:
    """Write what a fix would do in one database; the moves last, next to the question."""
    table.heading(terminal, report.server)
    planned = tuple(one for one in report.sequences if one.step is not None)
    left = tuple(one for one in words.shown(report, detail) if one.step is None)
    if left and not detail.quiet:
        table.listing(terminal, report, left, detail)
    if detail.verbose:
        statements(terminal, (one.step.change for one in planned[: detail.limit] if one.step is not None))
    if planned:
        _moves(terminal, planned, detail)
        prospect = words.prospect(Tally().add(report.sequences))
        terminal.line((f"{prospect}{'' if detail.verbose else f'; {WHERE}'}", "faint"))
        terminal.line()


def listed(report: DatabaseReport, detail: Detail) -> list[SequenceReport]:
    """The moves that a plan lists; the others are counted."""
    planned = (one for one in report.sequences if one.step is not None)
    return [row.report for row in folding.rows(planned, detail, likeness=folding.result)[: detail.limit]]


def _moves(terminal: Terminal, planned: tuple[SequenceReport, ...], detail: Detail) -> None:
    rows = folding.rows(planned, detail, likeness=folding.result)
    listed = rows[: detail.limit]
    width = max(len(words.next_value(row.report)) for row in listed)
    cells = [_cells(row.report, width, detail) for row in listed]
    columns = Columns(terminal, cells, margin=SIGN)
    for row, texts in zip(listed, cells, strict=True):
        columns.row(texts)
        table.remark(terminal, row)
    table.rest(terminal, rows, detail)
    terminal.line()


def _cells(report: SequenceReport, width: int, detail: Detail) -> tuple[str, ...]:
    assert report.step is not None
    why = f"{words.state(report)}, {words.stored(report)}"
    if gap := report.diagnosis.gap:
        why += f"; into the free stretch up to {words.number(gap.last)}"
    subject = words.subject(report.sequence, whole=detail.verbose)
    return subject, f"next {words.next_value(report):>{width}} → {words.number(report.step.next_value)}", why


def statements(terminal: Terminal, changes: Iterable[Change]) -> None:
    """Write the SQL of changes."""
    for change in changes:
        about = [change.description]
        if isinstance(change, Move):
            about += [*([f"lock: {change.lock}"] if change.lock else ()), f"guard: {change.guard}"]
        script(terminal, about, change.sql)


def script(terminal: Terminal, about: Iterable[str], sql: str) -> None:
    """Write a script, under what it is about."""
    for line in about:
        terminal.line((f"-- {display(line)}", "faint"))
    for line in sql.splitlines():
        terminal.line((display(line), ""))
    terminal.line()
