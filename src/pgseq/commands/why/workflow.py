"""Asking how sequences got where they are: check, look at what was left behind, hear the witnesses. Reads only."""

from __future__ import annotations

from dataclasses import replace

from pgseq import workflow
from pgseq.commands.why.evidence import POSSIBLE, hear
from pgseq.commands.why.model import Answer, Case, File, Inquiry, Owned, Row, Sample, Settings, Table
from pgseq.commands.why.queries import log_count, sample
from pgseq.commands.why.read import Record, read_record
from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, Problem, Sequence, Server
from pgseq.pg import owners
from pgseq.pg.catalog import read_server
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Rows, Session, transaction
from pgseq.pg.subscriptions import read_subscribed
from pgseq.sql import braced, load


def why(
    crew: SessionPool, options: workflow.Options, progress: workflow.Progress = lambda done, total: None
) -> Inquiry:
    """Check, and say for every sequence in which something is wrong what speaks for how it got there.

    Raises what `doctor.check` raises.
    """
    server, limits = read_server(crew.primary), options.limits
    # Before anything else: our own looking at positions counts as use of the sequences.
    files = {file.oid: file for file in _ask(crew.primary, load("why.sequences", server.major), limits).into(File)}
    settings = _ask(crew.primary, load("why.settings", server.major), limits).into(Settings)[0]
    report = workflow.check(crew, options, progress)
    wrong = [one for one in report.sequences if POSSIBLE[one.status] and one.sequence.oid in files]
    record = read_record(crew.primary, server, settings, limits) if wrong else Record()
    cases = _cases(crew.primary, server, wrong, files, record, limits)
    answered = {
        case.sequence.oid: answer
        for case, answer in crew.map(lambda session, pair: _answer(session, server, *pair, limits), cases)
    }
    answers = tuple(
        answered.get(one.sequence.oid) or Answer(examined=one, unseen=_hidden(one)) for one in report.sequences
    )
    return Inquiry(
        report=report,
        answers=answers,
        seen=("the catalog and the rows around each position", _counters(settings), *record.seen) if wrong else (),
        unseen=record.unseen,
        advice=_advice(settings, record) if any(not answered[one.sequence.oid].evidence for one in wrong) else (),
    )


def _ask(session: Session, question: str, limits: Limits) -> Rows:
    return transaction(session, [question], settings=limits.settings)[0]


def _cases(
    session: Session,
    server: Server,
    wrong: list[SequenceReport],
    files: dict[int, File],
    record: Record,
    limits: Limits,
) -> list[tuple[Case, SequenceReport]]:
    """What the catalog and the record say of each sequence."""
    fed = braced({feed.relid for one in wrong for feed in one.sequence.feeds})
    tables = _ask(session, load("why.tables", server.major, relids=fed), limits).into(Table)
    owned = _ask(session, load("why.owned", server.major, relids=fed), limits).into(Owned)
    subscribed = read_subscribed(session, server.major, {table.relid for table in tables}, limits)
    cases = []
    for one in wrong:
        roots = {feed.relid for feed in one.sequence.feeds}
        own = tuple(table for table in tables if table.root in roots)
        relids = {table.relid for table in own}
        case = Case(
            diagnosis=one.diagnosis,
            file=files[one.sequence.oid],
            tables=own,
            owned=tuple(link for link in owned if link.relid in roots),
            subscribed=tuple(link for link in subscribed if link.relid in relids),
            deeds=record.deeds,
        )
        cases.append((case, one))
    return cases


def _answer(
    session: Session, server: Server, case: Case, examined: SequenceReport, limits: Limits
) -> tuple[Case, Answer]:
    """Look at the rows and the position of one sequence, and hear the witnesses."""
    unseen: list[Problem] = []
    samples = []
    for feed, stored in zip(case.sequence.feeds, case.diagnosis.reading.stored, strict=True):
        try:
            if isinstance(stored, Problem):
                unseen.append(stored)
            elif feed.parts:
                unseen.append(_too_large(feed))
            elif stored.nearest is not None:
                samples.append(_sample(session, server, case.sequence, feed, limits))
        except QueryFailed as error:
            unseen.append(Problem(reason=f"the rows of {feed.table_sql}: {error.message}", hint=error.hint))
    log: int | None = None
    if case.sequence.may_select and case.sequence.may_enter:
        try:
            (answer,) = owners.read(session, server, [log_count(case.sequence)], limits, (), [case.sequence])
            log = answer.rows[0][0]
        except QueryFailed as error:
            unseen.append(Problem(reason=f"log_cnt of {case.sequence.sql}: {error.message}", hint=error.hint))
    seen = replace(case, samples=tuple(samples), log_count=log)
    return case, Answer(examined=examined, evidence=hear(seen), unseen=tuple(unseen))


def _hidden(one: SequenceReport) -> tuple[Problem, ...]:
    """Why nothing is known of a sequence; nothing where something is."""
    if one.status != "unknown":
        return ()
    reading = one.diagnosis.reading
    return tuple(dict.fromkeys(seen for seen in (reading.position, *reading.stored) if isinstance(seen, Problem)))


def _too_large(feed: Feed) -> Problem:
    """Why the rows of a tree are left alone: those nearest to the position are nobody knows where, and looking
    everywhere in one statement would fill the lock table, for all sessions."""
    reason = (
        f"the rows of {feed.table_sql} around the position: looking takes {feed.locks} locks at once, too many here"
    )
    return Problem(reason=reason, hint="raise max_locks_per_transaction")


def _sample(session: Session, server: Server, sequence: Sequence, feed: Feed, limits: Limits) -> Sample:
    """The rows of one feed around the position. Raises QueryFailed."""
    named = [sequence] if sequence.by_name else []
    (answer,) = owners.read(session, server, [sample(sequence, feed)], limits, [feed], named)
    sides: dict[str, list[Row]] = {"ahead": [], "behind": [], "beyond": [], "last": []}
    count = 0
    for side, value, xid, relid in answer.rows:
        if side == "count":
            count += int(value)
        else:
            sides[side].append(Row(value=int(value), xid=xid, relid=relid))
    onward = 1 if sequence.ascending else -1
    for rows in sides.values():
        rows.sort(key=lambda row: row.value * onward)
    return Sample(
        feed=feed,
        ahead=tuple(sides["ahead"]),
        behind=tuple(sides["behind"]),
        beyond=tuple(sides["beyond"]),
        count=count,
        last=tuple(row.value for row in sides["last"][-2:]),
    )


def _counters(settings: Settings) -> str:
    reset = settings.stats_reset
    since = f"reset at {reset}" if reset else "never reset by hand; a crash would have cleared them"
    return f"the counters of tables and sequences ({since})"


def _advice(settings: Settings, record: Record) -> tuple[str, ...]:
    """What leaves a trace next time, as far as it is not on yet. PostgreSQL documentation, "Error Reporting and
    Logging" and "pg_stat_statements"."""
    wanted = []
    if not settings.statements_loaded:
        wanted.append(
            "shared_preload_libraries = 'pg_stat_statements', a restart, then CREATE EXTENSION pg_stat_statements"
        )
    elif settings.statements_track == "top":
        wanted.append("pg_stat_statements.track = all: what functions and triggers run is counted, too")
    if settings.log_statement not in ("mod", "all"):
        wanted.append(
            "log_statement = mod: INSERT, COPY, TRUNCATE and ALTER SEQUENCE are logged with time and role "
            "(setval() in a SELECT only under all)"
        )
    return tuple(wanted)
