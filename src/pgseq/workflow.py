"""The hall: read → diagnose → plan → apply → read again → verify. Nothing else orchestrates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Sequence as Items
from dataclasses import dataclass, field, replace

from pgseq.config import Config, Declared
from pgseq.core.diagnose import diagnose
from pgseq.core.examine import report_on, worst_first
from pgseq.core.preconditions import (
    missing_feeds,
    refuse_foreign,
    refuse_missing_feeds,
    refuse_old_snapshot,
    refuse_read_only,
)
from pgseq.core.prove import prove
from pgseq.core.selection import Scope
from pgseq.errors import Interrupted
from pgseq.model.changes import Applied, UndoResult
from pgseq.model.limits import Limits
from pgseq.model.reports import DatabaseReport, SequenceReport, Verification
from pgseq.model.sequences import Diagnosis, Policy, Reading, Sequence, Server
from pgseq.pg.apply import undo_move
from pgseq.pg.catalog import Mark, read_identifier, read_mark, read_sequences, read_server
from pgseq.pg.execute import Execution, examined_since, execute
from pgseq.pg.pool import SessionPool
from pgseq.pg.read import read_all, read_gap
from pgseq.pg.session import Session
from pgseq.pg.suggest import Unmatched, refuse_unmatched, unmatched
from pgseq.pg.try_insert import insert as try_insert
from pgseq.undo_file import Entry, UndoFile, UndoTarget

#: Told how many of how many sequences are done.
Progress = Callable[[int, int], None]
#: Shown the plan; whether to go on.
Confirm = Callable[[DatabaseReport], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked for, within which bounds."""

    scope: Scope = field(default_factory=Scope)
    limits: Limits = field(default_factory=Limits)
    policy: Policy = field(default_factory=Policy)
    config: Config = field(default_factory=Config)
    #: Told which declared feeds the database does not have.
    on_missing_feeds: Callable[[tuple[Declared, ...]], None] = refuse_missing_feeds
    #: Told which wanted patterns select none of the database's sequences.
    unmatched: Callable[[tuple[Unmatched, ...]], None] = refuse_unmatched
    #: Seconds for reading positions and stored values; None: no limit.
    time_limit: float | None = None


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def check(crew: SessionPool, options: Options, progress: Progress = silent) -> DatabaseReport:
    """Read and judge; changes nothing. Raises NothingMatches, ConnectionFailed, QueryFailed, Interrupted."""
    return _examine(crew, read_server(crew.primary), options, progress)


def fix(
    crew: SessionPool, options: Options, confirm: Confirm, progress: Progress = silent, journal: UndoFile | None = None
) -> DatabaseReport:
    """Check, show the plan to `confirm`, carry it out step by step, read afresh, and report what became of each.

    `journal` is told of every step before and after it is taken. Returns the checked report unchanged when `confirm`
    says no. Raises what `check` raises, and UsageError on a server that takes no writes.
    """
    server = read_server(crew.primary)
    refuse_read_only(server)
    refuse_old_snapshot(server, in_transaction=crew.primary.in_transaction)
    first = read_mark(crew.primary, options.limits)
    found = _examine(crew, server, options, progress)
    steps = [one.step for one in found.sequences if one.step is not None]
    if steps and not confirm(found):
        return found
    # What was said of those that are treated has been read by now; of a hundred thousand it takes room.
    found = replace(found, sequences=tuple(one if one.step is None else _unsaid(one) for one in found.sequences))
    treatment = execute(crew, steps, server, options.limits, _judging(options, server), progress, journal)
    del steps
    return _report_on(crew, found, first, treatment, options)


def undo(
    crew: SessionPool,
    moves: Items[Entry],
    options: Options,
    confirm: Callable[[Server, list[Entry]], bool],
    *,
    force: bool,
) -> list[UndoResult]:
    """Put sequences back to where they stood before the moves that an undo file tells of (those of this database).

    `confirm` is shown them; nothing is done where it says no. Refuses where a sequence has been used since, or would
    hand out a value that is stored, unless `force`. Raises NothingMatches where none was made in this database,
    UsageError, QueryFailed, ConnectionFailed.
    """
    server = read_server(crew.primary)
    refuse_read_only(server)
    here = UndoTarget(server=read_identifier(crew.primary, options.limits), database=server.database)
    refuse_foreign(moves, here)
    held = [entry for entry in moves if here.holds(entry)]
    if not confirm(server, held):
        return []
    everything = read_sequences(crew, server, options.limits, options.config.feeds)
    missing_feeds(everything, options.config)
    known = {sequence.oid: sequence for sequence in everything}
    return [undo_move(crew.primary, known.get(entry.oid), entry, options.limits, force=force) for entry in held]


