"""The workflow: read → diagnose → plan → apply → read again → verify."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq.core.examine import Examiner, worst_first
from pgseq.core.follow_up import Caller, commands
from pgseq.core.preconditions import (
    missing_feeds,
    refuse_missing_feeds,
    refuse_parted_blocks,
    refuse_read_only,
    refuse_transaction,
)
from pgseq.core.selection import Scope
from pgseq.errors import Interrupted
from pgseq.model.changes import Applied
from pgseq.model.configuration import Config, Declared
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.hints import Compose
from pgseq.model.keys import KeyReport
from pgseq.model.limits import Limits
from pgseq.model.reports import DatabaseReport, Proof, SequenceReport, Verification
from pgseq.model.sequences import Sequence
from pgseq.model.server import Server
from pgseq.pg.catalog import CatalogFingerprint, read_fingerprint, read_sequences, read_server
from pgseq.pg.keys import read_missing_defaults
from pgseq.pg.pool import SessionPool
from pgseq.pg.read import read_all
from pgseq.pg.session import Session
from pgseq.pg.suggest import Unmatched, refuse_unmatched, unmatched
from pgseq.values import drained

if TYPE_CHECKING:
    from pgseq.pg.execute import Execution
    from pgseq.undo_file import UndoFile

#: Called with how many sequences are done, and of how many.
Progress = Callable[[int, int], None]
#: Called with the plan; returns whether to go on.
Confirm = Callable[[DatabaseReport], bool]
#: Which steps of a plan are shown one by one.
Shown = Callable[[DatabaseReport], Iterable[SequenceReport]]


class Options(Struct, frozen=True, kw_only=True):
    """Which sequences, within which limits, under which policy and configuration."""

    scope: Scope = field(default_factory=Scope)
    limits: Limits = field(default_factory=Limits)
    policy: Policy = field(default_factory=Policy)
    config: Config = field(default_factory=Config)
    #: Who calls, for the commands to run next.
    caller: Caller = field(default_factory=Caller)
    #: Called with the declared feeds that the database does not have.
    on_missing_feeds: Callable[[tuple[Declared, ...]], None] = refuse_missing_feeds
    #: Called with the patterns that select none of the database's sequences.
    unmatched: Callable[[tuple[Unmatched, ...]], None] = refuse_unmatched
    #: Seconds for reading positions and stored values; None: no limit.
    time_limit: float | None = None

    @property
    def compose(self) -> Compose:
        """Writes commands to run next."""
        return commands(self.caller, self.limits, self.policy, self.config)


def server_of(pool: SessionPool, options: Options) -> Server:
    """Which server this is. Raises UsageError for one that pgseq does not know, QueryFailed, ConnectionFailed."""
    return replace(read_server(pool.primary, options.limits), label=options.caller.label)


def silent(done: int, total: int) -> None:
    """Show no progress."""


def refuse_unwritable(session: Session, server: Server) -> None:
    """Raises UsageError where a session can move nothing: on a standby, and in transactions that are READ ONLY or do
    not see newer rows."""
    refuse_read_only(server)
    refuse_transaction(server, in_transaction=session.in_transaction, read_only=session.read_only)


def check(pool: SessionPool, options: Options, progress: Progress = silent) -> DatabaseReport:
    """Read and diagnose; changes nothing. Raises NothingMatches, ConnectionFailed, QueryFailed, Interrupted."""
    return _report(pool, server_of(pool, options), options, progress)


def fix(
    pool: SessionPool,
    options: Options,
    confirm: Confirm,
    progress: Progress = silent,
    undo_file: UndoFile | None = None,
    shown: Shown | None = None,
) -> DatabaseReport:
    """Check, show the plan to `confirm`, execute it, read again, and report the result of each step.

    `undo_file` logs every step before and after it is taken. `shown` says of which steps `confirm` shows when they
    collide: of the others the first stored value ahead is not asked for, which a move does not need. Returns the
    checked report unchanged when `confirm` says no. Raises what `check` raises, and UsageError on a server that takes
    no writes.
    """
    from pgseq.pg.execute import execute

    server = server_of(pool, options)
    refuse_unwritable(pool.primary, server)
    first = read_fingerprint(pool.primary, options.limits)
    report = _report(pool, server, options if shown is None else furthest_only(options, server), progress)
    if shown is not None:
        # Besides the steps that are shown, people see what is out of sync and not moved.
        left = [one for one in report.sequences if one.step is None and one.status == "out_of_sync"]
        report = completed(pool, report, [*shown(report), *left], options)
    planned = [one for one in report.sequences if one.step is not None]
    if planned and not confirm(report):
        return report
    # Each report on what is moved is dropped once its sequence is read again.
    report = replace(report, sequences=tuple(one for one in report.sequences if one.step is None))
    examine = examiner(options, server)
    execution = execute(pool, drained(planned), server, options.limits, options.policy, examine, progress, undo_file)
    return _with_results(pool, report, first, execution, options, examine)


def verify(pool: SessionPool, options: Options, *, insert: bool = False, progress: Progress = silent) -> Verification:
    """Prove the next insert of every sequence; with `insert`, by a real INSERT that is rolled back."""
    server = server_of(pool, options)
    everything = read_sequences(pool, server, options.limits, options.config.feeds)
    wanted = selected(pool.primary, everything, options)
    examine = examiner(options, server)
    proofs = [_proof(diagnosis, examine) for diagnosis in _diagnoses(pool, server, wanted, options, progress)]
    if insert:
        from pgseq.pg.try_insert import insert as try_insert

        refuse_unwritable(pool.primary, server)
        proofs = list(pool.map(lambda session, proof: try_insert(session, proof, options.limits), proofs))
    proofs.sort(key=lambda proof: (proof.sequence.schema, proof.sequence.name))
    return Verification(server=server, proofs=tuple(proofs), whole=options.scope == Scope())


def _proof(diagnosis: Diagnosis, examine: Examiner) -> Proof:
    from pgseq.core.checks.pgs019_blocks import CODE as UNDECLARED
    from pgseq.core.prove import prove

    report = examine(diagnosis)
    doubt = next((finding for finding in report.findings if finding.code == UNDECLARED), None)
    return replace(prove(diagnosis, doubt), ignored=report.ignored, repairable=report.step is not None)


def examiner(options: Options, server: Server) -> Examiner:
    """Makes the reports on diagnoses: findings and the planned step, with the commands to run next."""
    limits = options.limits.on(server.version_num)
    return Examiner.of(options.policy, limits, options.config, server.role, options.compose)


def _report(pool: SessionPool, server: Server, options: Options, progress: Progress) -> DatabaseReport:
    everything = read_sequences(pool, server, options.limits, options.config.feeds)
    wanted = selected(pool.primary, everything, options)
    return report_on(pool, server, wanted, options, progress, _keys(pool.primary, everything, options))


def report_on(
    pool: SessionPool,
    server: Server,
    wanted: list[Sequence],
    options: Options,
    progress: Progress,
    keys: tuple[KeyReport, ...] = (),
) -> DatabaseReport:
    """Read and diagnose the `wanted` sequences. Raises ConnectionFailed, Interrupted."""
    report = DatabaseReport(server=server, sequences=(), whole=options.scope == Scope(), keys=keys)
    reports: list[SequenceReport] = []
    try:
        diagnoses = _diagnoses(pool, server, wanted, options, progress)
        # Judge each while the next are read.
        reports.extend(map(examiner(options, server), diagnoses))
    except KeyboardInterrupt:
        raise Interrupted(replace(report, sequences=worst_first(reports))) from None
    return replace(report, sequences=worst_first(reports))


def furthest_only(options: Options, server: Server) -> Options:
    """The options by which the first stored values ahead, which a move does not need, are not asked for; the same ones
    where it counts how far away a collision is."""
    if examiner(options, server).findings.policy.within is not None:
        return options
    return replace(options, limits=replace(options.limits, furthest_only=True))


def completed(
    pool: SessionPool, report: DatabaseReport, seen: Iterable[SequenceReport], options: Options
) -> DatabaseReport:
    """The report, where the first stored values ahead were not asked for, with those of the sequences that are seen."""
    again = [one.sequence for one in seen if one.diagnosis.nearest is None]
    diagnoses = read_all(pool, report.server, again, options.limits, options.policy)
    complete = {one.sequence.oid: one for one in map(examiner(options, report.server), diagnoses)}
    return replace(report, sequences=tuple(complete.get(one.sequence.oid, one) for one in report.sequences))


def _keys(session: Session, everything: tuple[Sequence, ...], options: Options) -> tuple[KeyReport, ...]:
    """What is to be said of keys without a sequence, but for what the configuration ignores."""
    keys = [
        key
        for key in read_missing_defaults(session, everything, options.limits)
        if options.scope.selects_table(key.schema, key.table)
    ]
    if not keys:
        return ()
    from pgseq.core.checks import key_findings

    return tuple(
        KeyReport(key=key, finding=finding.calling(options.compose))
        for key in keys
        for finding in key_findings(key)
        if options.config.reason(finding.code, key.schema, key.table) is None
    )


def _diagnoses(
    pool: SessionPool, server: Server, wanted: list[Sequence], options: Options, progress: Progress
) -> Iterable[Diagnosis]:
    diagnoses = read_all(pool, server, wanted, options.limits, options.policy, options.time_limit)
    for done, diagnosis in enumerate(diagnoses, start=1):
        progress(done, len(wanted))
        yield diagnosis


def selected(session: Session, everything: tuple[Sequence, ...], options: Options) -> list[Sequence]:
    """The sequences that the options select. Raises NothingMatches, UsageError, QueryFailed, ConnectionFailed."""
    refuse_parted_blocks(everything, options.config.feeds)
    options.on_missing_feeds(missing_feeds(everything, options.config))
    missed = tuple(unmatched(session, options.scope, everything, options.limits, options.compose))
    options.unmatched(missed)
    wanted = [*filter(options.scope.selects, everything)]
    if not wanted:
        # Nothing in this database was asked for.
        refuse_unmatched(missed)
    return wanted


def _with_results(
    pool: SessionPool,
    report: DatabaseReport,
    first: CatalogFingerprint,
    execution: Execution,
    options: Options,
    examine: Examiner,
) -> DatabaseReport:
    """The report on the sequences without a step, and on those that were read again after theirs."""
    from pgseq.pg.execute import reports_since

    since = reports_since(
        pool, report.server, first, execution, options.limits, options.policy, options.config.feeds, examine
    )
    others = [replace(one, applied=left_alone(one)) for one in report.sequences]
    report = replace(report, sequences=worst_first([*others, *since.values()]))
    if execution.interrupted:
        raise Interrupted(report)
    return report


def left_alone(report: SequenceReport) -> Applied | None:
    """The result of a sequence that was refused a step; None where it needs none."""
    if report.refused is None:
        return None
    return Applied(result="skipped", reason=report.refused.reason, hint=report.refused.hint)
