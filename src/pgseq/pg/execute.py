"""Carrying out a plan: its steps side by side, told to the journal, each sequence read again, and all moves on disk
before any is told as done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pgseq.config import Declared
from pgseq.errors import ConnectionFailed, PgseqError, QueryFailed
from pgseq.model.changes import Applied, Step
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Problem, Reading, Sequence, Server
from pgseq.pg.apply import apply, flush
from pgseq.pg.catalog import Mark, read_identifier, read_mark, read_sequences
from pgseq.pg.pool import SessionPool
from pgseq.pg.read import batches, budget, neighbourhood, read_all, read_batch, unread
from pgseq.pg.session import Session
from pgseq.undo_file import UndoFile, UndoTarget

#: What to do where a step was not taken, or perhaps not.
AGAIN = "run it again: what was done is not repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What became of a step, and its sequence as it was read again afterwards; None where the step was not reached."""

    applied: Applied
    examined: SequenceReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What became of every step, by the sequence's oid."""

    treated: Mapping[int, StepResult]
    #: Ctrl-C came before all were taken.
    interrupted: bool = False


def execute(
    crew: SessionPool,
    steps: list[Step],
    server: Server,
    limits: Limits,
    judge: Callable[[Reading], SequenceReport],
    progress: Callable[[int, int], None],
    journal: UndoFile | None,
) -> Execution:
    """Take the steps and read their sequences again. Never raises for what the server says, or for an undo file that
    cannot be written: then no further step is taken, and those not reached are told as such."""
    identifier = None if journal is None else read_identifier(crew.primary, limits)
    course = _Executor(
        server=server,
        place=UndoTarget(server=identifier, database=server.database),
        limits=limits,
        judge=judge,
        journal=journal,
        steps={step.sequence.oid: step for step in steps},
    )
    # Those read last come first: of many tables, the server still has the last ones in its buffers.
    in_order = sorted((step.sequence for step in steps), key=lambda sequence: -sequence.oid)
    groups = list(batches(in_order, budget(server, crew.jobs)))
    interrupted = False
    try:
        for _ in crew.map(course.run_group, groups, affinity=neighbourhood):
            progress(len(course.treated), len(steps))
    except KeyboardInterrupt:
        interrupted = True
        # What others were still at is over by now.
        progress(course.reached, len(steps))
    return Execution(treated=_on_disk(crew.primary, course.end(interrupted=interrupted)), interrupted=interrupted)


def examined_since(
    crew: SessionPool,
    server: Server,
    first: Mark,
    treatment: Execution,
    limits: Limits,
    declared: Iterable[Declared],
    judge: Callable[[Reading], SequenceReport],
) -> dict[int, SequenceReport]:
    """Each treated sequence as it was read after its step, by oid; one whose definition or feeds have changed since the
    `first` mark of the catalog, as it is read now, unless the connection is lost or nobody waits any more."""
    treated = treatment.treated
    since = {oid: one.examined for oid, one in treated.items() if one.examined is not None}
    if not treated or treatment.interrupted:
        return since
    try:
        if read_mark(crew.primary, limits, first) == first:
            return since
        known = [one for one in read_sequences(crew, server, limits, declared) if one.oid in treated]
        kept = {one.oid: since[one.oid] for one in known if one.oid in since and since[one.oid].sequence == one}
        changed = [one for one in known if one.oid not in kept]
        return kept | {one.sequence.oid: judge(one) for one in read_all(crew, server, changed, limits)}
    except (ConnectionFailed, QueryFailed):
        # What was applied stands, and so does what was read since.
        return since


@dataclass(kw_only=True)
class _Executor:
    """A plan while it is carried out, group by group, by several sessions at once."""

    server: Server
    place: UndoTarget
    limits: Limits
    judge: Callable[[Reading], SequenceReport]
    journal: UndoFile | None
    steps: dict[int, Step]
    treated: dict[int, StepResult] = field(default_factory=dict)
    started: set[int] = field(default_factory=set)
    #: Why no further step is taken.
    stopped_by: PgseqError | None = None

    @property
    def reached(self) -> int:
        """How many steps have been taken, as far as the server has answered."""
        return sum(not one.applied.lost for one in self.treated.values())

    def run_group(self, session: Session, sequences: list[Sequence]) -> None:
        """Take the steps of a group, unless the course has come to a halt."""
        if self.stopped_by is None:
            try:
                self._take(session, sequences)
            except PgseqError as error:
                self.stopped_by = error

    def _take(self, session: Session, sequences: list[Sequence]) -> None:
        group = [self.steps[sequence.oid] for sequence in sequences]
        if self.journal is not None:
            self.journal.planned(self.place, group)
        self.started.update(step.sequence.oid for step in group)
        taken = list(zip(group, apply(session, group, self.limits), strict=True))
        self.treated.update((step.sequence.oid, StepResult(applied=applied)) for step, applied in taken)
        try:
            if self.journal is not None:
                self.journal.done(self.place, taken)
        finally:
            # Where the session was lost, this fails, too.
            for reading in read_batch(session, self.server, sequences, self.limits):
                oid = reading.sequence.oid
                self.treated[oid] = replace(self.treated[oid], examined=self.judge(reading))

    def end(self, *, interrupted: bool) -> dict[int, StepResult]:
        """What became of every step, once nobody is at work any more."""
        why = "interrupted" if interrupted else "" if self.stopped_by is None else self.stopped_by.message
        for oid, step in self.steps.items():
            told = self.treated.get(oid)
            if oid not in self.started:
                self.treated[oid] = StepResult(applied=_lost(f"{why}, not reached"))
            elif told is None or told.examined is None:
                unseen = Problem(reason=f"{why}, not read again", hint="look again: pgseq check")
                applied = _lost("") if told is None else told.applied
                if told is None or (interrupted and applied.lost):
                    before = applied.before or step.found
                    applied = replace(applied, before=before, reason=f"{why}, it may have moved or not", hint=AGAIN)
                self.treated[oid] = StepResult(applied=applied, examined=self.judge(unread(step.sequence, unseen)))
        return self.treated


def _on_disk(session: Session, treated: dict[int, StepResult]) -> dict[int, StepResult]:
    """Wait until the moves are on disk; those that may not be are no longer told as moved.

    `session` was open before the first move: that it still answers shows that the server has not crashed since.
    """
    moved = {oid: one for oid, one in treated.items() if one.applied.result == "moved"}
    if not moved:
        return treated
    try:
        flush(session)
    except (ConnectionFailed, QueryFailed) as error:
        unsure = _lost(f"moved, but perhaps not on disk: {error.message}")
        return treated | {
            oid: replace(
                one, applied=replace(one.applied, result="failed", reason=unsure.reason, hint=AGAIN, lost=True)
            )
            for oid, one in moved.items()
        }
    return treated


def _lost(reason: str) -> Applied:
    return Applied(result="failed", reason=reason, hint=AGAIN, lost=True)
