"""Runs a plan: steps in parallel, each logged to the undo file, re-read, and flushed before it is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from pgseq.core.diagnose import diagnose
from pgseq.errors import ConnectionFailed, PgseqError, QueryFailed
from pgseq.model.changes import Applied, Step
from pgseq.model.configuration import Declared
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.hints import Hint, command
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import NotSeen, Sequence
from pgseq.model.server import Server
from pgseq.pg.ahead import diagnose_priced
from pgseq.pg.apply import apply, flush
from pgseq.pg.catalog import CatalogFingerprint, read_fingerprint, read_identifier, read_sequences
from pgseq.pg.database import Database
from pgseq.pg.pool import SessionPool
from pgseq.pg.read import batches, neighbourhood, read_all, read_batch, unread
from pgseq.pg.session import Session
from pgseq.undo_file import UndoFile, UndoTarget

#: The hint where a step was not taken, or may not have been.
AGAIN = "run it again: what was done is not repeated"


class Execution(Struct, frozen=True, kw_only=True):
    """What became of every step: the sequences, by oid, read again after theirs, each with its result."""

    reports: dict[int, SequenceReport]
    #: Those whose step was not reached, as they were planned.
    unreached: frozenset[int] = frozenset()
    #: Ctrl-C came before all steps were taken.
    interrupted: bool = False


def execute(
    pool: SessionPool,
    planned: Iterable[SequenceReport],
    server: Server,
    limits: Limits,
    policy: Policy,
    examine: Callable[[Diagnosis], SequenceReport],
    progress: Callable[[int, int], None],
    undo_file: UndoFile | None,
) -> Execution:
    """Take the steps that are `planned`, and read their sequences again.

    Never raises for an error of the server or an undo file that cannot be written: no further step is taken then, and
    the steps that were not reached are reported as such.
    """
    identifier = None if undo_file is None else read_identifier(pool.primary, limits)
    executor = _Executor(
        server=server,
        target=UndoTarget(server=identifier, database=server.database),
        limits=limits,
        policy=policy,
        examine=examine,
        undo_file=undo_file,
        planned={one.sequence.oid: one for one in planned},
    )
    count = len(executor.planned)
    # The sequences read last come first: the server still has their tables in its buffers.
    in_order = sorted((one.sequence for one in executor.planned.values()), key=lambda sequence: -sequence.oid)
    groups = batches(in_order, server, pool.jobs)
    interrupted = False
    try:
        for _ in pool.map(executor.run_group, groups, affinity=neighbourhood):
            progress(len(executor.reports), count)
    except KeyboardInterrupt:
        interrupted = True
        # The other sessions have finished or been cancelled by now.
        progress(executor.reached, count)
    unreached = frozenset(executor.planned)
    reports = _on_disk(pool.primary, executor.end(interrupted=interrupted))
    return Execution(reports=reports, unreached=unreached, interrupted=interrupted)


def reports_since(
    pool: SessionPool,
    server: Server,
    first: CatalogFingerprint,
    execution: Execution,
    limits: Limits,
    policy: Policy,
    declared: Iterable[Declared],
    examine: Callable[[Diagnosis], SequenceReport],
) -> dict[int, SequenceReport]:
    """The report on each sequence with a step, by oid.

    A sequence whose definition or feeds have changed since the `first` fingerprint is read once more, unless the
    connection is lost or the run was interrupted.
    """
    reports = execution.reports
    if not reports or execution.interrupted:
        return reports
    try:
        if read_fingerprint(pool.primary, limits, first) == first:
            return reports
        known = [one for one in read_sequences(pool, server, limits, declared) if one.oid in reports]
        changed = [one for one in known if one.oid in execution.unreached or reports[one.oid].sequence != one]
        again = {one.sequence.oid: examine(one) for one in read_all(pool, server, changed, limits, policy)}
    except (ConnectionFailed, QueryFailed):
        # What was applied stands, and so does what was read since.
        return reports
    return reports | {oid: replace(report, applied=reports[oid].applied) for oid, report in again.items()}


@dataclass(kw_only=True)
class _Executor:
    """Runs the steps group by group, in several sessions at once."""

    server: Server
    target: UndoTarget
    limits: Limits
    policy: Policy
    examine: Callable[[Diagnosis], SequenceReport]
    undo_file: UndoFile | None
    #: What is still to be moved; what is being moved and read again, and the results of that; what was read then. What
    #: was read before is dropped, since there may be a hundred thousand.
    planned: dict[int, SequenceReport]
    started: dict[int, SequenceReport] = field(default_factory=dict)
    applied: dict[int, Applied] = field(default_factory=dict)
    reports: dict[int, SequenceReport] = field(default_factory=dict)
    #: Why no further step is taken.
    stopped_by: PgseqError | None = None

    @property
    def reached(self) -> int:
        """How many steps the server has answered."""
        answered = (*self.applied.values(), *(one.applied for one in self.reports.values()))
        return sum(one is not None and not one.lost for one in answered)

    def run_group(self, session: Session, sequences: list[Sequence]) -> None:
        """Take the steps of a group, unless an error has stopped the run."""
        if self.stopped_by is None:
            try:
                self._take(session, sequences)
            except PgseqError as error:
                self.stopped_by = error

    def _take(self, session: Session, sequences: list[Sequence]) -> None:
        group = [_step(self.planned[sequence.oid]) for sequence in sequences]
        if self.undo_file is not None:
            self.undo_file.planned(self.target, group)
        self.started.update((sequence.oid, self.planned.pop(sequence.oid)) for sequence in sequences)
        taken = list(zip(group, apply(session, group, self.limits), strict=True))
        self.applied.update((step.sequence.oid, applied) for step, applied in taken)
        try:
            if self.undo_file is not None:
                self.undo_file.done(self.target, taken)
        finally:
            # This fails, too, where the session was lost.
            database = Database(session=session, server=self.server, limits=self.limits)
            for reading in read_batch(database, sequences):
                self._report(reading.sequence.oid, diagnose_priced(database, reading, self.policy))

    def _report(self, oid: int, diagnosis: Diagnosis) -> None:
        """Report on a sequence as it was read after its step."""
        self.reports[oid] = replace(self.examine(diagnosis), applied=self.applied.pop(oid))
        del self.started[oid]

    def end(self, *, interrupted: bool) -> dict[int, SequenceReport]:
        """What became of every step, once no session is working any more."""
        why = "interrupted" if interrupted else "" if self.stopped_by is None else self.stopped_by.message
        for oid, planned in self.planned.items():
            self.reports[oid] = replace(planned, applied=_lost(f"{why}, not reached"))
        for oid, planned in list(self.started.items()):
            applied = self.applied.get(oid)
            if applied is None or (interrupted and applied.lost):
                applied = applied or _lost("")
                before = applied.before or _step(planned).found
                applied = replace(applied, before=before, reason=f"{why}, it may have moved or not", hint=AGAIN)
            self.applied[oid] = applied
            unseen = NotSeen(reason=f"{why}, not read again", hint=Hint("look again: ", command("check")))
            self._report(oid, diagnose(unread(planned.sequence, unseen)))
        return self.reports


def _on_disk(session: Session, reports: dict[int, SequenceReport]) -> dict[int, SequenceReport]:
    """Wait until the moves are on disk; a move that may not be is no longer reported as moved.

    `session` was open before the first move: if it still answers, the server has not crashed since.
    """
    moved = {oid: one.applied for oid, one in reports.items() if one.applied and one.applied.result == "moved"}
    if not moved:
        return reports
    try:
        flush(session)
    except (ConnectionFailed, QueryFailed) as error:
        reason = _lost(f"moved, but perhaps not on disk: {error.message}").reason
        unsure = {
            oid: replace(one, result="failed", reason=reason, hint=AGAIN, lost=True) for oid, one in moved.items()
        }
        return reports | {oid: replace(reports[oid], applied=applied) for oid, applied in unsure.items()}
    return reports


def _step(planned: SequenceReport) -> Step:
    assert planned.step is not None
    return planned.step


def _lost(reason: str) -> Applied:
    return Applied(result="failed", reason=reason, hint=AGAIN, lost=True)
