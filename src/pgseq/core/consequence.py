"""What becomes of an INSERT that draws a value which is stored already, in the words of every command. Pure.

A value that stands for a block of ids draws the whole block with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from pgseq.model.diagnosis import Diagnosis
from pgseq.model.sequences import Feed, Problem, Sequence, Stored


class Consequence(Struct, frozen=True, kw_only=True):
    """`one` INSERT does it, several do it (`many`), for this `reason` (to be put behind a sentence; may be empty)."""

    one: str
    many: str
    reason: str = ""


FAILS: Final = Consequence(one="fails", many="fail")
REPEATS: Final = Consequence(
    one="repeats an id", many="repeat an id", reason="; no unique index on it alone refuses that"
)


def consequence(diagnosis: Diagnosis, feeds: tuple[Feed, ...] | None = None) -> Consequence:
    """What an INSERT does when it draws the first value in the way; `feeds` are those that store it, if they are known.

    It fails only where a unique index on the very column covers every row that it could meet: with a key of several
    columns, a partial one, one for each inheritance child, or none, it stores the id a second time. A key of a
    partitioned table has the partition key, too (PostgreSQL documentation, "Table Partitioning", "Inheritance").
    """
    return FAILS if any(feed.unique for feed in feeds or nearest(diagnosis)) else REPEATS


def nearest(diagnosis: Diagnosis) -> tuple[Feed, ...]:
    """The feeds that store the first value in the way."""
    first = diagnosis.nearest
    return tuple([feed for feed, stored in _pairs(diagnosis) if isinstance(stored, Stored) and stored.nearest == first])


def furthest(diagnosis: Diagnosis) -> tuple[Feed, ...]:
    """The feeds that store the last value in the way."""
    last = diagnosis.furthest
    return tuple([feed for feed, stored in _pairs(diagnosis) if isinstance(stored, Stored) and stored.furthest == last])


def _pairs(diagnosis: Diagnosis) -> Iterable[tuple[Feed, Stored | Problem]]:
    return zip(diagnosis.sequence.feeds, diagnosis.reading.stored, strict=True)


def colliding_block(diagnosis: Diagnosis) -> str:
    """The ids that the first value in the way stands for, in words; empty where it stands for itself."""
    value, stored = diagnosis.colliding, diagnosis.nearest
    if value is None or stored is None:
        return ""
    if not any(feed.in_blocks for feed in diagnosis.sequence.feeds):
        return ""
    blocks = [_block(diagnosis.sequence, feed, value) for feed in nearest(diagnosis) if feed.in_blocks]
    return next((_ids(ids) for ids in blocks if stored in ids), "")


def unit(diagnosis: Diagnosis) -> str:
    """What is counted until the first value in the way: `insert`, or `block`, which may be of many inserts."""
    return "block" if colliding_block(diagnosis) else "insert"


def block(sequence: Sequence, feed: Feed, value: int) -> str:
    """The ids that a value stands for, in words."""
    return _ids(_block(sequence, feed, value))


def _block(sequence: Sequence, feed: Feed, value: int) -> range:
    """The ids that a value stands for, but for those on the far side of where the sequence begins."""
    first, last = (value + offset for offset in feed.offsets)
    if sequence.ascending:
        return range(max(first, sequence.min), last + 1)
    return range(first, min(last, sequence.max) + 1)


def _ids(ids: range) -> str:
    return f"the id {ids[0]}" if len(ids) == 1 else f"the ids {ids[0]} to {ids[-1]}"
