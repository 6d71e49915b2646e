"""pgseq guard plan"""

from __future__ import annotations

import rich_click as click

from pgseq.cli import options
from pgseq.cli.options import Selection, View
from pgseq.cli.servers import Connection
from pgseq.session import Limits


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

    from pgseq.cli.work import Sink, exit_code, over
    from pgseq.crew import Crew
    from pgseq.doctor import Options
    from pgseq.guard.advice import Advised, advise
    from pgseq.guard.survey import survey
    from pgseq.render.guard_advice import AdviceTable, advice
    from pgseq.render.guard_document import GuardDocument
    from pgseq.render.progress import Bar

    settings = selection.options(limits)

    def work(crew: Crew, settings: Options, bar: Bar) -> Advised:
        return advise(survey(crew, settings, bar), max_jump, limits)

    sink: Sink[Advised] = (
        GuardDocument(sys.stdout, advice, settings.config.path)
        if view.format == "json"
        else AdviceTable(view.terminal(), view.detail)
    )
    return over(connection, settings, work, sink, lambda advised: exit_code(advised.survey.report))
