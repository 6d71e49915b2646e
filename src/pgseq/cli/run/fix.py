"""The work of `fix`: show the plan, ask, carry it out; or write it as a script."""

from __future__ import annotations

from functools import partial

from pgseq import workflow
from pgseq.cli.app.streams import moves_told
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.run.common import over, report_writer
from pgseq.cli.run.interactive import Carried, InteractiveRun
from pgseq.cli.run.script import step_script
from pgseq.model.exit_code import ExitCode
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.pg.pool import SessionPool
from pgseq.render.text.fix import FixTable
from pgseq.render.text.plan import listed
from pgseq.render.text.progress import Bar
from pgseq.render.writer import Writer
from pgseq.undo_file import UndoFile


def apply(
    connection: Connection, settings: workflow.Options, view: View, undo_file: UndoFile | None, *, ask: bool
) -> tuple[int, tuple[SequenceReport, ...]]:
    """Fix every database; the exit code, and every sequence with what became of it.

    Ctrl-C raises KeyboardInterrupt that says how far it came; what became of each until then is written first.
    """
    table = _table(view)
    writer = _MovesTold(_writer(view, table, settings), table)
    reports: list[SequenceReport] = []

    def write_partial(carried: Carried[DatabaseReport]) -> None:
        writer.database(carried)
        writer.close()

    # A document says of every sequence when it collides.
    shown = partial(listed, detail=view.detail) if view.format == "table" else None
    run = InteractiveRun(
        report=DatabaseReport,
        view=view,
        config=settings.config,
        ask=ask,
        plan=table.plan,
        count=lambda report: len(_planned(report)),
        partial=write_partial,
    )

    def work(pool: SessionPool, settings: workflow.Options, bar: Bar) -> Carried[DatabaseReport]:
        return run(bar, lambda confirm, steps: workflow.fix(pool, settings, confirm, steps, undo_file, shown))

    def code(carried: Carried[DatabaseReport]) -> ExitCode:
        reports.extend(carried.report.sequences)
        return carried.report.exit_code

    return over(connection, settings, work, writer, code, at_once=not ask, changes=True), tuple(reports)


def rehearse(connection: Connection, settings: workflow.Options, view: View) -> tuple[int, bool]:
    """Show what a fix would do in every database; the exit code, and whether it would do anything."""
    table = _table(view)
    planned = False
    writer: Writer[DatabaseReport] = _PlanFirst(table) if view.format == "table" else _writer(view, table, settings)

    def code(report: DatabaseReport) -> ExitCode:
        nonlocal planned
        planned = planned or bool(_planned(report))
        return report.exit_code

    return over(connection, settings, workflow.check, writer, code, at_once=True), planned


def write(connection: Connection, settings: workflow.Options, file: str) -> int:
    """Write the plan of one database as a script for psql; the exit code. Raises UsageError."""
    return over(connection, settings, workflow.check, step_script(file), lambda report: report.exit_code)


class _PlanFirst:
    """Writes the plan of a report before it."""

    def __init__(self, table: FixTable) -> None:
        self._table = table
        self.unreachable, self.close = table.unreachable, table.close

    def database(self, report: DatabaseReport) -> None:
        if _planned(report):
            self._table.plan(report)
        self._table.database(report)


class _MovesTold:
    """Passes reports on, and tells of what was moved also where they cannot be written."""

    def __init__(self, writer: Writer[DatabaseReport], table: FixTable) -> None:
        self._writer, self._table = writer, table
        self.unreachable, self.close = writer.unreachable, writer.close

    def database(self, carried: Carried[DatabaseReport]) -> None:
        with moves_told(carried.report.sequences):
            if carried.plan is not None:
                self._table.plan(carried.plan)
            self._writer.database(carried.report)


def _table(view: View) -> FixTable:
    """Where the plan is shown: standard error where a document is written."""
    return FixTable(view.terminal(error=view.format != "table"), view.detail)


def _writer(view: View, table: FixTable, settings: workflow.Options) -> Writer[DatabaseReport]:
    return table if view.format == "table" else report_writer(view, settings.config)


def _planned(report: DatabaseReport) -> list[SequenceReport]:
    return [one for one in report.sequences if one.step is not None]
