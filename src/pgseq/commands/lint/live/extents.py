"""The range of values stored in each fed column. Reads only.

A file may set a sequence back, so values behind its position count as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.sequences import Feed, Problem, Sequence
from pgseq.model.server import Server
from pgseq.pg.database import Database
from pgseq.pg.pool import SessionPool
from pgseq.pg.read import budget, packed
from pgseq.pg.refusal import AGAINST_READING, refusal
from pgseq.pg.session import Session
from pgseq.sql import load
from pgseq.sql.compare import value_of
from pgseq.sql.literals import bigint


class FeedPart(Struct, frozen=True, kw_only=True):
    """The rows of a fed column in one FROM item, and how many locks reading them takes."""

    sequence: Sequence
    feed: Feed
    source: str
    locks: int


#: A part with its least and greatest ids in turn, or why they cannot be read.
Extent = tuple[FeedPart, list[int] | Problem]


def extents(pool: SessionPool, server: Server, sequences: Iterable[Sequence], limits: Limits) -> Iterator[Extent]:
    """The extent of each part of each plain feed, in any order. Raises ConnectionFailed."""

    def work(session: Session, batch: list[FeedPart]) -> list[Extent]:
        return _read(Database(session=session, server=server, limits=limits), batch)

    parts = (part for sequence in sequences for feed in sequence.feeds if feed.plain for part in _parts(sequence, feed))
    for batch in pool.map(work, packed(parts, lambda part: part.locks, budget(server, pool.jobs))):
        yield from batch


def _parts(sequence: Sequence, feed: Feed) -> Iterator[FeedPart]:
    share = -(-feed.locks // max(len(feed.sources), 1))
    for source, locks in feed.parts or ((source, share) for source in feed.sources):
        yield FeedPart(sequence=sequence, feed=feed, source=source, locks=locks)


def _read(database: Database, batch: list[FeedPart]) -> list[Extent]:
    readable = [part for part in batch if part.feed.unreadable is None]
    unreadable: list[Extent] = [(part, part.feed.unreadable) for part in batch if part.feed.unreadable is not None]
    try:
        statements = [_query(part, database.server) for part in readable]
        feeds = [replace(part.feed, sources=(part.source,)) for part in readable]
        answers = database.read(statements, feeds) if statements else []
    except QueryFailed as error:
        if len(readable) > 1:
            return [*unreadable, *(extent for part in readable for extent in _read(database, [part]))]
        (part,) = readable
        session, limits = database.session, database.limits
        return [*unreadable, (part, refusal(session, part.sequence, (part.feed,), error, AGAINST_READING, limits))]
    ends = ([end for row in answer.rows for end in row if end is not None] for answer in answers)
    return [*unreadable, *zip(readable, ends, strict=True)]


def _query(part: FeedPart, server: Server) -> str:
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
