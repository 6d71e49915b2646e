"""What `range` asks a server beside what `check` does: counters of sequences, and times of rows. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pgseq.commands.range.clock import WINDOWS, ClockColumn, Look
from pgseq.model.limits import Limits
from pgseq.model.sequences import Feed, Sequence
from pgseq.model.server import Server
from pgseq.pg import owners
from pgseq.pg.session import Session, transaction
from pgseq.sql import braced, load
from pgseq.sql.literals import bigint
from pgseq.sql.unchanged import Plain

#: By the sequence's oid: blocks fetched since the counters began, and when that was.
Counters = Mapping[int, tuple[int, str | None]]


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
    session: Session,
    server: Server,
    sequence: Sequence,
    feed: Feed,
    clock: ClockColumn,
    last: int,
    now: float,
    limits: Limits,
) -> list[Look]:
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
    (answer,) = owners.read(session, server, [question], limits, [relation])
    return answer.into(Look)
