"""pgseq guard ownership"""

from __future__ import annotations

import rich_click as click

from pgseq.cli.commands.guard.change_options import Doing, doing
from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import Selection, View
from pgseq.model.limits import Limits


@click.command(name="ownership")
@options.connection
@doing
@options.selection
@options.limits
@options.view("table", "json")
def ownership(connection: Connection, selection: Selection, limits: Limits, view: View, doing: Doing) -> int:
    """Take away what causes trouble later: sequences that nothing owns, or narrower than their columns.

    OWNED BY for sequences that no column owns, AS bigint (or integer) for those narrower than what they feed, and
    nextval('…'::regclass) for defaults that name their sequence as text.

    \b
    pgseq guard ownership app --dry-run
    pgseq guard ownership app -t public.orders --yes
    """
    from pgseq.commands.guard.ownership import ownerships

    return doing.run(connection, selection, limits, view, lambda inventory: ownerships(inventory, limits))
