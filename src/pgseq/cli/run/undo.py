"""The work of `undo`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from pgseq import workflow
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.run.common import confirm_on_terminal, over
from pgseq.commands.undo.workflow import undo as put_back
from pgseq.errors import UsageError
from pgseq.model.reports import UndoReport
from pgseq.model.server import Server
from pgseq.names import display, plural
from pgseq.pg.pool import SessionPool
from pgseq.render.json.undo import undo_document
from pgseq.render.text.progress import Bar
from pgseq.render.text.undo import UndoneTable, intentions
from pgseq.render.writer import Writer
from pgseq.undo_file import UndoEntry, entries

#: Which moves are to be put back where.
Intended = tuple[Server, list[UndoEntry]]


def undo_move(
    file: Path,
    connection: Connection,
    settings: workflow.Options,
    view: View,
    *,
    ask: bool,
    force: bool,
    rehearse: bool,
) -> int:
    """Undo the moves of an undo file, database by database, or rehearse that; the exit code. Raises UsageError."""
    moves = entries(file)
    if not moves:
        raise UsageError(f"{file} tells of no move", "there is nothing to put back")
    terminal = view.terminal()
    in_database: set[UndoEntry] = set()

    def show(intended: Intended) -> None:
        if view.format == "table":
            intentions(terminal, *intended)

    def work(pool: SessionPool, settings: workflow.Options, bar: Bar) -> tuple[UndoReport, list[Intended]]:
        later: list[Intended] = []

        def confirm(server: Server, here: list[UndoEntry]) -> bool:
            bar.pause()
            in_database.update(here)
            if bar.aside:
                later.append((server, here))
            else:
                show((server, here))
            return not ask or confirm_on_terminal(f"Put back {plural(len(here), 'sequence')}?")

        return put_back(pool, moves, settings, confirm, force=force, rehearse=rehearse), later

    writer: Writer[UndoReport] = (
        undo_document(sys.stdout, settings.config.path) if view.format == "json" else UndoneTable(terminal)
    )
    code = over(
        connection,
        settings,
        work,
        _IntendedFirst(writer, show),
        lambda done: done[0].exit_code,
        at_once=not ask,
        changes=not rehearse,
    )
    if view.format == "table" and (others := [move for move in moves if move not in in_database]):
        where = ", ".join(sorted({display(move.database) for move in others}))
        terminal.line((f"{plural(len(others), 'other move')} in {file}: made in {where}", "faint"))
    return code


class _IntendedFirst:
    """Shows what was intended, where that was not shown yet, and passes the report on."""

    def __init__(self, writer: Writer[UndoReport], show: Callable[[Intended], None]) -> None:
        self._writer, self._show = writer, show
        self.unreachable, self.close = writer.unreachable, writer.close

    def database(self, done: tuple[UndoReport, list[Intended]]) -> None:
        report, later = done
        for intended in later:
            self._show(intended)
        self._writer.database(report)
