"""pgseq why"""

from __future__ import annotations

import click

from pgseq.cli.app.command import ClickCommand
from pgseq.cli.options import shared
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import SelectionOptions, View
from pgseq.model.hints import Command
from pgseq.model.limits import Limits


@click.command(name="why", cls=ClickCommand)
@shared.connection
@shared.selection
@shared.limits
@shared.view("table", "json", "jsonl", "csv", "markdown", "html")
def command(connection: Connection, selection: SelectionOptions, limits: Limits, view: View) -> int:
    """Say how sequences got out of sync: the causes that something speaks for, most telling first.

    Reads only. Looks at the catalog, the rows around each position, the server's counters, and the statements in
    pg_stat_statements, and says which of these could not be looked at.

    \b
    pgseq why -h db1 -U owner app
    pgseq why app -t public.users --format json
    """
    import sys
    from collections.abc import Callable

    from pgseq.cli.run.common import over, suggest
    from pgseq.commands.range.samples import usual_path
    from pgseq.commands.range.workflow import sampled_jumps
    from pgseq.commands.why import WhyReport
    from pgseq.commands.why.workflow import why
    from pgseq.pg.pool import SessionPool
    from pgseq.render.csv.why import CauseCsv
    from pgseq.render.html.why import HtmlCauses
    from pgseq.render.json.lines import JsonLines
    from pgseq.render.markdown.why import CauseMarkdown
    from pgseq.render.text.progress import Bar
    from pgseq.render.text.why import CauseDocument, CauseTable
    from pgseq.render.writer import Writer
    from pgseq.workflow import Options

    options, repairable = selection.options(limits), False

    def work(pool: SessionPool, options: Options, bar: Bar) -> WhyReport:
        nonlocal repairable
        why_report = why(pool, options, bar, sampled_jumps(options.config.history or usual_path()))
        repairable = repairable or any(report.step is not None for report in why_report.database_report.sequences)
        return why_report

    writers: dict[str, Callable[[], Writer[WhyReport]]] = {
        "table": lambda: CauseTable(view.terminal(), view.detail),
        "json": lambda: CauseDocument(sys.stdout, options.config.path),
        "jsonl": lambda: JsonLines(sys.stdout, lambda out: CauseDocument(out, options.config.path)),
        "csv": lambda: CauseCsv(sys.stdout),
        "markdown": lambda: CauseMarkdown(sys.stdout, view.detail),
        "html": lambda: HtmlCauses(sys.stdout, view.detail, options.config.path),
    }
    sink = writers[view.format]()
    code = over(connection, options, work, sink, lambda why_report: why_report.exit_code, at_once=True)
    if repairable:
        suggest(view, connection, options, Command("fix"))
    return code
