"""pgseq why"""

from __future__ import annotations

import rich_click as click

from pgseq.cli import options
from pgseq.cli.again import bounds
from pgseq.cli.options import Selection, View
from pgseq.cli.servers import Connection
from pgseq.session import Limits


@click.command(name="why")
@options.connection
@options.selection
@options.limits
@options.view("table", "json")
def command(connection: Connection, selection: Selection, limits: Limits, view: View) -> int:
    """Say how sequences got out of sync: the causes that something speaks for, most telling first.

    Reads only. Looks at the catalog, the rows around each position, the server's counters, and the statements in
    pg_stat_statements, and says which of these could not be looked at.

    \b
    pgseq why -h db1 -U owner app
    pgseq why app -t public.users --format json
    """
    import sys

    from pgseq.cli.work import exit_code, follow, over
    from pgseq.crew import Crew
    from pgseq.doctor import Options
    from pgseq.render.causes import CauseDocument, CauseTable
    from pgseq.render.progress import Bar
    from pgseq.why import Inquiry
    from pgseq.why.inquiry import why

    settings, found = selection.options(limits), list[Inquiry]()

    def work(crew: Crew, settings: Options, bar: Bar) -> Inquiry:
        found.append(why(crew, settings, bar))
        return found[-1]

    sink = (
        CauseDocument(sys.stdout, settings.config.path)
        if view.format == "json"
        else CauseTable(view.terminal(), view.detail)
    )
    code = over(connection, settings, work, sink, lambda inquiry: exit_code(inquiry.report))
    if any(one.step is not None for inquiry in found for one in inquiry.report.sequences):
        follow(view, "fix", [*connection.arguments(), *selection.arguments(), *bounds(limits)])
    return code
