"""pgseq guard plan"""

from __future__ import annotations

import rich_click as click

from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import Selection, View
from pgseq.model.limits import Limits


@click.command(name="plan")
@options.connection
@options.selection
@options.limits
@options.max_jump
@options.view("table", "json")
def plan(connection: Connection, selection: Selection, limits: Limits, max_jump: float, view: View) -> int:
    """Say for every fed column which guard fits, why, and what it costs. Reads only.

    \b
    pgseq guard plan app
    pgseq guard plan app -t public.users --format json
    """
    import sys

    from pgseq.cli.run.common import Sink, exit_code, over
    from pgseq.commands.guard.advise import Advised, advise
    from pgseq.commands.guard.read import read_inventory
    from pgseq.pg.pool import SessionPool
    from pgseq.render.json.guard import GuardDocument
    from pgseq.render.text.guard_plan import AdviceTable, advice
    from pgseq.render.text.progress import Bar
    from pgseq.workflow import Options

    settings = selection.options(limits)

    def work(pool: SessionPool, settings: Options, bar: Bar) -> Advised:
        return advise(read_inventory(pool, settings, bar), max_jump, limits)

    sink: Sink[Advised] = (
        GuardDocument(sys.stdout, advice, settings.config.path)
        if view.format == "json"
        else AdviceTable(view.terminal(), view.detail)
    )
    return over(connection, settings, work, sink, lambda advised: exit_code(advised.inventory.report))
