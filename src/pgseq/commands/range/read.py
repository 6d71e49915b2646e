"""What `range` asks a server beside what `check` does: counters of sequences, and times of rows. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Items

from msgspec import Struct
from msgspec.structs import replace

from pgseq.commands.range.clock import WINDOWS, ClockColumn, ClockRow, clock_feed, past
from pgseq.commands.range.forecast import forecast
from pgseq.commands.range.model import Forecast, SequenceRange, Stretch
from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.reports import DatabaseReport
from pgseq.model.sequences import Feed, Position, Sequence
from pgseq.pg.database import Database
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session, transaction
from pgseq.sql import braced, load
from pgseq.sql.literals import bigint
from pgseq.sql.unchanged import Plain

#: Sequences whose tables are asked for the times of rows: those that end first.
CLOCKED = 100
#: By the sequence's oid: blocks fetched since the counters began, and when that was.
Counters = Mapping[int, tuple[int, str | None]]


class ByTime(Struct, frozen=True, kw_only=True):
    """What the time column of its table tells of a sequence: how long it lasts, or why that is not known."""

    outlook: Forecast | str
    stretches: tuple[Stretch, ...] = ()

    def of(self, sequence_range: SequenceRange) -> SequenceRange:
        """The sequence with that."""
        if isinstance(self.outlook, str):
            return replace(sequence_range, unknown_because=self.outlook)
        return replace(
            sequence_range,
            forecast=self.outlook,
            unknown_because="",
            stretches=sequence_range.stretches or self.stretches,
        )


def read_counters(session: Session, limits: Limits) -> Counters:
    """The counters of every sequence. Raises QueryFailed, ConnectionFailed."""
    (answer,) = transaction(session, [load("range.counters")], settings=limits.settings)
    return {oid: (calls, since) for oid, calls, since in answer.rows}


def read_clocks(session: Session, relids: Iterable[int], named: str | None, limits: Limits) -> dict[int, ClockColumn]:
    """By table, the first column that tells when a row was inserted. Raises QueryFailed, ConnectionFailed."""
    name = "NULL" if named is None else session.quote(named)
    question = load("range.clock_columns", relids=braced(sorted(set(relids))), named=name)
    (answer,) = transaction(session, [question], settings=limits.settings)
    return {clock.relid: clock for clock in reversed(answer.into(ClockColumn))}


def read_looks(
    database: Database, sequence: Sequence, feed: Feed, clock: ClockColumn, last: int, now: float
) -> list[ClockRow]:
    """Where the windows begin among the keys up to `last`. Raises QueryFailed, ConnectionFailed."""
    before, after, direction, onward = ("<=", ">=", "ASC", "1") if sequence.ascending else (">=", "<=", "DESC", "-1")
    question = load(
        "range.clock",
        key=feed.column_sql,
        clock=clock.expression,
        source=feed.sources[0],
        last=bigint(last),
        before=before,
        after=after,
        direction=direction,
        onward=onward,
        now=repr(now),
        windows=braced([f"{window:.0f}" for window in WINDOWS]),
    )
    relation = Plain(
        relid=feed.relid,
        sources=feed.sources,
        mark=feed.mark,
        may_share=feed.may_share,
        columns=(*feed.columns, clock.column),
        type_oid=feed.type_oid,
        unlockable=feed.unlockable,
        unrestricted=feed.unrestricted,
    )
    (answer,) = database.read([question], [relation])
    return answer.into(ClockRow)


def read_times(
    pool: SessionPool, report: DatabaseReport, ranges: Items[SequenceRange], named: str | None, limits: Limits
) -> dict[int, ByTime]:
    """What time columns tell of the first so many of these sequences, by their oids; nothing of one that cannot be
    asked. Raises ConnectionFailed."""
    server, ranges = report.server, ranges[:CLOCKED]
    relids = [feed.relid for one in ranges for feed in one.sequence.feeds]
    try:
        clocks = read_clocks(pool.primary, relids, named, limits) if relids else {}
    except QueryFailed:
        return {}

    def work(session: Session, sequence_range: SequenceRange) -> tuple[int, ByTime | None]:
        return sequence_range.sequence.oid, _read_time(
            Database(session=session, server=server, limits=limits), sequence_range, clocks
        )

    answers = pool.map(work, [one for one in ranges if clock_feed(one.sequence, clocks)])
    return {oid: told for oid, told in answers if told is not None}


def _read_time(database: Database, sequence_range: SequenceRange, clocks: dict[int, ClockColumn]) -> ByTime | None:
    sequence, position = sequence_range.sequence, sequence_range.report.diagnosis.reading.position
    now = database.server.time
    fed = clock_feed(sequence, clocks)
    if (
        fed is None
        or sequence_range.left is None
        or sequence_range.left.values is None
        or not isinstance(position, Position)
    ):
        return None
    last = position.last_value - (0 if position.is_called else sequence.increment)
    try:
        looks = read_looks(database, sequence, *fed, last, now)
    except QueryFailed:
        return None
    known = past(sequence, last, looks, now)
    if isinstance(known, str):
        return ByTime(outlook=known)
    feed, clock = fed
    outlook = forecast(sequence_range.left.values, known, now, f"{feed.table_sql}.{clock.column_sql}")
    return ByTime(outlook=outlook, stretches=known)
