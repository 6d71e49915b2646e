"""The work of the commands of `guard`."""

from __future__ import annotations

import sys
from pathlib import Path

from pgseq import workflow
from pgseq.cli.app.streams import told_anyway
from pgseq.cli.options.change import ChangeMode
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.run.common import over, refuse_to_ask
from pgseq.cli.run.interactive import Carried, InteractiveRun, refuse_format, refuse_several
from pgseq.cli.run.script import Script
from pgseq.cli.run.way_back import way_back_beside, write_way_back
from pgseq.commands.guard import advise as advice
from pgseq.commands.guard.advise import Advised
from pgseq.commands.guard.model import GuardReport, GuardStatus
from pgseq.commands.guard.read import read_inventory
from pgseq.commands.guard.script import forward
from pgseq.commands.guard.status import guard_status
from pgseq.commands.guard.workflow import Planner, change, plan
from pgseq.commands.why.workflow import recorded_ids
from pgseq.model.exit_code import ExitCode
from pgseq.pg.pool import SessionPool
from pgseq.render.json.guard import GuardDocument
from pgseq.render.text.guard_changes import EXAMPLES, ChangeTable, changes
from pgseq.render.text.guard_plan import AdviceTable
from pgseq.render.text.guard_plan import advice as advised_fields
from pgseq.render.text.guard_status import StatusTable
from pgseq.render.text.guard_status import guards as status_fields
from pgseq.render.text.progress import Bar
from pgseq.render.writer import Writer


def run(
    connection: Connection,
    settings: workflow.Options,
    view: View,
    planner: Planner,
    mode: ChangeMode,
    undo_file: Path | None,
) -> int:
    """Show the plan of every database, carry it out and write the result, as far as `mode` says; the exit code.

    Raises UsageError. Ctrl-C raises KeyboardInterrupt that says how many changes were made.
    """
    if mode.sql is not None:
        refuse_several(connection, "--sql")
        refuse_format(mode, view)
    asks = not (mode.yes or mode.dry_run or mode.sql is not None)
    if asks:
        refuse_to_ask("--yes changes without a question, --dry-run shows what it would do")
    if undo_file is not None:
        refuse_several(connection, "--undo-file")
    # Beside a document the plan is shown on standard error.
    table = ChangeTable(view.terminal(error=view.format != "table"), view.detail, undo_file)
    writer = _ChangesTold(_writer(view, table, settings, mode), table)

    def prepare(report: GuardReport) -> Path | None:
        # A document has every reverse script, the screen one.
        unasked = undo_file is None and view.format == "table" and len(report.changes) > EXAMPLES
        if undo_file is not None:
            write_way_back(report, undo_file)
        return way_back_beside(report) if unasked else undo_file

    def partial(carried: Carried[GuardReport]) -> None:
        writer.database(carried)
        writer.close()

    interactive = InteractiveRun(
        report=GuardReport,
        view=view,
        config=settings.config,
        ask=asks,
        plan=table.plan,
        count=lambda report: len(report.changes),
        partial=partial,
        prepare=prepare,
    )

    def work(pool: SessionPool, settings: workflow.Options, bar: Bar) -> Carried[GuardReport]:
        if asks or mode.yes:
            return interactive(bar, lambda confirm, steps: change(pool, settings, planner, confirm, steps))
        report = plan(pool, settings, planner, bar)
        bar.pause()
        if undo_file is not None:
            write_way_back(report, undo_file)
        shown = mode.dry_run and report.changes
        return Carried(report=report, plan=report if shown else None, way_back=undo_file)

    def code(carried: Carried[GuardReport]) -> ExitCode:
        return carried.report.exit_code

    return over(connection, settings, work, writer, code, at_once=not asks, changes=mode.yes)


def advise(connection: Connection, settings: workflow.Options, view: View) -> int:
    """Write which guard fits each column; the exit code."""

    def work(pool: SessionPool, settings: workflow.Options, bar: Bar) -> Advised:
        inventory = read_inventory(pool, settings, bar)
        sequences = (report.sequence for report in inventory.report.sequences)
        recorded = recorded_ids(pool, settings.limits, sequences)
        return advice.advise(inventory, settings.policy.max_jump, settings.limits, recorded, settings.compose)

    writer: Writer[Advised] = (
        GuardDocument(sys.stdout, advised_fields, settings.config.path)
        if view.format == "json"
        else AdviceTable(view.terminal(), view.detail)
    )
    return over(connection, settings, work, writer, lambda advised: advised.inventory.report.exit_code, at_once=True)


def status(connection: Connection, settings: workflow.Options, view: View) -> int:
    """Write which guards are installed, and whether each is intact; the exit code."""

    def work(pool: SessionPool, settings: workflow.Options, bar: Bar) -> GuardStatus:
        return guard_status(read_inventory(pool, settings, bar)).calling(settings.compose)

    writer: Writer[GuardStatus] = (
        GuardDocument(sys.stdout, status_fields, settings.config.path)
        if view.format == "json"
        else StatusTable(view.terminal(), view.detail)
    )
    return over(connection, settings, work, writer, lambda status: status.exit_code, at_once=True)


class _ChangesTold:
    """Passes reports on, and tells of what was changed also where they cannot be written."""

    def __init__(self, writer: Writer[GuardReport], table: ChangeTable) -> None:
        self._writer, self._table = writer, table
        self.unreachable, self.close = writer.unreachable, writer.close

    def database(self, carried: Carried[GuardReport]) -> None:
        self._table.undo_file = carried.way_back
        with told_anyway(lambda: self._table.done(carried.report)):
            if carried.plan is not None:
                self._table.plan(carried.plan)
            self._writer.database(carried.report)


def _writer(view: View, table: ChangeTable, settings: workflow.Options, mode: ChangeMode) -> Writer[GuardReport]:
    if mode.sql is not None:
        return Script(
            mode.sql, forward, lambda report: len(report.changes), lambda report: f", {report.refused} refused"
        )
    return table if view.format == "table" else GuardDocument(sys.stdout, changes, settings.config.path)
