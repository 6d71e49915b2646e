"""The work of the commands of `guard` that change something."""

from __future__ import annotations

import sys
from pathlib import Path

from pgseq import workflow
from pgseq.cli.options.configuration import name_used
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.run.common import Sink, agreed, over
from pgseq.cli.run.fix import Steps
from pgseq.commands.guard import workflow as rounds
from pgseq.commands.guard.model import GuardReport
from pgseq.commands.guard.script import backward, forward
from pgseq.commands.guard.workflow import Planner
from pgseq.errors import Interrupted, UsageError
from pgseq.files import targets
from pgseq.names import plural
from pgseq.pg.pool import SessionPool
from pgseq.render.json.guard import GuardDocument
from pgseq.render.sink import Unreachable
from pgseq.render.text.guard_changes import ChangeTable, changes
from pgseq.render.text.progress import Bar


def apply(
    connection: Connection,
    settings: workflow.Options,
    view: View,
    planner: Planner,
    undo_file: Path | None,
    *,
    ask: bool,
) -> int:
    """Show the plan of every database, carry it out and tell what became of it; the exit code.

    Ctrl-C raises KeyboardInterrupt that says how far it came; what became of each until then is written first.
    """
    people = _people(view, undo_file)
    sink = _sink(view, people, settings)
    undo = _Undo(connection, undo_file)

    def work(pool: SessionPool, settings: workflow.Options, bar: Bar) -> GuardReport:
        steps = Steps(bar)

        def confirm(report: GuardReport) -> bool:
            bar.pause()
            name_used(settings.config)
            if ask or not view.detail.quiet:
                people.plan(report)
            count = _count(report)
            if ask and not agreed(f"Apply {plural(count, 'change')}?"):
                return False
            undo.write(report)
            steps.begin(count)
            return True

        try:
            return rounds.change(pool, settings, planner, confirm, steps)
        except Interrupted as stop:
            bar.pause()
            if steps.told and isinstance(stop.report, GuardReport):
                sink.database(stop.report)
                sink.close()
            raise KeyboardInterrupt(*steps.told) from None

    return over(connection, settings, work, sink, lambda found: found.exit_code)


def rehearse(
    connection: Connection, settings: workflow.Options, view: View, planner: Planner, undo_file: Path | None
) -> int:
    """Show what would be done in every database; the exit code."""
    people = _people(view, undo_file)
    undo = _Undo(connection, undo_file)

    def work(pool: SessionPool, settings: workflow.Options, bar: Bar) -> GuardReport:
        found = rounds.plan(pool, settings, planner, bar)
        bar.pause()
        if _count(found):
            people.plan(found)
        undo.write(found)
        return found

    return over(connection, settings, work, _sink(view, people, settings), lambda found: found.exit_code)


def write(
    connection: Connection, settings: workflow.Options, view: View, planner: Planner, file: str, undo_file: Path | None
) -> int:
    """Write the plan of one database as a script for psql; the exit code. Raises UsageError."""
    _refuse_several(connection, "--sql")
    if view.format != "table":
        raise UsageError("--sql writes a script, whatever --format says", "leave --format out")
    undo = _Undo(connection, undo_file)

    def work(pool: SessionPool, settings: workflow.Options, bar: Bar) -> GuardReport:
        found = rounds.plan(pool, settings, planner, bar)
        undo.write(found)
        return found

    return over(connection, settings, work, _Script(file), lambda found: found.exit_code)


class _Script:
    """Writes the changes of a round to a file, `-` for standard output, and to stderr what it wrote."""

    def __init__(self, file: str) -> None:
        self._file = file

    def database(self, report: GuardReport) -> None:
        if self._file == "-":
            sys.stdout.write(forward(report))
        else:
            targets.write(Path(self._file), forward(report))
        where = "" if self._file == "-" else f" in {self._file}"
        refused = sum(1 for item in report.items if item.refused is not None)
        sys.stderr.write(f"{plural(_count(report), 'change')}{where}, {refused} refused\n")

    def unreachable(self, one: Unreachable) -> None:
        """Never: one database, and its error ends the command."""

    def close(self) -> None:
        """Nothing follows the script."""


class _Undo:
    """Writes the reverse script, where one was asked for. Raises UsageError for more than one database."""

    def __init__(self, connection: Connection, file: Path | None) -> None:
        self._file = file
        if file is not None:
            _refuse_several(connection, "--undo-file")

    def write(self, report: GuardReport) -> None:
        """Write it. Raises UsageError when the file cannot be written."""
        if self._file is not None:
            targets.write(self._file, backward(report), targets.PRIVATE)


def _refuse_several(connection: Connection, option: str) -> None:
    if connection.every or len(connection.dsn) > 1:
        raise UsageError(f"{option} writes a script for one database", "run it once for each database")


def _people(view: View, undo_file: Path | None) -> ChangeTable:
    """Where the plan is shown: beside a document, not in it."""
    return ChangeTable(view.terminal(error=view.format != "table"), view.detail, undo_file)


def _sink(view: View, people: ChangeTable, settings: workflow.Options) -> Sink[GuardReport]:
    return people if view.format == "table" else GuardDocument(sys.stdout, changes, settings.config.path)


def _count(report: GuardReport) -> int:
    return sum(1 for item in report.items if item.change is not None)
