"""What is left of a sequence's run: from its next value to the nearest obstacle. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from pgseq.model.arithmetic import steps
from pgseq.model.obstacles import ColumnLimit, DeclaredLimit, Left, Obstacle, ObstacleKind
from pgseq.model.sequences import Position, Problem, Reading, Sequence, Stored

#: Which of several that end at the same value is named: the one that fails first.
_RANK: Final[dict[ObstacleKind, int]] = {
    "stored": 0,
    "column": 1,
    "check": 2,
    "reference": 3,
    "declared": 4,
    "sequence": 5,
}


def left(
    reading: Reading, following: int | None, nearest: int | None, declared: Iterable[DeclaredLimit] = ()
) -> Left | None:
    """What is left from the next value on (`following`; None: nextval() would fail) to the first stored value ahead
    (`nearest`) or another obstacle; None where the position was not seen."""
    sequence, position = reading.sequence, reading.position
    if not isinstance(position, Position):
        return None
    # Where nextval() would fail: the first value that it does not reach.
    origin = position.last_value + sequence.increment if following is None else following
    every = sorted(_obstacles(reading, origin, nearest, declared), key=lambda one: (one.values, _RANK[one.kind]))
    wraps = None
    if sequence.cycle and following is not None:
        wraps = max(steps(sequence, following, sequence.bound) + 1, 0)
        # What lies beyond the bound is never reached.
        every = [obstacle for obstacle in every if obstacle.values < wraps]
        wraps = None if every else wraps
    return Left(
        obstacles=tuple(every),
        draws=sequence.draws,
        before=_before(sequence, following),
        wraps_after=wraps,
        exact=not any(isinstance(stored, Problem) for stored in reading.stored),
    )


def _obstacles(
    reading: Reading, origin: int, nearest: int | None, declared: Iterable[DeclaredLimit]
) -> Iterator[Obstacle]:
    sequence = reading.sequence
    make = partial(_obstacle, sequence, origin)
    if nearest is not None:
        pairs = zip(sequence.feeds, reading.stored, strict=True)
        # By blocks, the value in the way is the one that stands for the stored id.
        holding = (
            feed.label
            for feed, stored in pairs
            if isinstance(stored, Stored) and stored.nearest == (stored.nearest if feed.in_blocks else nearest)
        )
        last = nearest - sequence.increment
        yield from make("stored", ", ".join(holding), last, last)
    for feed in sequence.feeds:
        if feed.plain:
            first, last = feed.offsets
            lowest = None if feed.lowest is None else feed.lowest - first
            highest = None if feed.highest is None else feed.highest - last
            yield from make("column", feed.label, lowest, highest, type=feed.type)
    for limit in sequence.limits:
        kind: ObstacleKind = "check" if limit.refers_to is None else "reference"
        yield from make(kind, limit.label, limit.lowest, limit.highest, type=limit.type, limit=limit)
    for one in declared:
        yield from make("declared", one.reason, one.lowest, one.highest)
    if not sequence.cycle:
        yield from make("sequence", sequence.sql, sequence.bound, sequence.bound)


def _obstacle(
    sequence: Sequence,
    origin: int,
    kind: ObstacleKind,
    name: str,
    lowest: int | None,
    highest: int | None,
    type: str | None = None,
    limit: ColumnLimit | None = None,
) -> Iterator[Obstacle]:
    """What ends the run at the last value that lies between both; none where there is no end in its direction."""
    begin, end = (lowest, highest) if sequence.ascending else (highest, lowest)
    if begin is not None and begin != end and steps(sequence, begin, origin) < 0:
        # The sequence stands before the first value that is taken.
        end = origin - sequence.increment
    if end is not None:
        values = max(steps(sequence, origin, end) + 1, 0)
        yield Obstacle(kind=kind, object=name, last=end, values=values, type=type, limit=limit)


def _before(sequence: Sequence, following: int | None) -> int:
    """The values before the next one, from the run's beginning: MINVALUE (MAXVALUE when descending)."""
    first = sequence.min if sequence.ascending else sequence.max
    return steps(sequence, first, sequence.bound) + 1 if following is None else steps(sequence, first, following)
