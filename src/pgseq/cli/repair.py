"""The work of `fix`: show the plan, ask, carry it out; or write it as a script."""

from __future__ import annotations

import sys

from pgseq import doctor
from pgseq.cli.failure import newline
from pgseq.cli.options import View
from pgseq.cli.script import Script
from pgseq.cli.servers import Connection
from pgseq.cli.work import exit_code, output, over
from pgseq.errors import UsageError
from pgseq.model import DatabaseReport, Examined
from pgseq.render import words
from pgseq.render.outcome import Outcome
from pgseq.render.output import Output
from pgseq.render.progress import Bar
from pgseq.session import Session


def apply(
    connection: Connection, settings: doctor.Options, view: View, *, ask: bool
) -> tuple[int, tuple[Examined, ...]]:
    """Fix every database; the exit code, and every sequence with what became of it."""
    people = _people(view)
    seen: list[Examined] = []

    def work(session: Session, bar: Bar) -> DatabaseReport:
        def confirm(found: DatabaseReport) -> bool:
            bar.pause()
            if ask or not view.detail.quiet:
                people.plan(found)
            return not ask or _agreed(len(_planned(found)))

        report = doctor.fix(session, settings, confirm, bar)
        seen.extend(report.sequences)
        return report

    return over(connection, work, _sink(view, people), exit_code), tuple(seen)


def rehearse(connection: Connection, settings: doctor.Options, view: View) -> tuple[int, bool]:
    """Show what a fix would do in every database; the exit code, and whether it would do anything."""
    people = _people(view)
    planned: list[Examined] = []

    def work(session: Session, bar: Bar) -> DatabaseReport:
        report = doctor.check(session, settings, bar)
        bar.pause()
        if found := _planned(report):
            planned.extend(found)
            people.plan(report)
        return report

    return over(connection, work, _sink(view, people), exit_code), bool(planned)


def write(connection: Connection, settings: doctor.Options, view: View, file: str) -> int:
    """Write the plan of one database as a script for psql; the exit code. Raises UsageError."""
    if connection.every or len(connection.dsn) > 1:
        raise UsageError("--sql writes a script for one database", "run it once for each database")
    if view.format != "table":
        raise UsageError("--sql writes a script, whatever --format says", "leave --format out")
    return over(connection, lambda session, bar: doctor.check(session, settings, bar), Script(file), exit_code)


def _people(view: View) -> Outcome:
    """Where the plan is shown: beside a document, not in it."""
    return Outcome(view.terminal(error=view.format != "table"), view.detail)


def _sink(view: View, people: Outcome) -> Output:
    return people if view.format == "table" else output(view)


def _planned(report: DatabaseReport) -> list[Examined]:
    return [one for one in report.sequences if one.step is not None]


def _agreed(count: int) -> bool:
    sys.stdout.flush()
    sys.stderr.write(f"Apply {words.plural(count, 'change')}? [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        sys.stderr.write(newline())
    return answer.strip().lower() in ("y", "yes")
