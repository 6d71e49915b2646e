"""pgseq guard remove"""

from __future__ import annotations

import rich_click as click

from pgseq.cli.commands.guard.change_options import Doing, doing
from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import Selection, View
from pgseq.model.limits import Limits


@click.command(name="remove")
@options.connection
@doing
@options.selection
@options.limits
@options.view("table", "json")
def remove(connection: Connection, selection: Selection, limits: Limits, view: View, doing: Doing) -> int:
    """Remove guard triggers, and the schema pgseq with the last one.

    Identity columns stay; the reverse script of `guard identity` turns them back.

    \b
    pgseq guard remove app -t public.users
    pgseq guard remove app --yes
    """
    from pgseq.commands.guard.remove import removals

    return doing.run(connection, selection, limits, view, lambda inventory: removals(inventory, limits))
