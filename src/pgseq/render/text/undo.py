"""The tables of `undo`: the moves to undo, then the results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pgseq.model.changes import Applied
from pgseq.model.reports import UndoReport, Unreachable
from pgseq.model.sequences import Server
from pgseq.names import display
from pgseq.render.text import words
from pgseq.render.text.check import heading
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.undo_file import Entry

HEAD: Final = ("Sequence", "Result", "From", "To")
NUMBERS: Final = frozenset({2, 3})
INDENT: Final = 10


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
        columns = Columns(self._terminal, [HEAD, *rows], right=NUMBERS)
        columns.row(HEAD, default="head")
        for one, cells in zip(undone, rows, strict=True):
            columns.row(cells, {1: words.RESULT_STYLES[one.applied.result]})
            if one.applied.reason:
                self._terminal.note(display(one.applied.reason), indent=INDENT)
            if one.applied.hint:
                self._terminal.hint(display(one.applied.hint), indent=INDENT)
        self._terminal.line()

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing: the error has been reported already."""

    def close(self) -> None:
        """Nothing follows the last database."""


def intentions(terminal: Terminal, server: Server, moves: Iterable[Entry]) -> None:
    """Write which sequences would be set back, and to which value."""
    heading(terminal, server)
    rows = [(display(one.sequence), str(one.before.last_value)) for one in moves]
    head = ("Sequence", "Back to")
    columns = Columns(terminal, [head, *rows], right=frozenset({1}))
    columns.row(head, default="head")
    for row in rows:
        columns.row(row)
    terminal.line()


def _cells(name: str, applied: Applied, *, rehearsed: bool) -> tuple[str, ...]:
    before, after = (None if p is None else p.last_value for p in (applied.before, applied.after))
    result = "would move" if rehearsed and applied.result == "moved" else applied.result
    return display(name), result, words.number(before), words.number(after)
