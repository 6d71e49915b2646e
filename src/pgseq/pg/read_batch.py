"""Reads the positions and stored values of one batch of sequences, in bounded transactions.

The columns come first and the position in a later statement (or the same one): the other order makes a busy healthy
table look out of sync.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from pgseq.model.arithmetic import end_of, forward, further, nearer, next_value
from pgseq.model.sequences import Feed, MissingPrivilege, Position, Problem, Reading, Sequence, Stored
from pgseq.model.server import Server
from pgseq.pg.database import Database
from pgseq.pg.session import Rows
from pgseq.sql import braced, compare, load
from pgseq.text.integers import integer

T = TypeVar("T")

_NOTHING: Final = Stored()

#: Since this major pg_get_sequence_data() gives last_value and is_called by oid.
BULK_DATA = 18


def read_at_once(database: Database, batch: list[Sequence]) -> list[Reading]:
    """Read a batch: extremes and positions of all in one round trip; then, where an extreme lies ahead or the position
    does not show in bulk, what is nearest; then the exact question, where that does not tell everything.

    Raises QueryFailed where one cannot be read, ConnectionFailed.
    """
    extremes, positions = _with_positions(database, batch, compare.extremes(batch))
    server = database.server
    furthest: dict[int, list[list[str | None]]] = _by_source(batch, extremes)
    close = [
        s for s in batch if not _position_unreadable(s, server) and _ahead(s, positions.get(s.oid), furthest[s.oid])
    ]
    direct = [sequence for sequence in close if compare.direct(sequence)]
    if database.limits.furthest_only:
        readings = _between_all(direct, positions, None, furthest)
    else:
        readings = _nearest(database, direct, positions, furthest)
    vague = [sequence for sequence in close if sequence.oid not in readings]
    answers = _read(database, vague, [*map(compare.stored, vague)]) if vague else []
    readings |= {s.oid: _exact(s, answer, server) for s, answer in zip(vague, answers, strict=True)}
    return [readings.get(s.oid) or _healthy(s, positions.get(s.oid), server) for s in batch]


def read_in_bulk(database: Database, batch: Iterable[Sequence]) -> dict[int, Position]:
    """The positions of a batch by oid, as far as they show in bulk. Raises QueryFailed, ConnectionFailed."""
    (rows,) = database.run(_positions(database.server, batch))
    return _by_oid(rows)


def _with_positions(database: Database, batch: list[Sequence], question: str) -> tuple[list[Any], dict[int, Position]]:
    """The array that `question` returns, and the positions read after it, as far as they show in bulk."""
    answer, rows = _read(database, batch, [question, _positions(database.server, batch)])
    return answer.rows[0][0], _by_oid(rows)


def _positions(server: Server, batch: Iterable[Sequence]) -> str:
    return load("pg.positions", server.major, oids=braced(sequence.oid for sequence in batch))


def _by_oid(positions: Rows) -> dict[int, Position]:
    return {
        oid: Position(last_value=last, is_called=called) for oid, last, called in positions.rows if last is not None
    }


def _read(database: Database, batch: list[Sequence], statements: list[str]) -> list[Rows]:
    """Run statements that read these sequences and their columns; the rows of each."""
    feeds = [feed for sequence in batch for feed in sequence.readable]
    named = [sequence for sequence in batch if sequence.by_name]
    return database.read(statements, feeds, named)


def _by_source(batch: Iterable[Sequence], values: list[T]) -> dict[int, list[list[T]]]:
    """Values for each source of each readable feed, one after the other, by the sequence's oid."""
    by_oid: dict[int, list[list[T]]] = {}
    at = 0
    for sequence in batch:
        by_oid[sequence.oid] = of_feeds = []
        for feed in sequence.readable:
            of_feeds.append(values[at : at + len(feed.sources)])
            at += len(feed.sources)
    return by_oid


def _nearest(
    database: Database,
    direct: list[Sequence],
    known: Mapping[int, Position],
    furthest: Mapping[int, list[list[str | None]]],
) -> dict[int, Reading]:
    """By oid, the readings of `direct` sequences that extremes and first values ahead determine."""
    awaited = [
        (sequence, following)
        for sequence in direct
        if sequence.oid in known and (following := next_value(sequence, known[sequence.oid])) is not None
    ]
    if not awaited:
        return {}
    asked = [sequence for sequence, _ in awaited]
    values, positions = _with_positions(database, asked, compare.nearest(awaited))
    nearest: dict[int, list[list[int | None]]] = _by_source(asked, values)
    return _between_all(asked, positions, nearest, furthest)


def _between_all(
    asked: list[Sequence],
    positions: Mapping[int, Position],
    nearest: Mapping[int, list[list[int | None]]] | None,
    furthest: Mapping[int, list[list[str | None]]],
) -> dict[int, Reading]:
    """By oid, the readings of these `direct` sequences that these values determine; `nearest` is None where it was not
    asked for."""
    readings = {
        s.oid: _between(s, positions.get(s.oid), None if nearest is None else nearest[s.oid], furthest[s.oid])
        for s in asked
    }
    return {oid: reading for oid, reading in readings.items() if reading is not None}


