"""Runs a plan: steps in parallel, each logged to the undo file, re-read, and flushed before it is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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


class StepResult(Struct, frozen=True, kw_only=True):
    """The result of a step, and its sequence read again afterwards; None where the step was not reached."""

    applied: Applied
    report: SequenceReport | None = None


class Execution(Struct, frozen=True, kw_only=True):
    """The result of every step, by the sequence's oid."""

    results: Mapping[int, StepResult]
    #: Ctrl-C came before all steps were taken.
    interrupted: bool = False


def execute(
    pool: SessionPool,
    steps: list[Step],
    server: Server,
    limits: Limits,
    policy: Policy,
    examine: Callable[[Diagnosis], SequenceReport],
    progress: Callable[[int, int], None],
    undo_file: UndoFile | None,
) -> Execution:
    """Take the steps and read their sequences again.

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
        steps={step.sequence.oid: step for step in steps},
    )
    # The sequences read last come first: the server still has their tables in its buffers.
    in_order = sorted((step.sequence for step in steps), key=lambda sequence: -sequence.oid)
    groups = batches(in_order, server, pool.jobs)
    interrupted = False
    try:
        for _ in pool.map(executor.run_group, groups, affinity=neighbourhood):
            progress(len(executor.results), len(steps))
    except KeyboardInterrupt:
        interrupted = True
        # The other sessions have finished or been cancelled by now.
        progress(executor.reached, len(steps))
    return Execution(results=_on_disk(pool.primary, executor.end(interrupted=interrupted)), interrupted=interrupted)


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
    """The report on each sequence after its step, by oid.

    A sequence whose definition or feeds have changed since the `first` fingerprint is read once more, unless the
    connection is lost or the run was interrupted.
    """
    results = execution.results
    since = {oid: one.report for oid, one in results.items() if one.report is not None}
    if not results or execution.interrupted:
        return since
    try:
        if read_fingerprint(pool.primary, limits, first) == first:
            return since
        known = [one for one in read_sequences(pool, server, limits, declared) if one.oid in results]
        kept = {one.oid: since[one.oid] for one in known if one.oid in since and since[one.oid].sequence == one}
        changed = [one for one in known if one.oid not in kept]
        return kept | {one.sequence.oid: examine(one) for one in read_all(pool, server, changed, limits, policy)}
    except (ConnectionFailed, QueryFailed):
        # What was applied stands, and so does what was read since.
        return since


@dataclass(kw_only=True)
class _Executor:
    """Runs the steps group by group, in several sessions at once."""

    server: Server
    target: UndoTarget
    limits: Limits
    policy: Policy
    examine: Callable[[Diagnosis], SequenceReport]
    undo_file: UndoFile | None
    steps: dict[int, Step]
    results: dict[int, StepResult] = field(default_factory=dict)
    started: set[int] = field(default_factory=set)
    #: Why no further step is taken.
    stopped_by: PgseqError | None = None

    @property
    def reached(self) -> int:
        """How many steps the server has answered."""
        return sum(not one.applied.lost for one in self.results.values())

    def run_group(self, session: Session, sequences: list[Sequence]) -> None:
        """Take the steps of a group, unless an error has stopped the run."""
        if self.stopped_by is None:
            try:
                self._take(session, sequences)
            except PgseqError as error:
                self.stopped_by = error

    def _take(self, session: Session, sequences: list[Sequence]) -> None:
        group = [self.steps[sequence.oid] for sequence in sequences]
        if self.undo_file is not None:
            self.undo_file.planned(self.target, group)
        self.started.update(step.sequence.oid for step in group)
        taken = list(zip(group, apply(session, group, self.limits), strict=True))
        self.results.update((step.sequence.oid, StepResult(applied=applied)) for step, applied in taken)
        try:
            if self.undo_file is not None:
                self.undo_file.done(self.target, taken)
        finally:
            # This fails, too, where the session was lost.
            database = Database(session=session, server=self.server, limits=self.limits)
            for reading in read_batch(database, sequences):
                oid = reading.sequence.oid
                diagnosis = diagnose_priced(database, reading, self.policy)
                self.results[oid] = StepResult(applied=self.results[oid].applied, report=self.examine(diagnosis))

    def end(self, *, interrupted: bool) -> dict[int, StepResult]:
        """The result of every step, once no session is working any more."""
        why = "interrupted" if interrupted else "" if self.stopped_by is None else self.stopped_by.message
        for oid, step in self.steps.items():
            result = self.results.get(oid)
            if oid not in self.started:
                self.results[oid] = StepResult(applied=_lost(f"{why}, not reached"))
            elif result is None or result.report is None:
                unseen = NotSeen(reason=f"{why}, not read again", hint=Hint("look again: ", command("check")))
                applied = _lost("") if result is None else result.applied
                if result is None or (interrupted and applied.lost):
                    before = applied.before or step.found
                    applied = replace(applied, before=before, reason=f"{why}, it may have moved or not", hint=AGAIN)
                report = self.examine(diagnose(unread(step.sequence, unseen)))
                self.results[oid] = StepResult(applied=applied, report=report)
        return self.results


def _on_disk(session: Session, results: dict[int, StepResult]) -> dict[int, StepResult]:
    """Wait until the moves are on disk; a move that may not be is no longer reported as moved.

    `session` was open before the first move: if it still answers, the server has not crashed since.
    """
    moved = {oid: one for oid, one in results.items() if one.applied.result == "moved"}
    if not moved:
        return results
    try:
        flush(session)
    except (ConnectionFailed, QueryFailed) as error:
        unsure = _lost(f"moved, but perhaps not on disk: {error.message}")
        return results | {
            oid: replace(
                one, applied=replace(one.applied, result="failed", reason=unsure.reason, hint=AGAIN, lost=True)
            )
            for oid, one in moved.items()
        }
    return results


def _lost(reason: str) -> Applied:
    return Applied(result="failed", reason=reason, hint=AGAIN, lost=True)
