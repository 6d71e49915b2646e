"""pgseq guard trigger"""

from __future__ import annotations

import rich_click as click

from pgseq.cli.commands.guard.change_options import Doing, doing
from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import Selection, View
from pgseq.model.limits import Limits


@click.command(name="trigger")
@options.connection
@doing
@options.selection
@options.limits
@options.max_jump
@options.view("table", "json")
def trigger(
    connection: Connection, selection: Selection, limits: Limits, view: View, doing: Doing, max_jump: float
) -> int:
    """Install triggers that move sequences past explicit ids as they arrive.

    After each INSERT or COPY statement its new ids are compared with the sequence, which is moved forward where they
    lie ahead. An id that would give up more than --max-jump of the values left is left alone, with a warning.

    \b
    pgseq guard trigger app -t public.users
    pgseq guard trigger app -t public.users --sql guard.sql
    """
    from pgseq.commands.guard.trigger import triggers

    return doing.run(connection, selection, limits, view, lambda inventory: triggers(inventory, max_jump, limits))