def _ahead(sequence: Sequence, position: Position | None, furthest: list[list[str | None]]) -> bool:
    """Whether a value may lie ahead, or the position is unknown."""
    if position is None:
        return True
    following = next_value(sequence, position)
    if following is None:
        return False
    return any(
        _beyond(sequence, value, following - _margin(sequence, feed))
        for feed, values in zip(sequence.readable, furthest, strict=True)
        for value in values
        if value is not None
    )


def _margin(sequence: Sequence, feed: Feed) -> int:
    """How far this side of the next value ids count: those of its block, or perhaps of one that is not declared."""
    if compare.between(sequence, feed):
        return sequence.increment - (1 if sequence.ascending else -1)
    return -forward(sequence, feed)[0] if sequence.ascending else forward(sequence, feed)[0]


def _beyond(sequence: Sequence, text: str, following: int) -> bool:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return True  # The column's type has changed since the catalog was read.
    # NaN sorts above everything in PostgreSQL and may hide smaller values.
    return value.is_nan() or (value >= following if sequence.ascending else value <= following)


def _between(
    sequence: Sequence,
    position: Position | None,
    nearest: list[list[int | None]] | None,
    furthest: list[list[str | None]],
) -> Reading | None:
    """The reading of a `direct` sequence, from the first values ahead and the furthest ones; None where rows or the
    position have changed in between so that they do not tell, or values lie beyond the limit."""
    following = None if position is None else next_value(sequence, position)
    if position is None or following is None:
        return None
    stored: list[Stored | Problem] = []
    pairs = zip([None] * len(furthest) if nearest is None else nearest, furthest, strict=True)
    for feed in sequence.feeds:
        ends = feed.unreadable or _ends(sequence, feed, following, *next(pairs))
        if ends is None:
            return None
        stored.append(ends)
    return Reading(sequence=sequence, position=position, stored=tuple(stored))


def _ends(
    sequence: Sequence, feed: Feed, following: int, nearest: list[int | None] | None, furthest: list[str | None]
) -> Stored | None:
    """The first and the last value ahead, over all sources; None if they are inconsistent. The last alone where the
    first was not asked for."""
    near: list[int] = []
    far: list[int] = []
    end = end_of(sequence, feed)
    low, high = (following, end) if sequence.ascending else (end, following)
    for number, text in enumerate(furthest):
        last = None if text is None else integer(text)
        if text is not None and last is None:
            return None
        if nearest is not None:
            first = nearest[number]
        else:
            first = last if last is not None and _beyond(sequence, str(last), following) else None
        if last is not None and first is not None:
            first_to_last = (first, last) if sequence.ascending else (last, first)
            if not (low <= first_to_last[0] <= first_to_last[1] <= high):
                return None
            near.append(first)
            far.append(last)
        elif first is not None or (last is not None and _beyond(sequence, str(last), following)):
            return None
    return Stored(nearest=None if nearest is None else nearer(sequence, near), furthest=further(sequence, far))


def _healthy(sequence: Sequence, position: Position | None, server: Server) -> Reading:
    return Reading(
        sequence=sequence,
        position=position or _position_unreadable(sequence, server) or _no_position(sequence, server),
        stored=tuple(feed.unreadable or _NOTHING for feed in sequence.feeds),
    )


def _exact(sequence: Sequence, answer: Rows, server: Server) -> Reading:
    last_value, is_called, *values = answer.rows[0]
    ends = iter(zip(values[::3], values[1::3], values[2::3], strict=True))
    return Reading(
        sequence=sequence,
        position=(
            _no_position(sequence, server)
            if last_value is None
            else Position(last_value=last_value, is_called=is_called)
        ),
        stored=tuple(feed.unreadable or _stored(*next(ends)) for feed in sequence.feeds),
    )


def _stored(nearest: int | None, furthest: int | None, off_grid: int | None) -> Stored:
    return Stored(nearest=nearest, furthest=furthest, off_grid=off_grid)


def _position_unreadable(sequence: Sequence, server: Server) -> Problem | None:
    """Why the position cannot be read, known before trying. pg_sequence_last_value() by oid needs no privilege on the
    schema."""
    if sequence.may_use or (sequence.may_select and (sequence.may_enter or server.major >= BULK_DATA)):
        return None
    return _no_position(sequence, server)


def _no_position(sequence: Sequence, server: Server) -> Problem:
    if sequence.may_select:
        return MissingPrivilege(
            reason=f"no privilege to look into schema {sequence.schema}",
            hint=f"GRANT USAGE ON SCHEMA {sequence.schema_sql} TO {server.role}",
        )
    return MissingPrivilege(
        reason=f"no privilege to read the position of {sequence.sql}",
        hint=f"GRANT SELECT ON SEQUENCE {sequence.sql} TO {server.role}",
    )
