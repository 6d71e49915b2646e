"""`why`: check, read the facts about each sequence that is wrong, and rank the evidence for causes. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from pgseq import workflow
from pgseq.commands.why.evidence import POSSIBLE, rank
from pgseq.commands.why.evidence.statements import stores
from pgseq.commands.why.model import (
    FedTable,
    FeedSample,
    OwnedSequence,
    SequenceCauses,
    SequenceFacts,
    SequenceFile,
    StatisticsSettings,
    StoredRow,
    WhyReport,
)
from pgseq.commands.why.queries import log_count, sample
from pgseq.commands.why.read import StatementRecord, read_statements
from pgseq.errors import QueryFailed
from pgseq.model.jumps import Jump
from pgseq.model.limits import Limits
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import Feed, NotSeen, Problem, Sequence
from pgseq.names import plural
from pgseq.pg.catalog import read_server
from pgseq.pg.database import Database
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session
from pgseq.pg.subscriptions import read_subscribed
from pgseq.sql import braced

#: From a report and by oid the counted uses and when counting began: how sequences moved without nextval().
JumpsOf = Callable[[DatabaseReport, Mapping[int, tuple[int, str | None]]], Mapping[int, tuple[Jump, ...]]]


def why(
    pool: SessionPool,
    options: workflow.Options,
    progress: workflow.Progress = lambda done, total: None,
    jumps_of: JumpsOf = lambda report, counters: {},
) -> WhyReport:
    """Check, and collect the evidence of how each sequence that is wrong got there.

    `jumps_of` says how sequences have moved without nextval(), from samples that were kept earlier. Raises what
    `workflow.check` raises.
    """
    database = Database(session=pool.primary, server=read_server(pool.primary, options.limits), limits=options.limits)
    # Before anything else: reading a position counts as a use of its sequence.
    files = {file.oid: file for file in database.ask("why.sequences", SequenceFile)}
    (settings,) = database.ask("why.settings", StatisticsSettings)
    database_report = workflow.check(pool, options, progress)
    wrong = [report for report in database_report.sequences if POSSIBLE[report.status] and report.sequence.oid in files]
    record = read_statements(database, settings) if wrong else StatementRecord()
    counters = {file.oid: (file.accesses, settings.stats_reset) for file in files.values()}
    jumps = jumps_of(database_report, counters) if wrong else {}

    def work(session: Session, item: tuple[SequenceReport, SequenceFacts]) -> SequenceCauses:
        return _causes(replace(database, session=session), *item)

    causes = {one.report.sequence.oid: one for one in pool.map(work, _facts(database, wrong, files, record, jumps))}
    sources = ("the catalog and the rows around each position", _counters(settings), *record.sources)
    return WhyReport(
        database_report=database_report,
        sequences=tuple(
            causes.get(report.sequence.oid) or SequenceCauses(report=report, problems=_unreadable_because(report))
            for report in database_report.sequences
        ),
        sources=sources if wrong else (),
        problems=record.problems,
        advice=_advice(settings, record) if any(not one.evidence for one in causes.values()) else (),
    )


def recorded_ids(pool: SessionPool, limits: Limits, sequences: Iterable[Sequence]) -> dict[tuple[int, str], str]:
    """By table and column fed by one of `sequences`: a recorded statement that stored ids of its own, in words; nothing
    where none is known or none can be read. Raises ConnectionFailed."""
    database = Database(session=pool.primary, server=read_server(pool.primary, limits), limits=limits)
    try:
        (settings,) = database.ask("why.settings", StatisticsSettings)
        uses = read_statements(database, settings).statement_uses if settings.statements_schema else ()
        feeds = [feed for sequence in sequences for feed in sequence.feeds] if uses else []
        tables = database.ask("why.tables", FedTable, relids=braced({feed.relid for feed in feeds})) if feeds else []
    except QueryFailed:
        return {}
    return {
        (feed.relid, feed.column): f"{use.effect.text} gives {feed.column} ({plural(use.statement.calls, 'call')})"
        for feed in feeds
        for use in reversed(uses)
        if any(stores(use, table, feed.column) for table in tables if table.root == feed.relid)
    }


def _facts(
    database: Database,
    wrong: list[SequenceReport],
    files: dict[int, SequenceFile],
    record: StatementRecord,
    jumps: Mapping[int, tuple[Jump, ...]],
) -> list[tuple[SequenceReport, SequenceFacts]]:
    """The reports with what the catalog and pg_stat_statements say of their sequences."""
    relids = braced({feed.relid for report in wrong for feed in report.sequence.feeds})
    tables = database.ask("why.tables", FedTable, relids=relids)
    owned = database.ask("why.owned", OwnedSequence, relids=relids)
    server, limits = database.server, database.limits
    subscribed = read_subscribed(database.session, server.major, {table.relid for table in tables}, limits)

    def facts(report: SequenceReport) -> SequenceFacts:
        roots = {feed.relid for feed in report.sequence.feeds}
        own = tuple(table for table in tables if table.root in roots)
        return SequenceFacts(
            diagnosis=report.diagnosis,
            file=files[report.sequence.oid],
            tables=own,
            owned=tuple(link for link in owned if link.relid in roots),
            subscribed=tuple(link for link in subscribed if link.relid in {table.relid for table in own}),
            statement_uses=record.statement_uses,
            jumps=jumps.get(report.sequence.oid, ()),
        )

    return [(report, facts(report)) for report in wrong]


def _causes(database: Database, report: SequenceReport, facts: SequenceFacts) -> SequenceCauses:
    """Read the rows around the position of one sequence, and rank the evidence."""
    problems: list[Problem] = []
    samples: list[FeedSample] = []
    for feed, stored in zip(facts.sequence.feeds, facts.diagnosis.reading.stored, strict=True):
        try:
            if isinstance(stored, Problem):
                problems.append(stored)
            elif feed.parts:
                problems.append(_too_large(feed))
            elif stored.nearest is not None:
                samples.append(_sample(database, facts.sequence, feed))
        except QueryFailed as error:
            problems.append(NotSeen(reason=f"the rows of {feed.table_sql}: {error.message}", hint=error.hint))
    count: int | None = None
    if facts.sequence.may_select and facts.sequence.may_enter:
        try:
            count = database.read([log_count(facts.sequence)], [], [facts.sequence])[0].rows[0][0]
        except QueryFailed as error:
            problems.append(NotSeen(reason=f"log_cnt of {facts.sequence.sql}: {error.message}", hint=error.hint))
    evidence = rank(replace(facts, samples=tuple(samples), log_count=count))
    return SequenceCauses(report=report, evidence=evidence, problems=tuple(problems))


def _unreadable_because(report: SequenceReport) -> tuple[Problem, ...]:
    """Why the status of a sequence is unknown; empty where it is known."""
    if report.status != "unknown":
        return ()
    reading = report.diagnosis.reading
    return tuple(dict.fromkeys(read for read in (reading.position, *reading.stored) if isinstance(read, Problem)))


def _too_large(feed: Feed) -> Problem:
    """Why the rows of a tree are not read: any part may hold those nearest to the position, and reading all parts in
    one statement would fill the lock table, for all sessions."""
    reason = (
        f"the rows of {feed.table_sql} around the position: looking takes {feed.locks} locks at once, too many here"
    )
    return NotSeen(reason=reason, hint="raise max_locks_per_transaction")


def _sample(database: Database, sequence: Sequence, feed: Feed) -> FeedSample:
    """The rows of one feed around the position. Raises QueryFailed."""
    named = [sequence] if sequence.by_name else []
    (sampled,) = database.read([sample(sequence, feed)], [feed], named)
    sides: dict[str, list[StoredRow]] = {"ahead": [], "behind": [], "beyond": [], "last": []}
    count = 0
    for side, value, xid, relid in sampled.rows:
        if side == "count":
            count += int(value)
        else:
            sides[side].append(StoredRow(value=int(value), xid=xid, relid=relid))
    onward = 1 if sequence.ascending else -1
    for rows in sides.values():
        rows.sort(key=lambda row: row.value * onward)
    return FeedSample(
        feed=feed,
        ahead=tuple(sides["ahead"]),
        behind=tuple(sides["behind"]),
        beyond=tuple(sides["beyond"]),
        count=count,
        last=tuple(row.value for row in sides["last"][-2:]),
    )


def _counters(settings: StatisticsSettings) -> str:
    reset = settings.stats_reset
    since = f"reset at {reset}" if reset else "never reset by hand; a crash would have cleared them"
    return f"the counters of tables and sequences ({since})"


def _advice(settings: StatisticsSettings, record: StatementRecord) -> tuple[str, ...]:
    """Settings that would leave evidence next time and are not on yet. PostgreSQL documentation, "Error Reporting and
    Logging" and "pg_stat_statements"."""
    advice = []
    if not settings.statements_loaded:
        advice.append(
            "shared_preload_libraries = 'pg_stat_statements', a restart, then CREATE EXTENSION pg_stat_statements"
        )
    elif settings.statements_track == "top":
        advice.append("pg_stat_statements.track = all: what functions and triggers run is counted, too")
    if settings.log_statement not in ("mod", "all"):
        advice.append(
            "log_statement = mod: INSERT, COPY, TRUNCATE and ALTER SEQUENCE are logged with time and role "
            "(setval() in a SELECT only under all)"
        )
    return tuple(advice)
