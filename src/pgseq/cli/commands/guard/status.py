"""pgseq guard status"""

from __future__ import annotations

import rich_click as click

from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import Selection, View
from pgseq.model.limits import Limits


@click.command(name="status")
@options.connection
@options.selection
@options.limits
@options.view("table", "json")
def status(connection: Connection, selection: Selection, limits: Limits, view: View) -> int:
    """List the guard triggers, and whether each is intact. Reads only.

    Exit codes: 0 all are intact, 1 one is damaged.

    \b
    pgseq guard status app
    """
    import sys

    from pgseq.cli.run.common import Sink, over
    from pgseq.commands.guard.model import GuardStatus
    from pgseq.commands.guard.read import read_inventory
    from pgseq.commands.guard.status import guard_status
    from pgseq.pg.pool import SessionPool
    from pgseq.render.json.guard import GuardDocument
    from pgseq.render.text.guard_status import StatusTable, guards
    from pgseq.render.text.progress import Bar
    from pgseq.workflow import Options

    settings = selection.options(limits)

    def work(pool: SessionPool, settings: Options, bar: Bar) -> GuardStatus:
        return guard_status(read_inventory(pool, settings, bar))

    sink: Sink[GuardStatus] = (
        GuardDocument(sys.stdout, guards, settings.config.path)
        if view.format == "json"
        else StatusTable(view.terminal(), view.detail)
    )
    return over(connection, settings, work, sink, lambda found: found.exit_code)
