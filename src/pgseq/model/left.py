"""What is left of a sequence's run: from its next value to the nearest obstacle. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pgseq.model.arithmetic import steps, used
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
    every = [
        Obstacle(
            kind=kind, object=name, last=end, values=max(steps(sequence, origin, end) + 1, 0), type=type, limit=limit
        )
        for kind, name, lowest, highest, type, limit in _ranges(reading, nearest, declared)
        if (end := _end(sequence, origin, lowest, highest)) is not None
    ]
    every.sort(key=_soonest)
    wraps = None
    if sequence.cycle and following is not None:
        wraps = max(steps(sequence, following, sequence.bound) + 1, 0)
        # What lies beyond the bound is never reached.
        every = [obstacle for obstacle in every if obstacle.values < wraps]
        wraps = None if every else wraps
    return Left(
        obstacles=tuple(every),
        draws=sequence.draws,
        before=used(sequence, following),
        wraps_after=wraps,
        exact=not any(isinstance(stored, Problem) for stored in reading.stored),
    )


def _soonest(obstacle: Obstacle) -> tuple[int, int]:
    return obstacle.values, _RANK[obstacle.kind]


#: What ends a run, its name, the first and the last value that it lets through, its type, and what was declared.
_Range = tuple[ObstacleKind, str, int | None, int | None, str | None, ColumnLimit | None]


def _ranges(reading: Reading, nearest: int | None, declared: Iterable[DeclaredLimit]) -> Iterator[_Range]:
    sequence = reading.sequence
    if nearest is not None:
        pairs = zip(sequence.feeds, reading.stored, strict=True)
        # By blocks, the value in the way is the one that stands for the stored id.
        holding = [
            feed.label
            for feed, stored in pairs
            if isinstance(stored, Stored) and stored.nearest == (stored.nearest if feed.in_blocks else nearest)
        ]
        last = nearest - sequence.increment
        yield "stored", ", ".join(holding), *_up_to(sequence, last), None, None
    for feed in sequence.feeds:
        if feed.plain:
            yield "column", feed.label, feed.end(ascending=False), feed.end(ascending=True), feed.type, None
    for limit in sequence.limits:
        kind: ObstacleKind = "check" if limit.refers_to is None else "reference"
        yield kind, limit.label, limit.lowest, limit.highest, limit.type, limit
    for limited in declared:
        yield "declared", limited.reason, limited.lowest, limited.highest, None, None
    if not sequence.cycle:
        yield "sequence", sequence.sql, *_up_to(sequence, sequence.bound), None, None


def _up_to(sequence: Sequence, last: int) -> tuple[int | None, int | None]:
    """What lets everything through up to `last`, in the sequence's direction."""
    return (None, last) if sequence.ascending else (last, None)


def _end(sequence: Sequence, origin: int, lowest: int | None, highest: int | None) -> int | None:
    """The last value that lies between both; None where there is no end in the sequence's direction."""
    begin, end = (lowest, highest) if sequence.ascending else (highest, lowest)
    if begin is not None and steps(sequence, begin, origin) < 0:
        # The sequence stands before the first value that is taken.
        return origin - sequence.increment
    return end
