"""A plan in front of a person: show it, ask, carry it out; the same for `fix`, `sync` and `guard`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

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
    #: Writes the report of a run that was interrupted.
    partial: Callable[[R], None]
    #: Called once the plan is accepted, before the first change.
    prepare: Callable[[R], None] = lambda report: None
    #: Whether the answer was no.
    declined: bool = field(default=False, init=False)

    def __call__(self, bar: Bar, execute: Callable[[Callable[[R], bool], StepCounter], R]) -> R:
        """Run `execute`, which is given `confirm` and the progress.

        Ctrl-C raises KeyboardInterrupt that says how many changes were made; the report until then is written first.
        """
        steps = StepCounter(bar)

        def confirm(report: R) -> bool:
            bar.pause()
            name_used(self.config)
            # A document has the plan.
            if self.ask or (self.view.format == "table" and not self.view.detail.quiet):
                self.plan(report)
            count = self.count(report)
            self.declined = self.ask and not confirm_on_terminal(f"Apply {plural(count, 'change')}?")
            if not self.declined:
                # A plan that cannot be shown is not carried out.
                sys.stdout.flush()
                self.prepare(report)
                steps.begin(count)
            return not self.declined

        try:
            return execute(confirm, steps)
        except Interrupted as stop:
            bar.pause()
            if steps.summary and isinstance(stop.report, self.report):
                self.partial(stop.report)
            raise KeyboardInterrupt(*steps.summary) from None


def refuse_format(mode: ChangeMode, view: View) -> None:
    """Raises UsageError where --format is given along with --sql."""
    if mode.sql is not None and view.format != "table":
        raise UsageError("--sql writes a script, whatever --format says", "leave --format out")


def refuse_several(connection: Connection, option: str) -> None:
    """Raises UsageError where an option that writes one script is given for several databases."""
    if connection.several:
        raise UsageError(f"{option} writes a script for one database", "run it once for each database")
