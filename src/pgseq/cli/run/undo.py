"""The work of `undo`."""

from __future__ import annotations

import sys
from pathlib import Path

from pgseq import workflow
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.run.common import confirm_on_terminal, over
from pgseq.errors import UsageError
from pgseq.model.reports import UndoReport
from pgseq.model.server import Server
from pgseq.names import display, plural
from pgseq.pg.pool import SessionPool
from pgseq.render.json.undo import undo_document
from pgseq.render.text.progress import Bar
from pgseq.render.text.undo import UndoneTable, intentions
from pgseq.render.writer import Writer
from pgseq.undo_file import Entry, entries


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
    in_database: set[Entry] = set()

    def work(pool: SessionPool, settings: workflow.Options, bar: Bar) -> UndoReport:
        def confirm(server: Server, here: list[Entry]) -> bool:
            bar.pause()
            in_database.update(here)
            if view.format == "table":
                intentions(terminal, server, here)
            return not ask or confirm_on_terminal(f"Put back {plural(len(here), 'sequence')}?")

        return workflow.undo(pool, moves, settings, confirm, force=force, rehearse=rehearse)

    writer: Writer[UndoReport] = (
        undo_document(sys.stdout, settings.config.path) if view.format == "json" else UndoneTable(terminal)
    )
    code = over(connection, settings, work, writer, lambda report: report.exit_code)
    if view.format == "table" and (others := [move for move in moves if move not in in_database]):
        where = ", ".join(sorted({display(move.database) for move in others}))
        terminal.line((f"{plural(len(others), 'other move')} in {file}: made in {where}", "faint"))
    return code
