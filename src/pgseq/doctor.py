"""The hall: read → diagnose → plan → apply → read again → verify. Nothing else orchestrates."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field, replace

from pgseq.admission import refuse_old_snapshot, refuse_read_only, refuse_unknown_feeds
from pgseq.apply import put_back
from pgseq.catalog import nearest_names, read_sequences, read_server
from pgseq.config import Config
from pgseq.crew import Crew
from pgseq.diagnosis import diagnose
from pgseq.errors import ConnectionFailed, Interrupted, NothingMatches
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
    Undone,
    Verification,
)
from pgseq.proving import prove
from pgseq.reading import read, read_gap
from pgseq.scope import Scope
from pgseq.session import Limits, Session
from pgseq.treatment import carry_out
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
    #: Seconds for reading positions and stored values; None: no limit.
    time_limit: float | None = None


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def check(crew: Crew, options: Options, progress: Progress = _silent) -> DatabaseReport:
    """Read and judge; changes nothing. Raises NothingMatches, ConnectionFailed, QueryFailed, Interrupted."""
    return _examine(crew, read_server(crew.lead), options, progress)


def fix(
    crew: Crew, options: Options, confirm: Confirm, progress: Progress = _silent, journal: Journal | None = None
) -> DatabaseReport:
    """Check, show the plan to `confirm`, carry it out step by step, read afresh, and report what became of each.

    `journal` is told of every step before and after it is taken. Returns the checked report unchanged when `confirm`
    says no. Raises what `check` raises, and UsageError on a server that takes no writes.
    """
    server = read_server(crew.lead)
    refuse_read_only(server)
    refuse_old_snapshot(server, in_transaction=crew.lead.in_transaction)
    found = _examine(crew, server, options, progress)
    steps = [one.step for one in found.sequences if one.step is not None]
    if steps and not confirm(found):
        return found
    applied = carry_out(crew, steps, server, options.limits, progress, journal)
    return _report_on(crew, found, applied, options)


def undo(crew: Crew, moves: Iterable[Entry], options: Options, *, force: bool = False) -> list[Undone]:
    """Put sequences back to where they stood before the moves that an undo file tells of (those of this database).

    Refuses where a sequence has been used since, unless `force`. Raises UsageError, QueryFailed, ConnectionFailed.
    """
    server = read_server(crew.lead)
    refuse_read_only(server)
    known = {sequence.oid: sequence for sequence in read_sequences(crew.lead, server, options.limits)}
    here = [entry for entry in moves if entry.database == server.database]
    return [put_back(crew.lead, known.get(entry.oid), entry, options.limits, force=force) for entry in here]


def verify(crew: Crew, options: Options, *, insert: bool = False, progress: Progress = _silent) -> Verification:
    """Prove the next insert of every sequence; with `insert`, by a real INSERT that is rolled back."""
    server = read_server(crew.lead)
    proofs = [prove(diagnosis) for diagnosis in _diagnoses(crew, server, options, progress)]
    if insert:
        refuse_read_only(server)
        proofs = list(crew.map(lambda session, proof: try_insert(session, proof, options.limits), proofs))
    return Verification(server=server, proofs=tuple(sorted(proofs, key=lambda p: (p.sequence.schema, p.sequence.name))))


def _examine(crew: Crew, server: Server, options: Options, progress: Progress) -> DatabaseReport:
    seen: list[Diagnosis] = []
    try:
        seen += _diagnoses(crew, server, options, progress)
        if options.policy.into_gap:
            seen = list(crew.map(lambda session, one: _with_gap(session, one, options), seen))
    except KeyboardInterrupt:
        raise Interrupted(_report(seen, options, server)) from None
    return _report(seen, options, server)


def _report(seen: Iterable[Diagnosis], options: Options, server: Server) -> DatabaseReport:
    return DatabaseReport(server=server, sequences=worst_first(_judge(one, options, server) for one in seen))


def _diagnoses(crew: Crew, server: Server, options: Options, progress: Progress) -> Iterable[Diagnosis]:
    wanted = _wanted(crew.lead, server, options)
    readings = read(crew, server, wanted, options.limits, options.time_limit)
    for done, reading in enumerate(readings, start=1):
        progress(done, len(wanted))
        yield diagnose(reading)


def _with_gap(session: Session, diagnosis: Diagnosis, options: Options) -> Diagnosis:
    if diagnosis.repair is None:
        return diagnosis
    return replace(diagnosis, reading=read_gap(session, diagnosis.reading, options.limits))


def _wanted(session: Session, server: Server, options: Options) -> list[Sequence]:
    everything = read_sequences(session, server, options.limits, options.config.feeds)
    refuse_unknown_feeds(everything, options.config)
    missing = options.scope.unmatched(everything)
    if missing:
        raise NothingMatches(*nearest_names(session, missing[0], options.limits))
    return [sequence for sequence in everything if options.scope.selects(sequence)]


def _judge(diagnosis: Diagnosis, options: Options, server: Server) -> Examined:
    return examine(diagnosis, options.policy, options.limits, options.config, server.role)


def _report_on(crew: Crew, found: DatabaseReport, applied: dict[int, Applied], options: Options) -> DatabaseReport:
    """The checked report with what became of each sequence, those with a step read afresh."""
    cut_short = any(one.lost for one in applied.values())
    fresh = {} if cut_short or not applied else _read_afresh(crew, found.server, applied, options)
    report = replace(
        found,
        sequences=worst_first(
            replace(fresh.get(one.sequence.oid, one), applied=applied.get(one.sequence.oid) or _refusal(one))
            for one in found.sequences
        ),
    )
    if any(one.reason.startswith("interrupted") for one in applied.values()):
        raise Interrupted(report)
    return report


def _read_afresh(crew: Crew, server: Server, touched: Container[int], options: Options) -> dict[int, Examined]:
    try:
        known = read_sequences(crew.lead, server, options.limits, options.config.feeds)
        again = [sequence for sequence in known if sequence.oid in touched]
        readings = read(crew, server, again, options.limits)
        return {r.sequence.oid: _judge(diagnose(r), options, server) for r in readings}
    except ConnectionFailed:
        return {}  # What was applied stands in the report all the same.


def _refusal(one: Examined) -> Applied | None:
    if one.refused is None:
        return None
    return Applied(result="skipped", reason=one.refused.reason, hint=one.refused.remedy)
