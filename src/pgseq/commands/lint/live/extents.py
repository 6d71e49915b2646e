"""From where to where the columns of a live database are filled, wherever their sequences stand. Reads only.

A file may set a sequence back, so what lies behind it counts as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.sequences import Feed, Problem, Sequence, Server
from pgseq.pg import owners
from pgseq.pg.pool import SessionPool
from pgseq.pg.read import budget, packed
from pgseq.pg.refusal import AGAINST_READING, refusal
from pgseq.pg.session import Session
from pgseq.sql import load
from pgseq.sql.compare import bigint, value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of a fed column's rows: those of one FROM item, and how many locks reading them takes."""

    sequence: Sequence
    feed: Feed
    source: str
    locks: int


#: A part with the ends of its ids, least and greatest in turn; or why they cannot be read.
Extent = tuple[Part, list[int] | Problem]


def extents(pool: SessionPool, server: Server, sequences: Iterable[Sequence], limits: Limits) -> Iterator[Extent]:
    """Each part of each plain feed with the ends of what is stored there, in no order. Raises ConnectionFailed."""

    def work(session: Session, batch: list[Part]) -> list[Extent]:
        return _read(session, server, batch, limits)

    parts = (part for one in sequences for feed in one.feeds if feed.plain for part in _parts(one, feed))
    for found in pool.map(work, packed(parts, lambda part: part.locks, budget(server, pool.jobs))):
        yield from found


def _parts(sequence: Sequence, feed: Feed) -> Iterator[Part]:
    share = -(-feed.locks // max(len(feed.sources), 1))
    for source, locks in feed.parts or ((source, share) for source in feed.sources):
        yield Part(sequence=sequence, feed=feed, source=source, locks=locks)


def _read(session: Session, server: Server, batch: list[Part], limits: Limits) -> list[Extent]:
    open_to_us = [part for part in batch if part.feed.unreadable is None]
    barred: list[Extent] = [(part, part.feed.unreadable) for part in batch if part.feed.unreadable is not None]
    try:
        statements = [_question(one, server) for one in open_to_us]
        feeds = [replace(one.feed, sources=(one.source,)) for one in open_to_us]
        answers = owners.read(session, server, statements, limits, feeds) if statements else []
    except QueryFailed as error:
        if len(open_to_us) > 1:
            return [*barred, *(found for one in open_to_us for found in _read(session, server, [one], limits))]
        (part,) = open_to_us
        return [*barred, (part, refusal(session, part.sequence, (part.feed,), error, AGAINST_READING, limits))]
    ends = ([end for row in answer.rows for end in row if end is not None] for answer in answers)
    return [*barred, *zip(open_to_us, ends, strict=True)]


def _question(part: Part, server: Server) -> str:
    sequence, width = part.sequence, abs(part.sequence.increment)
    return load(
        "lint.extents",
        server.major,
        value=value_of(part.feed, ""),
        source=part.source,
        lowest=bigint(-(2**63)),
        highest=bigint(2**63 - 1),
        min=bigint(sequence.min),
        max=bigint(sequence.max),
        grids="" if width == 1 else f"GROUP BY mod(fed.value::numeric, {width})",
    )
