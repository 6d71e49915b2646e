"""Reads positions and stored values, in batches of bounded transactions.

The columns come first and the position in a later statement (or the same one): the other order makes a busy healthy
table look out of sync.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

from msgspec.structs import replace

from pgseq.errors import QueryFailed
from pgseq.model.arithmetic import further, nearer
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.limits import Limits
from pgseq.model.sequences import Feed, NotSeen, Position, Problem, Reading, Sequence, Stored
from pgseq.model.server import Server
from pgseq.pg.ahead import diagnose_priced
from pgseq.pg.database import Database
from pgseq.pg.pool import SessionPool
from pgseq.pg.read_batch import read_at_once, read_in_bulk
from pgseq.pg.refusal import AGAINST_READING, BUSY, Holder, held, holders, refusal
from pgseq.pg.session import Session
from pgseq.sql import compare

Item = TypeVar("Item")

#: Locks that a transaction takes at most, as long as the server's lock table is not much smaller than a default one:
#: tables and their indexes are locked until it ends.
LOCKS = 150
#: Sequences whose oids differ by less are likely to be read by the same session: some hundreds, made in a row.
NEIGHBOURS = 2048


def read_all(
    pool: SessionPool,
    server: Server,
    sequences: Iterable[Sequence],
    limits: Limits,
    policy: Policy,
    time_limit: float | None = None,
) -> Iterator[Diagnosis]:
    """Read and diagnose every sequence, in no order; what cannot be read is `Problem` with the reason and never stops
    the others. What is stored ahead is counted where `policy` leaves open whether a repair may be made.

    What was not reached within `time_limit` seconds is `Problem`, too. Raises ConnectionFailed.
    """
    bounded = limits if time_limit is None else limits.within(time_limit)

    def work(session: Session, batch: list[Sequence]) -> list[Diagnosis]:
        database = Database(session=session, server=server, limits=bounded)
        return [
            diagnose_priced(database, reading, policy) for reading in map(_likely_apart, read_batch(database, batch))
        ]

    asked = batches(map(_with_likely, sequences), server, pool.jobs)
    for diagnoses in pool.map(work, asked, affinity=neighbourhood):
        yield from diagnoses


def read_positions(
    pool: SessionPool, server: Server, sequences: Iterable[Sequence], limits: Limits, time_limit: float | None = None
) -> dict[int, Position | Problem]:
    """Where every sequence stands, by oid, whatever its columns hold; `Problem` where that cannot be read or was not
    reached within `time_limit` seconds. Raises ConnectionFailed."""
    bounded, together = limits.within(time_limit), list(sequences)
    positions: dict[int, Position | Problem] = {}

    def work(session: Session, batch: list[Sequence]) -> dict[int, Position]:
        with suppress(QueryFailed):
            if not bounded.over:
                return read_in_bulk(Database(session=session, server=server, limits=bounded), batch)
        return {}

    for known in pool.map(work, packed(together, lambda _: 1, budget(server, pool.jobs))):
        positions |= known
    others = (replace(sequence, feeds=()) for sequence in together if sequence.oid not in positions)
    readings = (one.reading for one in read_all(pool, server, others, bounded, Policy()))
    return positions | {reading.sequence.oid: reading.position for reading in readings}


def _with_likely(sequence: Sequence) -> Sequence:
    """The sequence, as if its likely columns were fed by it."""
    return sequence if sequence.feeds or not sequence.likely else replace(sequence, feeds=sequence.likely)


def _likely_apart(reading: Reading) -> Reading:
    """The reading of a sequence that `_with_likely` has given columns, with what they hold apart."""
    sequence = reading.sequence
    if not sequence.likely or not sequence.feeds:
        return reading
    return replace(reading, sequence=replace(sequence, feeds=()), stored=(), likely=reading.stored)


def unread(sequence: Sequence, reason: Problem) -> Reading:
    """The reading of a sequence that was not read."""
    return Reading(
        sequence=sequence, position=reason, stored=tuple(feed.unreadable or reason for feed in sequence.feeds)
    )


def neighbourhood(batch: list[Sequence]) -> int:
    """A number that is the same for batches of nearby sequences."""
    return _neighbourhood(batch[0])


def _neighbourhood(sequence: Sequence) -> int:
    return sequence.oid // NEIGHBOURS


def budget(server: Server, jobs: int) -> int:
    """How many locks a transaction may take, so that `jobs` of them leave the server's lock table to others."""
    return max(1, min(LOCKS, server.lock_share // jobs))


def batches(sequences: Iterable[Sequence], server: Server, sessions: int) -> Iterator[list[Sequence]]:
    """Groups of sequences that together take at most their share of locks (or one sequence that alone takes more). Of
    several, each has those of the neighbourhoods of one session: its backend has what it has read in its cache when it
    moves the sequences, which costs the server a third less."""
    locks, together = budget(server, sessions), list(sequences)
    shares: dict[int, list[Sequence]] = defaultdict(list)
    if sum(sequence.locks for sequence in together) <= locks:
        shares[0] = together
    else:
        for sequence in together:
            shares[_neighbourhood(sequence) % sessions].append(sequence)
    for share in shares.values():
        yield from packed(share, lambda sequence: sequence.locks, locks)


def packed(items: Iterable[Item], cost: Callable[[Item], int], locks: int) -> Iterator[list[Item]]:
    """Groups of items, in their order, that together take at most so many locks, by the `cost` of each; one item that
    alone takes more is a group of its own."""
    group: list[Item] = []
    weight = 0
    for item in items:
        its_weight = cost(item)
        if group and weight + its_weight > locks:
            yield group
            group, weight = [], 0
        group.append(item)
        weight += its_weight
    if group:
        yield group


def read_batch(database: Database, batch: list[Sequence]) -> list[Reading]:
    """Read sequences that together are few enough for one transaction, one after the other. Raises ConnectionFailed."""
    limits = database.limits
    if limits.over:
        late = NotSeen(reason=f"not reached within {limits.time_limit:g} s", hint="give more time with --time-limit")
        return [unread(sequence, late) for sequence in batch]
    if any(sequence.in_parts for sequence in batch) or (len(batch) > 1 and _unrestricted(batch)):
        return [_read_parts(database, one) if one.in_parts else read_batch(database, [one])[0] for one in batch]
    try:
        readings = read_at_once(database, batch)
    except QueryFailed as error:
        if limits.over:
            return read_batch(database, batch)
        open_to_us = _without_held(database, batch) if error.sqlstate in BUSY else batch
        if open_to_us != batch:
            readings = read_batch(database, open_to_us)
            # Whoever locks a table now need not lock it later on: a step compares with all feeds.
            return [replace(reading, sequence=one) for reading, one in zip(readings, batch, strict=True)]
        if len(batch) > 1:
            return [reading for one in batch for reading in read_batch(database, [one])]
        return [_read_apart(database, batch[0], error)]
    return _with_empty(database, readings)


def _with_empty(database: Database, readings: list[Reading]) -> list[Reading]:
    """The readings, a column whose values cannot be compared as one that holds none where that is so: asked after the
    position was read, and a value stored since lies behind it or was brought along."""
    feeds = [feed for reading in readings for feed in reading.sequence.feeds if feed.countable and not feed.parts]
    empty: set[Feed] = set()
    for group in packed(feeds, lambda feed: feed.locks, LOCKS):
        with suppress(QueryFailed):
            (answer,) = database.read([compare.rows(group)], group)
            empty.update(feed for feed, filled in zip(group, answer.rows[0][0], strict=True) if not filled)
    return [replace(reading, stored=_nothing_in(empty, reading)) for reading in readings] if empty else readings


def _nothing_in(empty: set[Feed], reading: Reading) -> tuple[Stored | Problem, ...]:
    pairs = zip(reading.sequence.feeds, reading.stored, strict=True)
    return tuple(Stored() if feed in empty else stored for feed, stored in pairs)


def _unrestricted(batch: list[Sequence]) -> bool:
    """Whether a view or a foreign table is to be read: not in one transaction with what belongs to others."""
    return any(feed.unrestricted for sequence in batch for feed in sequence.readable)


def _without_held(database: Database, batch: list[Sequence]) -> list[Sequence]:
    """The batch, each feed whose table is locked marked unreadable: waiting for them one by one would take too long."""
    relids = {feed.relid for sequence in batch for feed in sequence.readable}
    by_table: dict[int, list[Holder]] = defaultdict(list)
    for holder in holders(database.session, relids, AGAINST_READING, database.limits):
        by_table[holder.relid].append(holder)
    return [
        replace(
            sequence,
            feeds=tuple(
                replace(feed, unreadable=feed.unreadable or held(feed.table_sql, by_table[feed.relid]))
                if feed.relid in by_table
                else feed
                for feed in sequence.feeds
            ),
        )
        for sequence in batch
    ]


def _read_parts(database: Database, sequence: Sequence) -> Reading:
    """Read a sequence whose columns take more locks than one transaction may: some relations at a time.

    The first position read serves for all: what a later statement saw lies ahead of its own, later position.
    """
    readings: list[Reading] = []
    stored: list[Stored | Problem] = []
    database = replace(database, limits=replace(database.limits, furthest_only=False))
    for feed in sequence.feeds:
        parts = [replace(feed, sources=sources, parts=()) for sources in _portions(feed, budget(database.server, 1))]
        part_readings = [read_batch(database, [replace(sequence, feeds=(part,))])[0] for part in parts]
        stored.append(_together(sequence, [one.stored[0] for one in part_readings]))
        readings += part_readings
    return Reading(sequence=sequence, position=readings[0].position, stored=tuple(stored))


def _portions(feed: Feed, locks: int) -> Iterator[tuple[str, ...]]:
    """The FROM items of a feed, as many at a time as take so many locks."""
    if not feed.parts:
        yield feed.sources
        return
    for portion in packed(feed.parts, lambda part: part[1], locks):
        yield tuple(item for item, _ in portion)


def _together(sequence: Sequence, stored: list[Stored | Problem]) -> Stored | Problem:
    values = [one for one in stored if isinstance(one, Stored)]
    if len(values) < len(stored):
        return next(one for one in stored if isinstance(one, Problem))
    return Stored(
        nearest=nearer(sequence, [one.nearest for one in values if one.nearest is not None]),
        furthest=further(sequence, [one.furthest for one in values if one.furthest is not None]),
        off_grid=further(sequence, [one.off_grid for one in values if one.off_grid is not None]),
    )


def _read_apart(database: Database, sequence: Sequence, error: QueryFailed) -> Reading:
    """Read a sequence that failed as a whole feed by feed, so that one unreadable table hides nothing else.

    The first position read serves for all: what a later statement saw lies ahead of its own, later position.
    """
    if len(sequence.readable) > 1:
        parts = [read_batch(database, [replace(sequence, feeds=(feed,))])[0] for feed in sequence.feeds]
        stored = tuple(part.stored[0] for part in parts)
        return Reading(sequence=sequence, position=parts[0].position, stored=stored)
    reason = refusal(database.session, sequence, sequence.readable, error, AGAINST_READING, database.limits)
    if not sequence.readable:
        return unread(sequence, reason)
    feeds = tuple(replace(feed, unreadable=feed.unreadable or reason) for feed in sequence.feeds)
    return read_batch(database, [replace(sequence, feeds=feeds)])[0]
