"""The work of `undo`."""

from __future__ import annotations

import sys
from pathlib import Path

from pgseq import workflow
from pgseq.cli.options.connection import Connection
from pgseq.cli.run.common import confirm_on_terminal, over
from pgseq.errors import UsageError
from pgseq.model.changes import UndoResult
from pgseq.model.exit_code import ExitCode
from pgseq.model.sequences import Server
from pgseq.names import display, plural
from pgseq.pg.pool import SessionPool
from pgseq.render.text.progress import Bar
from pgseq.render.text.terminal import Color, Terminal
from pgseq.render.text.undo import UndoneTable, intentions
from pgseq.undo_file import Entry, entries


def undo_move(
    file: Path, connection: Connection, settings: workflow.Options, color: Color, *, ask: bool, force: bool
) -> int:
    """Undo the moves of an undo file, database by database; the exit code. Raises UsageError."""
    moves = entries(file)
    if not moves:
        raise UsageError(f"{file} tells of no move", "there is nothing to put back")
    terminal = Terminal(sys.stdout, color)
    in_database: set[Entry] = set()

    def work(pool: SessionPool, settings: workflow.Options, bar: Bar) -> list[UndoResult]:
        def confirm(server: Server, here: list[Entry]) -> bool:
            bar.pause()
            in_database.update(here)
            intentions(terminal, server, here)
            return not ask or confirm_on_terminal(f"Put back {plural(len(here), 'sequence')}?")

        return workflow.undo(pool, moves, settings, confirm, force=force)

    code = over(connection, settings, work, UndoneTable(terminal), _code)
    if others := [move for move in moves if move not in in_database]:
        where = ", ".join(sorted({display(move.database) for move in others}))
        terminal.line((f"{plural(len(others), 'other move')} in {file}: made in {where}", "faint"))
    return code


def _code(results: list[UndoResult]) -> ExitCode:
    left = not results or any(one.applied.result in ("skipped", "failed") for one in results)
    return ExitCode.WRONG if left else ExitCode.OK
