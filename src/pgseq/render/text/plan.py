"""The plan of `fix`: what is moved, where to and why, what is not, and the exact SQL."""

from __future__ import annotations

from typing import Final

from pgseq.model.changes import Step
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.names import display
from pgseq.render.text import check as table
from pgseq.render.text import folding, words
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

HEAD: Final = ("Sequence", "Next value", "New", "Why")
NUMBERS: Final = frozenset({1, 2})

#: Steps whose SQL is shown.
EXAMPLES: Final = 1


def plan(terminal: Terminal, report: DatabaseReport, detail: Detail) -> None:
    """Write what a fix would do in one database."""
    table.heading(terminal, report.server)
    planned = tuple(one for one in report.sequences if one.step is not None)
    if planned:
        _moves(terminal, planned, detail)
    left = tuple(one for one in words.shown(report, detail) if one.step is None)
    if left and not detail.quiet:
        table.listing(terminal, report, left, detail)
    statements(terminal, [one.step for one in planned if one.step is not None])


def _moves(terminal: Terminal, planned: tuple[SequenceReport, ...], detail: Detail) -> None:
    rows = folding.rows(planned, detail)
    listed = rows[: detail.limit]
    cells = [_cells(row.report) for row in listed]
    columns = Columns(terminal, [HEAD, *cells], right=NUMBERS)
    columns.row(HEAD, default="head")
    for row, texts in zip(listed, cells, strict=True):
        columns.row(texts)
        table.remark(terminal, row)
    table.rest(terminal, rows, detail)
    terminal.line()


def _cells(report: SequenceReport) -> tuple[str, ...]:
    assert report.step is not None
    why = f"{words.state(report)}; stored up to {words.number(report.diagnosis.furthest)}"
    if gap := report.diagnosis.gap:
        why += f"; into the free stretch up to {words.number(gap.last)}"
    return display(report.sequence.sql), words.next_value(report), f"→ {report.step.next_value}", why


def statements(terminal: Terminal, steps: list[Step]) -> None:
    """Write the SQL of the first steps, and which option writes that of all."""
    for step in steps[:EXAMPLES]:
        composed = step.statements
        terminal.line((f"-- {display(composed.description)}", "faint"))
        if composed.lock:
            terminal.line((f"-- lock: {display(composed.lock)}", "faint"))
        terminal.line((f"-- guard: {display(composed.guard)}", "faint"))
        for line in composed.sql.splitlines():
            terminal.line((display(line), ""))
        terminal.line()
    if len(steps) > EXAMPLES:
        terminal.line((f"… {len(steps) - EXAMPLES} more, --sql FILE writes all", "faint"))
        terminal.line()
