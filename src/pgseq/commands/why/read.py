"""What `why` asks a database: its own SQL files, and pg_stat_statements with what of it is hidden. Reads only."""

from __future__ import annotations

from typing import Final, TypeVar

from msgspec import Struct

from pgseq.commands.why.model import StatementStats, StatementUse, StatisticsSettings
from pgseq.commands.why.parse import effects
from pgseq.errors import QueryFailed
from pgseq.model.limits import UNRESTRICTED, restricts
from pgseq.model.sequences import MissingPrivilege, NotSeen, Problem
from pgseq.model.server import Server
from pgseq.pg.database import Database
from pgseq.sql import load
from pgseq.sql.grammar import NotUnderstood, parser

T = TypeVar("T")

#: Longer texts are not read, in characters: the column list of an INSERT stands at its beginning, but the grammar wants
#: all of it.
LONGEST: Final = 100_000


class StatementRecord(Struct, frozen=True, kw_only=True):
    """The uses that pg_stat_statements has a record of; the sources that were read, and what could not be read."""

    statement_uses: tuple[StatementUse, ...] = ()
    sources: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Extent(Struct, frozen=True, kw_only=True):
    """How much of pg_stat_statements can be seen."""

    total: int
    hidden: int
    long: int
    #: Since when texts are kept, and how often the least used ones were dropped (1.9 and later, else None).
    since: str | None
    evicted: int | None


def read_statements(database: Database, settings: StatisticsSettings) -> StatementRecord:
    """The statements of this database that bring ids along or move sequences. Raises ConnectionFailed."""
    if settings.statements_schema is None:
        return StatementRecord(problems=(_absent(settings),))
    parse = parser()
    if parse is None:
        hint = "pip install 'pgseq[lint]'"
        problem = NotSeen(reason="pg_stat_statements: its texts cannot be read without postgast", hint=hint)
        return StatementRecord(problems=(problem,))
    try:
        recorded, extent = _read(database, settings)
    except QueryFailed as error:
        return StatementRecord(problems=(_refused(error, settings, database.server),))
    uses: list[StatementUse] = []
    foreign = 0
    for statement in recorded:
        try:
            uses += [StatementUse(effect=effect, statement=statement) for effect in effects(statement.query, parse)]
        except NotUnderstood:
            foreign += 1
    since = f" since {extent.since}" if extent.since else ""
    top = ", of functions none of what they run" if settings.statements_track == "top" else ""
    source = f"pg_stat_statements ({extent.total - extent.hidden} statements of this database{since}{top})"
    problems = tuple(_gaps(extent, foreign, settings, database.server))
    return StatementRecord(statement_uses=tuple(uses), sources=(source,), problems=problems)


def _read(database: Database, settings: StatisticsSettings) -> tuple[list[StatementStats], Extent]:
    major, schema, longest = database.server.major, settings.statements_schema or "", str(LONGEST)
    questions = [
        load("why.statements", major, schema=schema, longest=longest),
        load("why.statements_scope", major, schema=schema, longest=longest),
    ]
    if settings.statements_info:
        questions.append(load("why.statements_info", major, schema=schema))
    # The extension's own views: a name in its schema that is one of its members is nobody else's.
    unrestricted = (UNRESTRICTED,) if restricts(database.server.version_num) else ()
    statements, scope, *info = database.run(*questions, settings=unrestricted)
    since, evicted = info[0].rows[0] if info else (None, None)
    total, hidden, long = scope.rows[0]
    extent = Extent(total=total, hidden=hidden, long=long, since=since, evicted=evicted)
    return statements.into(StatementStats), extent


def _absent(settings: StatisticsSettings) -> Problem:
    if settings.statements_loaded:
        return NotSeen(
            reason="pg_stat_statements counts statements, but its view is not in this database",
            hint="CREATE EXTENSION pg_stat_statements, and run again: it shows what was counted before",
        )
    return NotSeen(reason="pg_stat_statements is not loaded: no record of the statements that were run")


def _refused(error: QueryFailed, settings: StatisticsSettings, server: Server) -> Problem:
    if error.sqlstate == "55000":
        return NotSeen(
            reason="pg_stat_statements is created here, but not loaded by the server",
            hint="add it to shared_preload_libraries and restart",
        )
    grant = f"GRANT USAGE ON SCHEMA {settings.statements_schema} TO {server.role}"
    return NotSeen(
        reason=f"pg_stat_statements: {error.message}", hint=grant if error.sqlstate == "42501" else error.hint
    )


def _gaps(extent: Extent, foreign: int, settings: StatisticsSettings, server: Server) -> list[Problem]:
    """What pg_stat_statements holds and does not show, or does not hold."""
    gaps: list[Problem] = []
    if extent.hidden:
        reason = f"pg_stat_statements: {extent.hidden} statements of other roles are hidden from {server.role}"
        gaps.append(MissingPrivilege(reason=reason, hint=f"GRANT pg_read_all_stats TO {server.role}"))
    if extent.evicted:
        reason = f"pg_stat_statements: its least used statements were dropped {extent.evicted} times"
        gaps.append(NotSeen(reason=reason, hint="raise pg_stat_statements.max"))
    if extent.long:
        gaps.append(
            NotSeen(reason=f"pg_stat_statements: {extent.long} texts longer than {LONGEST} characters were left out")
        )
    if foreign:
        gaps.append(NotSeen(reason=f"pg_stat_statements: {foreign} texts are not understood by postgast"))
    if settings.track_utility == "off":
        reason = "pg_stat_statements: COPY, TRUNCATE and ALTER are not counted"
        gaps.append(NotSeen(reason=reason, hint="pg_stat_statements.track_utility = on"))
    if settings.statements_track == "none":
        gaps.append(NotSeen(reason="pg_stat_statements: counts nothing", hint="pg_stat_statements.track = top"))
    if server.in_recovery:
        gaps.append(NotSeen(reason="a standby: statements and counters are its own", hint="run it on the primary"))
    return gaps