def verify(crew: SessionPool, options: Options, *, insert: bool = False, progress: Progress = silent) -> Verification:
    """Prove the next insert of every sequence; with `insert`, by a real INSERT that is rolled back."""
    server = read_server(crew.primary)
    everything = read_sequences(crew, server, options.limits, options.config.feeds)
    wanted = _selected(crew.primary, everything, options)
    proofs = [
        replace(prove(diagnosis), ignored=judge(diagnosis, options, server).ignored)
        for diagnosis in _diagnoses(crew, server, wanted, options, progress)
    ]
    if insert:
        refuse_read_only(server)
        proofs = list(crew.map(lambda session, proof: try_insert(session, proof, options.limits), proofs))
    return Verification(server=server, proofs=tuple(sorted(proofs, key=lambda p: (p.sequence.schema, p.sequence.name))))


def judge(diagnosis: Diagnosis, options: Options, server: Server) -> SequenceReport:
    """A diagnosis with findings and what to do."""
    return report_on(diagnosis, options.policy, options.limits.on(server.version_num), options.config, server.role)


def _examine(crew: SessionPool, server: Server, options: Options, progress: Progress) -> DatabaseReport:
    report = DatabaseReport(server=server, sequences=())
    wanted = _selected(crew.primary, read_sequences(crew, server, options.limits, options.config.feeds), options)
    seen: list[SequenceReport] = []
    try:
        found = _diagnoses(crew, server, wanted, options, progress)
        if options.policy.into_gap:
            found = crew.map(lambda session, one: _with_gap(session, server, one, options), found)
        # One by one, while the next ones are read.
        seen.extend(judge(one, options, server) for one in found)
    except KeyboardInterrupt:
        raise Interrupted(replace(report, sequences=worst_first(seen))) from None
    return replace(report, sequences=worst_first(seen))


def _diagnoses(
    crew: SessionPool, server: Server, wanted: list[Sequence], options: Options, progress: Progress
) -> Iterable[Diagnosis]:
    readings = read_all(crew, server, wanted, options.limits, options.time_limit)
    for done, reading in enumerate(readings, start=1):
        progress(done, len(wanted))
        yield diagnose(reading)


def _with_gap(session: Session, server: Server, diagnosis: Diagnosis, options: Options) -> Diagnosis:
    if diagnosis.repair is None:
        return diagnosis
    return replace(diagnosis, reading=read_gap(session, server, diagnosis.reading, options.limits))


def _selected(session: Session, everything: tuple[Sequence, ...], options: Options) -> list[Sequence]:
    options.on_missing_feeds(missing_feeds(everything, options.config))
    missed = tuple(unmatched(session, options.scope, everything, options.limits))
    options.unmatched(missed)
    wanted = [sequence for sequence in everything if options.scope.selects(sequence)]
    if not wanted:
        # The database is not among those that are meant.
        refuse_unmatched(missed)
    return wanted


def _judging(options: Options, server: Server) -> Callable[[Reading], SequenceReport]:
    return lambda reading: judge(diagnose(reading), options, server)


def _report_on(
    crew: SessionPool, found: DatabaseReport, first: Mark, treatment: Execution, options: Options
) -> DatabaseReport:
    """The checked report with what became of each sequence, those with a step as they were read afresh."""
    judging = _judging(options, found.server)
    fresh = examined_since(crew, found.server, first, treatment, options.limits, options.config.feeds, judging)

    def told(one: SequenceReport) -> SequenceReport:
        oid = one.sequence.oid
        if oid not in treatment.treated:
            return replace(one, applied=_refusal(one))
        now = fresh.get(oid) or judge(one.diagnosis, options, found.server)
        return replace(now, applied=treatment.treated[oid].applied)

    report = replace(found, sequences=worst_first(map(told, found.sequences)))
    if treatment.interrupted:
        raise Interrupted(report)
    return report


def _unsaid(one: SequenceReport) -> SequenceReport:
    return SequenceReport(diagnosis=one.diagnosis, findings=())


def _refusal(one: SequenceReport) -> Applied | None:
    if one.refused is None:
        return None
    return Applied(result="skipped", reason=one.refused.reason, hint=one.refused.hint)
