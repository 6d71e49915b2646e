"""The work of `fix`: show the plan, ask, carry it out; or write it as a script."""

from __future__ import annotations

import sys

from pgseq import workflow
from pgseq.cli.app.streams import moves_told
from pgseq.cli.options.configuration import name_used
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.run.common import confirm_on_terminal, exit_code, over, report_writer
from pgseq.cli.run.script import Script
from pgseq.errors import Interrupted, UsageError
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.names import plural
from pgseq.pg.pool import SessionPool
from pgseq.render.text.fix import Outcome
from pgseq.render.text.progress import Bar
from pgseq.render.writer import Writer
from pgseq.undo_file import UndoFile


class Steps:
    """Progress that remembers how many steps have been taken."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._done: tuple[int, int] | None = None

    def begin(self, count: int) -> None:
        """From now on progress counts steps."""
        self._done = (0, count)

    def __call__(self, done: int, total: int) -> None:
        """Pass progress on."""
        if self._done is not None:
            self._done = (done, total)
        self._bar(done, total)

    @property
    def told(self) -> tuple[str, ...]:
        """How far it came; nothing before the first step."""
        if self._done is None:
            return ()
        done, total = self._done
        return (f"after {done} of {plural(total, 'change')}; run it again for the rest",)


def apply(
    connection: Connection, settings: workflow.Options, view: View, journal: UndoFile | None, *, ask: bool
) -> tuple[int, tuple[SequenceReport, ...]]:
    """Fix every database; the exit code, and every sequence with what became of it.

    Ctrl-C raises KeyboardInterrupt that says how far it came; what became of each until then is written first.
    """
    people = _people(view)
    sink = _Telling(_sink(view, people, settings))
    seen: list[SequenceReport] = []

    def work(crew: SessionPool, settings: workflow.Options, bar: Bar) -> DatabaseReport:
        steps = Steps(bar)

        def confirm(found: DatabaseReport) -> bool:
            bar.pause()
            name_used(settings.config)
            if ask or not view.detail.quiet:
                people.plan(found)
            count = len(_planned(found))
            if ask and not confirm_on_terminal(f"Apply {plural(count, 'change')}?"):
                return False
            # A plan that cannot be shown is not carried out.
            sys.stdout.flush()
            steps.begin(count)
            return True

        try:
            report = workflow.fix(crew, settings, confirm, steps, journal)
        except Interrupted as stop:
            bar.pause()
            if steps.told and isinstance(stop.report, DatabaseReport):
                sink.database(stop.report)
                sink.close()
            raise KeyboardInterrupt(*steps.told) from None
        seen.extend(report.sequences)
        return report

    return over(connection, settings, work, sink, exit_code), tuple(seen)


def rehearse(connection: Connection, settings: workflow.Options, view: View) -> tuple[int, bool]:
    """Show what a fix would do in every database; the exit code, and whether it would do anything."""
    people = _people(view)
    planned: list[SequenceReport] = []

    def work(crew: SessionPool, settings: workflow.Options, bar: Bar) -> DatabaseReport:
        report = workflow.check(crew, settings, bar)
        bar.pause()
        if found := _planned(report):
            planned.extend(found)
            people.plan(report)
        return report

    return over(connection, settings, work, _sink(view, people, settings), exit_code), bool(planned)


def write(connection: Connection, settings: workflow.Options, view: View, file: str) -> int:
    """Write the plan of one database as a script for psql; the exit code. Raises UsageError."""
    if connection.every or len(connection.dsn) > 1:
        raise UsageError("--sql writes a script for one database", "run it once for each database")
    if view.format != "table":
        raise UsageError("--sql writes a script, whatever --format says", "leave --format out")
    return over(connection, settings, workflow.check, Script(file), exit_code)


class _Telling:
    """Passes reports on, and tells of what was moved also where they cannot be written."""

    def __init__(self, sink: Writer[DatabaseReport]) -> None:
        self._sink = sink
        self.unreachable, self.close = sink.unreachable, sink.close

    def database(self, report: DatabaseReport) -> None:
        with moves_told(report.sequences):
            self._sink.database(report)


def _people(view: View) -> Outcome:
    """Where the plan is shown: beside a document, not in it."""
    return Outcome(view.terminal(error=view.format != "table"), view.detail)


def _sink(view: View, people: Outcome, settings: workflow.Options) -> Writer[DatabaseReport]:
    return people if view.format == "table" else report_writer(view, settings.config)


def _planned(report: DatabaseReport) -> list[SequenceReport]:
    return [one for one in report.sequences if one.step is not None]
