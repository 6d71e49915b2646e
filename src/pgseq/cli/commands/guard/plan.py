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

    from pgseq.cli.run.common import exit_code, over
    from pgseq.commands.guard.advise import Advised, advise
    from pgseq.commands.guard.read import survey
    from pgseq.pg.pool import SessionPool
    from pgseq.render.json.guard import GuardDocument
    from pgseq.render.text.guard_plan import AdviceTable, advice
    from pgseq.render.text.progress import Bar
    from pgseq.render.writer import Writer
    from pgseq.workflow import Options

    settings = selection.options(limits)

    def work(crew: SessionPool, settings: Options, bar: Bar) -> Advised:
        return advise(survey(crew, settings, bar), max_jump, limits)

    sink: Writer[Advised] = (
        GuardDocument(sys.stdout, advice, settings.config.path)
        if view.format == "json"
        else AdviceTable(view.terminal(), view.detail)
    )
    return over(connection, settings, work, sink, lambda advised: exit_code(advised.survey.report))
