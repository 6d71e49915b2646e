"""The hall: read → diagnose → plan → apply → read again → verify. Nothing else orchestrates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from pgseq.apply import apply, put_back
from pgseq.catalog import nearest_names, read_sequences, read_server
from pgseq.config import Config
from pgseq.diagnosis import diagnose
from pgseq.errors import ConfigError, ConnectionFailed, NothingMatches, UsageError
from pgseq.examination import examine, worst_first
from pgseq.journal import Entry, Journal
from pgseq.model import (
    Applied,
    DatabaseReport,
    Diagnosis,
    Examined,
    Policy,
    Sequence,
    Server,
    Step,
    Undone,
    Verification,
)
from pgseq.proving import prove
from pgseq.reading import read, read_gap
from pgseq.scope import Scope
from pgseq.session import Limits, Session
from pgseq.trial import insert as try_insert

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


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def check(session: Session, options: Options, progress: Progress = _silent) -> DatabaseReport:
    """Read and judge; changes nothing. Raises NothingMatches, ConnectionFailed, QueryFailed."""
    server = read_server(session)
    return _examine(session, server, options, progress)


def fix(
    session: Session,
    options: Options,
    confirm: Confirm,
    progress: Progress = _silent,
    journal: Journal | None = None,
) -> DatabaseReport:
    """Check, show the plan to `confirm`, carry it out step by step, read afresh, and report what became of each.

    `journal` is told of every step before and after it is taken.

    Returns the checked report unchanged when `confirm` says no. Raises what `check` raises, and UsageError on a server
    that takes no writes.
    """
    server = read_server(session)
    _refuse_read_only(server)
    if session.in_transaction and server.isolation in ("repeatable read", "serializable"):
        raise UsageError(
            f"the connection's transaction is at {server.isolation}, whose snapshot hides rows stored since",
            "commit it first, or pass another connection",
        )
    found = _examine(session, server, options, progress)
    steps = [one.step for one in found.sequences if one.step is not None]
    if steps and not confirm(found):
        return found
    applied: dict[int, Applied] = {}
    for step in steps:
        if journal is not None:
            journal.planned(server.database, step)
        applied[step.sequence.oid] = _apply(session, step, options, applied)
        if journal is not None:
            journal.done(server.database, step, applied[step.sequence.oid])
        progress(len(applied), len(steps))
    return _report_on(session, found, applied, options)


def undo(session: Session, moves: Iterable[Entry], options: Options, *, force: bool = False) -> list[Undone]:
    """Put sequences back to where they stood before the moves that an undo file tells of (those of this database).

    Refuses where a sequence has been used since, unless `force`. Raises UsageError, QueryFailed, ConnectionFailed.
    """
    server = read_server(session)
    _refuse_read_only(server)
    known = {sequence.oid: sequence for sequence in read_sequences(session, server, options.limits)}
    undone: list[Undone] = []
    for entry in moves:
        if entry.database != server.database:
            continue
        sequence = known.get(entry.oid)
        if sequence is None or sequence.sql != entry.sequence:
            applied = Applied(result="failed", reason="dropped or renamed since")
        else:
            applied = put_back(session, sequence, entry, options.limits, force=force)
        undone.append(Undone(name=entry.sequence, applied=applied))
    return undone


def verify(session: Session, options: Options, *, insert: bool = False, progress: Progress = _silent) -> Verification:
    """Prove the next insert of every sequence; with `insert`, by a real INSERT that is rolled back."""
    server = read_server(session)
    proofs = [prove(diagnosis) for diagnosis in _diagnoses(session, server, options, progress)]
    if insert:
        _refuse_read_only(server)
        proofs = [try_insert(session, proof, options.limits) for proof in proofs]
    return Verification(server=server, proofs=tuple(proofs))


def _examine(session: Session, server: Server, options: Options, progress: Progress) -> DatabaseReport:
    examined = (_judge(diagnosis, options, server) for diagnosis in _diagnoses(session, server, options, progress))
    return DatabaseReport(server=server, sequences=worst_first(examined))


def _diagnoses(session: Session, server: Server, options: Options, progress: Progress) -> Iterable[Diagnosis]:
    wanted = _wanted(session, server, options)
    for done, reading in enumerate(read(session, server, wanted, options.limits), start=1):
        diagnosis = diagnose(reading)
        if options.policy.into_gap and diagnosis.repair is not None:
            diagnosis = replace(diagnosis, reading=read_gap(session, reading, options.limits))
        progress(done, len(wanted))
        yield diagnosis


def _wanted(session: Session, server: Server, options: Options) -> list[Sequence]:
    everything = read_sequences(session, server, options.limits, options.config.feeds)
    _refuse_unknown_feeds(everything, options.config)
    missing = options.scope.unmatched(everything)
    if missing:
        raise NothingMatches(*nearest_names(session, missing[0], options.limits))
    return [sequence for sequence in everything if options.scope.selects(sequence)]


def _judge(diagnosis: Diagnosis, options: Options, server: Server) -> Examined:
    return examine(diagnosis, options.policy, options.limits, options.config, server.role)


def _apply(session: Session, step: Step, options: Options, applied: dict[int, Applied]) -> Applied:
    if any(one.lost for one in applied.values()):
        return Applied(result="failed", before=step.found, reason="not reached: the connection was lost", lost=True)
    return apply(session, step, options.limits)


def _report_on(
    session: Session, found: DatabaseReport, applied: dict[int, Applied], options: Options
) -> DatabaseReport:
    """The checked report with what became of each sequence, those with a step read afresh."""
    fresh: dict[int, Examined] = {}
    if applied and not any(one.lost for one in applied.values()):
        try:
            known = read_sequences(session, found.server, options.limits, options.config.feeds)
            touched = [sequence for sequence in known if sequence.oid in applied]
            for reading in read(session, found.server, touched, options.limits):
                fresh[reading.sequence.oid] = _judge(diagnose(reading), options, found.server)
        except ConnectionFailed:
            # What was applied stands in the report all the same.
            pass
    sequences = (
        replace(fresh.get(one.sequence.oid, one), applied=applied.get(one.sequence.oid) or _refusal(one))
        for one in found.sequences
    )
    return replace(found, sequences=worst_first(sequences))


def _refusal(one: Examined) -> Applied | None:
    if one.refused is None:
        return None
    return Applied(result="skipped", reason=one.refused.reason, hint=one.refused.remedy)


def _refuse_read_only(server: Server) -> None:
    if server.in_recovery:
        raise UsageError(
            f"{server.database} is on a standby (in recovery), which takes no writes",
            "run it on the primary; sequences follow by replication",
        )
    if server.read_only:
        raise UsageError(
            f"{server.database} is set read-only (default_transaction_read_only = on)",
            "if that is not meant for you: PGOPTIONS='-c default_transaction_read_only=off'",
        )


def _refuse_unknown_feeds(known: Iterable[Sequence], config: Config) -> None:
    declared = {
        ((sequence.schema, sequence.name), (feed.schema, feed.table, feed.column))
        for sequence in known
        for feed in sequence.feeds
    }
    for one in config.feeds:
        if (one.sequence, one.column) not in declared:
            raise ConfigError(
                f"the declared feed {'.'.join(one.sequence)} → {'.'.join(one.column)} does not exist in this database",
                "mend or remove it in [tool.pgseq]; mixed case is quoted as in SQL",
            )
