"""The databases of the page: what was read of each, and what was changed."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pgseq import workflow
from pgseq.commands.range import RangeReport
from pgseq.commands.range.workflow import outlook
from pgseq.commands.undo.workflow import undo
from pgseq.commands.why.model import WhyReport
from pgseq.commands.why.workflow import why
from pgseq.core.selection import Scope
from pgseq.errors import PgseqError, UsageError
from pgseq.model.changes import Step
from pgseq.model.reports import DatabaseReport, SequenceReport, UndoReport, Verification
from pgseq.pg.pool import SessionPool
from pgseq.undo_file import entries, open_undo_file
from pgseq.web.job import Calling, Job, Progress, thread
from pgseq.web.keys import Keys

#: Changes of a database that are kept to be looked at again.
KEPT: Final = 20


class WebTarget(Struct, frozen=True, kw_only=True):
    """A database to be looked at: its name, how to open sessions, and the workflow's options."""

    name: str
    open: Callable[[], AbstractContextManager[SessionPool]]
    options: workflow.Options


class Fixed(Struct, frozen=True, kw_only=True):
    """What became of a fix; without a report the plan was another one by then, and nothing was done."""

    report: DatabaseReport | None = None
    verification: Verification | None = None


@dataclass(slots=True, kw_only=True)
class Fix:
    """A fix of chosen steps, as it was before and as it is."""

    number: int
    #: The reports that were shown with the plan, by oid.
    before: Mapping[int, SequenceReport]
    undo_path: Path
    job: Job[Fixed]
    undone: Job[UndoReport] | None = None


@dataclass(slots=True, kw_only=True)
class WebDatabase:
    """One database: read when it is first looked at and when that is asked for, changed as it was shown."""

    number: int
    target: WebTarget
    keys: Keys
    #: Where undo files are written.
    folder: Path
    #: Begins readings, of many databases a few at a time.
    calling: Calling = thread
    reading: Job[DatabaseReport] | None = None
    fixes: dict[int, Fix] = field(default_factory=dict)
    _count: int = 0
    #: Two tabs may ask at once.
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _marked: tuple[DatabaseReport, dict[int, str]] | None = None
    _outlook: RangeReport | None = None

    def read(self, *, again: bool = False) -> Job[DatabaseReport]:
        """The reading that was made, is under way, or whose turn will come; `again`: a new one, unless that is not made
        yet."""
        with self._lock:
            reading = self.reading
            if reading is None or (again and reading.finished):
                self.reading = reading = Job(self._read, self.calling)
            return reading

    def _read(self, progress: Progress) -> DatabaseReport:
        options = self.target.options
        with self.target.open() as pool:
            self._outlook, _ = outlook(pool, options, options.config.history, progress)
        return self._outlook.database_report

    def outlook(self, report: DatabaseReport) -> RangeReport:
        """How long values last, of a report that was read here."""
        known = self._outlook
        if known is None or known.database_report is not report:
            raise UsageError("the database has been read again", "load the page again")
        return known

    def mark(self, step: Step) -> str:
        """The mark of a step as it is shown: its sequence, its SQL and where it leads to."""
        place = (str(self.number), str(step.sequence.oid))
        return self.keys.mark(*place, step.sql, str(step.next_value))

    def marks(self, report: DatabaseReport) -> dict[int, str]:
        """The marks of all steps of a report, by oid; those of the last report are kept."""
        if self._marked is None or self._marked[0] is not report:
            steps = [one.step for one in report.sequences if one.step is not None]
            self._marked = report, {step.sequence.oid: self.mark(step) for step in steps}
        return self._marked[1]

    def whole_mark(self, report: DatabaseReport) -> str:
        """The mark of a whole plan."""
        return self.keys.mark(*self.marks(report).values())

    def fix(self, chosen: Mapping[int, str]) -> Fix:
        """Take the steps of these sequences whose marks these are, or none of them.

        Raises UsageError while another fix is under way here.
        """
        with self._lock:
            if any(not fix.job.finished for fix in self.fixes.values()):
                raise UsageError("a fix is under way in this database", "wait until it is done")
            return self._fix(chosen)

    def _fix(self, chosen: Mapping[int, str]) -> Fix:
        report = None if self.reading is None else self.reading.result
        sequences = () if report is None else report.sequences
        before = {one.sequence.oid: one for one in sequences if one.sequence.oid in chosen}
        self._count += 1
        path = self._undo_path()
        fix = Fix(number=self._count, before=before, undo_path=path, job=Job(self._fixing(dict(chosen), path)))
        self.fixes[fix.number] = fix
        for number in [*self.fixes][:-KEPT]:
            del self.fixes[number]
        return fix

    def _fixing(self, chosen: dict[int, str], path: Path) -> Callable[[Progress], Fixed]:
        options = self._only(frozenset(chosen))

        def work(progress: Progress) -> Fixed:
            agreed = False

            def confirm(report: DatabaseReport) -> bool:
                nonlocal agreed
                steps = {one.step.sequence.oid: one.step for one in report.sequences if one.step is not None}
                agreed = steps.keys() == chosen.keys() and all(
                    self.keys.same_mark(self.mark(step), chosen[oid]) for oid, step in steps.items()
                )
                return agreed

            try:
                with self.target.open() as pool, open_undo_file(path) as undo_file:
                    report = workflow.fix(pool, options, confirm, progress, undo_file)
                    return Fixed(report=report, verification=_verified(pool, options)) if agreed else Fixed()
            finally:
                self.reading = None
                _remove_empty(path)

        return work

    def undo(self, fix: Fix, *, force: bool) -> Job[UndoReport]:
        """Put back what a fix has moved; unless `force`, not where a sequence has been used since or would hand out
        what is stored. Not while that is under way."""
        with self._lock:
            if fix.undone is None or fix.undone.finished:
                fix.undone = Job(lambda progress: self._undo(fix, force))
            return fix.undone

    def _undo(self, fix: Fix, force: bool) -> UndoReport:
        try:
            with self.target.open() as pool:
                moves = entries(fix.undo_path)
                return undo(pool, moves, self.target.options, lambda server, held: True, force=force)
        finally:
            self.reading = None

    def why(self, oid: int) -> WhyReport:
        """The causes of one sequence's state. Raises PgseqError."""
        with self.target.open() as pool:
            return why(pool, self._only(frozenset({oid})))

    def _only(self, oids: frozenset[int]) -> workflow.Options:
        options = self.target.options
        scope: Scope = replace(options.scope, oids=oids)
        # That other sequences of the selection are gone is no reason to refuse these.
        return replace(options, scope=scope, unmatched=lambda patterns: None)

    def _undo_path(self) -> Path:
        name = re.sub(r"[^\w.-]+", "_", self.target.name)[:60]
        stem = f"pgseq-undo-{name}-{self.number}-{time.strftime('%Y%m%d-%H%M%S')}"
        path, number = self.folder / f"{stem}.jsonl", 1
        while path.exists():
            number += 1
            path = self.folder / f"{stem}-{number}.jsonl"
        return path


def _verified(pool: SessionPool, options: workflow.Options) -> Verification | None:
    """The proofs of the next inserts; None where they cannot be had, which changes nothing of what was done."""
    try:
        return workflow.verify(pool, options)
    except PgseqError:
        return None


def _remove_empty(path: Path) -> None:
    """Remove an undo file that tells of nothing."""
    with suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()
