"""The work of `undo`."""

from __future__ import annotations

import sys
from pathlib import Path

from pgseq import doctor
from pgseq.cli.servers import Connection
from pgseq.cli.work import agreed, over
from pgseq.crew import Crew
from pgseq.errors import UsageError
from pgseq.journal import entries
from pgseq.render import words
from pgseq.render.progress import Bar
from pgseq.render.terminal import Color, Terminal
from pgseq.render.undone import UndoneTable, intentions
from pgseq.session import Limits
from pgseq.steps import Undone


def put_back(file: Path, connection: Connection, limits: Limits, color: Color, *, ask: bool, force: bool) -> int:
    """Undo the moves of an undo file; the exit code. Raises UsageError."""
    moves = entries(file)
    if not moves:
        raise UsageError(f"{file} tells of no move", "there is nothing to put back")
    terminal = Terminal(sys.stdout, color)
    intentions(terminal, [(one.database, one.sequence, one.before) for one in moves])
    if ask and not agreed(f"Put back {words.plural(len(moves), 'sequence')}?"):
        terminal.line(("Nothing was changed.", ""))
        return 1

    def work(crew: Crew, settings: doctor.Options, bar: Bar) -> list[Undone]:
        return doctor.undo(crew, moves, settings, force=force)

    return over(connection, doctor.Options(limits=limits), work, UndoneTable(terminal), _code)


def _code(undone: list[Undone]) -> int:
    return int(any(one.applied.result in ("skipped", "failed") for one in undone))
