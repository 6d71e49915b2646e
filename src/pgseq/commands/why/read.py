"""pg_stat_statements: reading it, and saying what of it could not be read. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pgseq.commands.why.model import Deed, Settings, Statement
from pgseq.commands.why.parse import acts
from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.sequences import Problem, Server
from pgseq.pg.session import Session, transaction
from pgseq.sql import load
from pgseq.sql.grammar import NotUnderstood, parser

#: Longer texts are not read, in characters: the column list of an INSERT stands at its beginning, but the grammar wants
#: all of it.
LONGEST: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The deeds that the server has a record of; what was read, and what could not be."""

    deeds: tuple[Deed, ...] = ()
    seen: tuple[str, ...] = ()
    unseen: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much of pg_stat_statements can be seen."""

    total: int
    hidden: int
    long: int
    #: Since when texts are kept, and how often the least used ones were dropped (1.9 and later, else None).
    since: str | None
    evicted: int | None


def read_record(session: Session, server: Server, settings: Settings, limits: Limits) -> Record:
    """The statements of this database that bring ids along or move sequences. Raises ConnectionFailed."""
    if settings.statements_schema is None:
        return Record(unseen=(_absent(settings),))
    parse = parser()
    if parse is None:
        hint = "pip install 'pgseq[lint]'"
        return Record(
            unseen=(Problem(reason="pg_stat_statements: its texts cannot be read without pgparse", hint=hint),)
        )
    try:
        statements, extent = _read(session, server, settings, limits)
    except QueryFailed as error:
        return Record(unseen=(_refused(error, settings, server),))
    deeds, foreign = [], 0
    for statement in statements:
        try:
            deeds += [Deed(act=act, statement=statement) for act in acts(statement.query, parse)]
        except NotUnderstood:
            foreign += 1
    since = f" since {extent.since}" if extent.since else ""
    top = ", of functions none of what they run" if settings.statements_track == "top" else ""
    seen = f"pg_stat_statements ({extent.total - extent.hidden} statements of this database{since}{top})"
    return Record(deeds=tuple(deeds), seen=(seen,), unseen=tuple(_gaps(extent, foreign, settings, server)))


def _read(session: Session, server: Server, settings: Settings, limits: Limits) -> tuple[list[Statement], Extent]:
    schema, longest = settings.statements_schema or "", str(LONGEST)
    questions = [
        load("why.statements", server.major, schema=schema, longest=longest),
        load("why.statements_scope", server.major, schema=schema, longest=longest),
    ]
    if settings.statements_info:
        questions.append(load("why.statements_info", server.major, schema=schema))
    found, scope, *info = transaction(session, questions, settings=limits.settings)
    since, evicted = info[0].rows[0] if info else (None, None)
    total, hidden, long = scope.rows[0]
    extent = Extent(total=total, hidden=hidden, long=long, since=since, evicted=evicted)
    return found.into(Statement), extent


def _absent(settings: Settings) -> Problem:
    if settings.statements_loaded:
        return Problem(
            reason="pg_stat_statements counts statements, but its view is not in this database",
            hint="CREATE EXTENSION pg_stat_statements, and run again: it shows what was counted before",
        )
    return Problem(reason="pg_stat_statements is not loaded: no record of the statements that were run")


def _refused(error: QueryFailed, settings: Settings, server: Server) -> Problem:
    if error.sqlstate == "55000":
        return Problem(
            reason="pg_stat_statements is created here, but not loaded by the server",
            hint="add it to shared_preload_libraries and restart",
        )
    grant = f"GRANT USAGE ON SCHEMA {settings.statements_schema} TO {server.role}"
    return Problem(
        reason=f"pg_stat_statements: {error.message}", hint=grant if error.sqlstate == "42501" else error.hint
    )


def _gaps(extent: Extent, foreign: int, settings: Settings, server: Server) -> list[Problem]:
    """What pg_stat_statements holds and does not show, or does not hold."""
    gaps = []
    if extent.hidden:
        reason = f"pg_stat_statements: {extent.hidden} statements of other roles are hidden from {server.role}"
        gaps.append(Problem(reason=reason, hint=f"GRANT pg_read_all_stats TO {server.role}"))
    if extent.evicted:
        reason = f"pg_stat_statements: its least used statements were dropped {extent.evicted} times"
        gaps.append(Problem(reason=reason, hint="raise pg_stat_statements.max"))
    if extent.long:
        gaps.append(
            Problem(reason=f"pg_stat_statements: {extent.long} texts longer than {LONGEST} characters were left out")
        )
    if foreign:
        gaps.append(Problem(reason=f"pg_stat_statements: {foreign} texts are not understood by pgparse"))
    if settings.track_utility == "off":
        reason = "pg_stat_statements: COPY, TRUNCATE and ALTER are not counted"
        gaps.append(Problem(reason=reason, hint="pg_stat_statements.track_utility = on"))
    if settings.statements_track == "none":
        gaps.append(Problem(reason="pg_stat_statements: counts nothing", hint="pg_stat_statements.track = top"))
    if server.in_recovery:
        gaps.append(Problem(reason="a standby: statements and counters are its own", hint="run it on the primary"))
    return gaps
