"""pgseq guard status"""

from __future__ import annotations

import rich_click as click

from pgseq.cli import options
from pgseq.cli.options import Selection, View
from pgseq.cli.servers import Connection
from pgseq.session import Limits


@click.command(name="status")
@options.connection
@options.selection
@options.limits
@options.view("table", "json")
def status(connection: Connection, selection: Selection, limits: Limits, view: View) -> int:
    """List the guard triggers, and whether each is whole. Reads only.

    Exit codes: 0 all are whole, 1 one is not.

    \b
    pgseq guard status app
    """
    import sys

    from pgseq.cli.work import Sink, over
    from pgseq.crew import Crew
    from pgseq.doctor import Options
    from pgseq.guard.condition import conditions
    from pgseq.guard.survey import survey
    from pgseq.guard.values import Status
    from pgseq.render.guard_document import GuardDocument
    from pgseq.render.guard_status import StatusTable, guards
    from pgseq.render.progress import Bar

    settings = selection.options(limits)

    def work(crew: Crew, settings: Options, bar: Bar) -> Status:
        return conditions(survey(crew, settings, bar))

    sink: Sink[Status] = (
        GuardDocument(sys.stdout, guards, settings.config.path)
        if view.format == "json"
        else StatusTable(view.terminal(), view.detail)
    )
    return over(connection, settings, work, sink, lambda found: found.exit_code)
