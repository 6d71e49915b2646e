"""A plan in front of a person: show it, ask, carry it out; the same for `fix`, `sync` and `guard`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct

from pgseq.cli.options.change import ChangeMode
from pgseq.cli.options.configuration import name_used
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.run.common import confirm_on_terminal
from pgseq.errors import Interrupted, UsageError
from pgseq.model.configuration import Config
from pgseq.names import plural
from pgseq.render.text.progress import Bar

R = TypeVar("R")


class StepCounter:
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
    def summary(self) -> tuple[str, ...]:
        """How many steps were taken, for an error message; empty before the first step."""
        if self._done is None:
            return ()
        done, total = self._done
        return (f"after {done} of {plural(total, 'change')}; run it again for the rest",)


class Carried(Struct, Generic[R], frozen=True, kw_only=True):
    """What became of a plan."""

    report: R
    #: The plan, where it is to be shown before the report; None: it has been shown, or is not to be.
    plan: R | None = None
    #: The file that leads back, if one was written.
    way_back: Path | None = None


@dataclass(slots=True, kw_only=True)
class InteractiveRun(Generic[R]):
    """Runs a plan whose report is an R: what is planned, and what became of it."""

    report: type[R]
    view: View
    config: Config
    #: Whether to ask before the first change.
    ask: bool
    #: Shows a plan.
    plan: Callable[[R], None]
    #: How many changes a plan has.
    count: Callable[[R], int]
    #: Writes what became of a run that was interrupted.
    partial: Callable[[Carried[R]], None]
    #: Called once the plan is accepted, before the first change; the file that leads back, if it has written one.
    prepare: Callable[[R], Path | None] = lambda report: None
    #: Whether the answer was no.
    declined: bool = field(default=False, init=False)

    def __call__(self, bar: Bar, execute: Callable[[Callable[[R], bool], StepCounter], R]) -> Carried[R]:
        """Run `execute`, which is given `confirm` and the progress.

        Ctrl-C raises KeyboardInterrupt that says how many changes were made; the report until then is written first.
        Beside others (`bar.aside`) nothing is asked or written, and Ctrl-C returns that report.
        """
        steps = StepCounter(bar)
        accepted: list[tuple[R | None, Path | None]] = []

        def confirm(report: R) -> bool:
            bar.pause()
            # A document has the plan.
            shown = self.ask or (self.view.format == "table" and not self.view.detail.quiet)
            count = self.count(report)
            if not bar.aside:
                name_used(self.config)
                if shown:
                    self.plan(report)
                self.declined = self.ask and not confirm_on_terminal(f"Apply {plural(count, 'change')}?")
                if self.declined:
                    return False
                # A plan that cannot be shown is not carried out.
                sys.stdout.flush()
            # A plan that was shown is not kept: it may be of a hundred thousand sequences.
            accepted.append((report if bar.aside and shown else None, self.prepare(report)))
            steps.begin(count)
            return True

        def told(report: R) -> Carried[R]:
            plan, way_back = accepted[0] if accepted else (None, None)
            return Carried(report=report, plan=plan, way_back=way_back)

        try:
            return told(execute(confirm, steps))
        except Interrupted as stop:
            bar.pause()
            if accepted and isinstance(stop.report, self.report):
                if bar.aside:
                    return told(stop.report)
                self.partial(told(stop.report))
            raise KeyboardInterrupt(*steps.summary) from None


def refuse_format(mode: ChangeMode, view: View) -> None:
    """Raises UsageError where --format is given along with --sql."""
    if mode.sql is not None and view.format != "table":
        raise UsageError("--sql writes a script, whatever --format says", "leave --format out")


def refuse_several(connection: Connection, option: str) -> None:
    """Raises UsageError where an option that writes one script is given for several databases."""
    if connection.several:
        raise UsageError(f"{option} writes a script for one database", "run it once for each database")
