"""Looking at positions and stored values, in batches of bounded transactions. Reads only.

The columns come first and the position in a later statement (or the same one): the other order makes a busy healthy
table look out of sync.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from pgseq import questions
from pgseq.crew import Crew
from pgseq.errors import QueryFailed
from pgseq.model import Position, Reading, Sequence, Server, Stored, Unseen
from pgseq.moves import gap
from pgseq.refusals import AGAINST_READING, BUSY, Holder, held, holders, refusal
from pgseq.session import Limits, Rows, Session, transaction
from pgseq.sql import load
from pgseq.values import next_value

#: Relations a transaction may read. Each is locked with its indexes until the transaction ends, and the lock table of
#: a default server holds some thousands for all sessions together.
BATCH = 50
#: Since this major pg_get_sequence_data() gives last_value and is_called by oid.
BULK_DATA = 18


def read(
    crew: Crew, server: Server, sequences: Iterable[Sequence], limits: Limits, time_limit: float | None = None
) -> Iterator[Reading]:
    """Read every sequence, in no order; what cannot be read is `Unseen` with the reason and never stops the others.

    What was not reached within `time_limit` seconds is `Unseen`, too. Raises ConnectionFailed.
    """
    end = math.inf if time_limit is None else time.monotonic() + time_limit

    def work(session: Session, batch: list[Sequence]) -> list[Reading]:
        left = end - time.monotonic()
        if left <= 0:
            reason = Unseen(reason=f"not reached within {time_limit:g} s", remedy="give more time with --time-limit")
            return [unread(sequence, reason) for sequence in batch]
        bounded = replace(limits, statement_ms=min(limits.statement_ms, math.ceil(min(left, 1e6) * 1000)))
        return _read_batch(session, server, batch, bounded)

    for readings in crew.map(work, batches(sequences)):
        yield from readings


def unread(sequence: Sequence, reason: Unseen) -> Reading:
    """The reading of a sequence that was not looked at."""
    return Reading(sequence=sequence, position=reason, stored=tuple(feed.barrier or reason for feed in sequence.feeds))


def read_gap(session: Session, reading: Reading, limits: Limits) -> Reading:
    """`reading` with the last value before the widest free stretch ahead of the sequence. Reads all values ahead."""
    try:
        (answer,) = transaction(session, [gap(reading.sequence)], settings=limits.settings)
    except QueryFailed:
        return reading
    return replace(reading, gap_after=answer.rows[0][0])


def batches(sequences: Iterable[Sequence]) -> Iterator[list[Sequence]]:
    """Groups of sequences that together read at most BATCH relations (or one sequence that alone reads more)."""
    batch: list[Sequence] = []
    weight = 0
    for sequence in sequences:
        cost = 1 + sum(len(feed.sources) for feed in sequence.feeds)
        if batch and weight + cost > BATCH:
            yield batch
            batch, weight = [], 0
        batch.append(sequence)
        weight += cost
    if batch:
        yield batch


def _read_batch(session: Session, server: Server, batch: list[Sequence], limits: Limits) -> list[Reading]:
    try:
        return _look(session, server, batch, limits)
    except QueryFailed as error:
        open_to_us = _without_held(session, batch, limits) if error.sqlstate in BUSY else batch
        if open_to_us != batch:
            return _read_batch(session, server, open_to_us, limits)
        if len(batch) > 1:
            return [reading for one in batch for reading in _read_batch(session, server, [one], limits)]
        return [_read_apart(session, server, batch[0], limits, error)]


def _without_held(session: Session, batch: list[Sequence], limits: Limits) -> list[Sequence]:
    """The batch with a barrier before each feed whose table is locked: no use in waiting for them one by one."""
    relids = {feed.relid for sequence in batch for feed in questions.readable(sequence)}
    found: dict[int, list[Holder]] = defaultdict(list)
    for holder in holders(session, relids, AGAINST_READING, limits):
        found[holder.relid].append(holder)
    return [
        replace(
            sequence,
            feeds=tuple(
                replace(feed, barrier=feed.barrier or held(feed.table_sql, found[feed.relid]))
                if feed.relid in found
                else feed
                for feed in sequence.feeds
            ),
        )
        for sequence in batch
    ]


def _read_apart(session: Session, server: Server, sequence: Sequence, limits: Limits, error: QueryFailed) -> Reading:
    """Read a sequence that failed as a whole feed by feed, so that one unreadable table hides nothing else.

    The first position read serves for all: what a later statement saw lies ahead of its own, later position.
    """
    if len(questions.readable(sequence)) > 1:
        parts = [_read_batch(session, server, [replace(sequence, feeds=(feed,))], limits)[0] for feed in sequence.feeds]
        stored = tuple(part.stored[0] for part in parts)
        return Reading(sequence=sequence, position=parts[0].position, stored=stored)
    reason = refusal(session, sequence, questions.readable(sequence), error, AGAINST_READING, limits)
    if not questions.readable(sequence):
        return unread(sequence, reason)
    feeds = tuple(replace(feed, barrier=feed.barrier or reason) for feed in sequence.feeds)
    return _read_batch(session, server, [replace(sequence, feeds=feeds)], limits)[0]


def _look(session: Session, server: Server, batch: list[Sequence], limits: Limits) -> list[Reading]:
    """Extremes and positions of all in one round trip; then the exact question, only where an extreme lies ahead or
    the position does not show in bulk."""
    oids = ",".join(str(sequence.oid) for sequence in batch)
    positions = load("positions", server.major).replace("{:oids}", f"{{{oids}}}")
    extremes, found = transaction(session, [questions.extremes(batch), positions], settings=limits.settings)
    values: Iterator[str | None] = iter(extremes.rows[0][0])
    furthest = {s.oid: [next(values) for feed in questions.readable(s) for _ in feed.sources] for s in batch}
    seen = {oid: Position(last_value=last, is_called=called) for oid, last, called in found.rows if last is not None}
    close = [s for s in batch if _position_barrier(s, server) is None and _ahead(s, seen.get(s.oid), furthest[s.oid])]
    answers = transaction(session, [*map(questions.stored, close)], settings=limits.settings) if close else []
    exact = dict(zip((s.oid for s in close), answers, strict=True))
    return [_exact(s, exact[s.oid], server) if s.oid in exact else _healthy(s, seen.get(s.oid), server) for s in batch]


def _ahead(sequence: Sequence, position: Position | None, furthest: list[str | None]) -> bool:
    """Whether only the exact question can tell."""
    if position is None:
        return True
    following = next_value(sequence, position)
    if following is None:
        return False
    return any(_beyond(sequence, Decimal(value), following) for value in furthest if value is not None)


def _beyond(sequence: Sequence, value: Decimal, following: int) -> bool:
    # NaN sorts above everything in PostgreSQL and may hide smaller values.
    return value.is_nan() or (value >= following if sequence.ascending else value <= following)


def _healthy(sequence: Sequence, position: Position | None, server: Server) -> Reading:
    return Reading(
        sequence=sequence,
        position=position or _position_barrier(sequence, server) or _no_position(sequence, server),
        stored=tuple(feed.barrier or Stored() for feed in sequence.feeds),
    )


def _exact(sequence: Sequence, answer: Rows, server: Server) -> Reading:
    last_value, is_called, *values = answer.rows[0]
    pairs = iter(zip(values[::2], values[1::2], strict=True))
    return Reading(
        sequence=sequence,
        position=(
            _no_position(sequence, server)
            if last_value is None
            else Position(last_value=last_value, is_called=is_called)
        ),
        stored=tuple(feed.barrier or _stored(next(pairs)) for feed in sequence.feeds),
    )


def _stored(pair: tuple[int | None, int | None]) -> Stored:
    return Stored(nearest=pair[0], furthest=pair[1])


def _position_barrier(sequence: Sequence, server: Server) -> Unseen | None:
    """Why the position cannot be read, known before trying. pg_sequence_last_value() by oid needs no right on the
    schema."""
    if sequence.may_use or (sequence.may_select and (sequence.may_enter or server.major >= BULK_DATA)):
        return None
    return _no_position(sequence, server)


def _no_position(sequence: Sequence, server: Server) -> Unseen:
    if sequence.may_select:
        return Unseen(
            reason=f"no right to look into schema {sequence.schema}",
            remedy=f"GRANT USAGE ON SCHEMA {sequence.schema_sql} TO {server.role}",
        )
    return Unseen(
        reason=f"no right to read the position of {sequence.sql}",
        remedy=f"GRANT SELECT ON SEQUENCE {sequence.sql} TO {server.role}",
    )
