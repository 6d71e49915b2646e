"""Which moves were made here → confirm → read → put back, one by one."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Items

from pgseq import workflow
from pgseq.core.preconditions import missing_feeds, refuse_foreign
from pgseq.model.reports import UndoReport
from pgseq.model.server import Server
from pgseq.pg.apply import UndoMove
from pgseq.pg.catalog import read_identifier, read_sequences
from pgseq.pg.pool import SessionPool
from pgseq.undo_file import UndoEntry, UndoTarget


def undo(
    pool: SessionPool,
    moves: Items[UndoEntry],
    options: workflow.Options,
    confirm: Callable[[Server, list[UndoEntry]], bool],
    *,
    force: bool,
    rehearse: bool = False,
) -> UndoReport:
    """Undo the moves of an undo file that were made in this database.

    `confirm` is shown them; nothing is changed when it returns False. Unless `force`, a sequence that has been used
    since, or would hand out a stored value, is left alone. `rehearse` reads only. Raises NothingMatches when no move
    was made in this database, UsageError, QueryFailed, ConnectionFailed.
    """
    server = workflow.server_of(pool, options)
    if not rehearse:
        workflow.refuse_unwritable(pool.primary, server)
    here = UndoTarget(server=read_identifier(pool.primary, options.limits), database=server.database)
    refuse_foreign(moves, here)
    held = [entry for entry in moves if here.holds(entry)]
    if not confirm(server, held):
        return UndoReport(server=server, results=())
    everything = read_sequences(pool, server, options.limits, options.config.feeds)
    missing_feeds(everything, options.config)
    known = {sequence.oid: sequence for sequence in everything}
    moving = UndoMove(session=pool.primary, server=server, limits=options.limits, force=force, rehearse=rehearse)
    results = tuple(moving.undo(known.get(entry.oid), entry) for entry in held)
    return UndoReport(server=server, results=results, rehearsed=rehearse)
