"""The tables of `undo`: the moves to undo, then the results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pgseq.model.changes import Applied
from pgseq.model.reports import UndoReport, Unreachable
from pgseq.model.server import Server
from pgseq.names import display
from pgseq.render.text import ways, words
from pgseq.render.text.check import INDENT, SIGN, heading
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.undo_file import UndoEntry

RESULT: Final = 1


class UndoneTable:
    """Writes the result of every undo to `terminal`."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def database(self, report: UndoReport) -> None:
        """Write one database; with no results nothing was changed."""
        undone = report.results
        if not undone:
            self._terminal.line(("Nothing was changed.", ""))
            return
        rows = [_cells(one.name, one.applied, rehearsed=report.rehearsed) for one in undone]
        columns = Columns(self._terminal, rows, margin=SIGN)
        for undo_result, cells in zip(undone, rows, strict=True):
            sign = words.RESULTS[undo_result.applied.result]
            columns.row(cells, {RESULT: sign[1]}, sign=sign)
            if undo_result.applied.reason:
                self._terminal.note(display(undo_result.applied.reason), indent=INDENT)
            if undo_result.applied.hint:
                ways.write(self._terminal, undo_result.applied.hint, INDENT)
        self._terminal.line()

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing: the error has been reported already."""

    def close(self) -> None:
        """Nothing follows the last database."""


def intentions(terminal: Terminal, server: Server, moves: Iterable[UndoEntry]) -> None:
    """Write which sequences would be set back, and to which value."""
    heading(terminal, server)
    rows = [(display(one.sequence), f"back to {words.number(one.before.last_value)}") for one in moves]
    columns = Columns(terminal, rows, margin=SIGN)
    for row in rows:
        columns.row(row)
    terminal.line()


def _cells(name: str, applied: Applied, *, rehearsed: bool) -> tuple[str, ...]:
    if applied.result != "moved":
        return display(name), applied.result
    before, after = (None if p is None else p.last_value for p in (applied.before, applied.after))
    result = "would move" if rehearsed else "moved"
    return display(name), f"{result} {words.number(before)} → {words.number(after)}"
