"""What is left of a sequence's run: from its next value to the nearest obstacle. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Final

from pgseq.model.arithmetic import steps, used
from pgseq.model.obstacles import ColumnLimit, DeclaredLimit, Left, Obstacle, ObstacleKind
from pgseq.model.sequences import Position, Problem, Reading, Sequence, Stored

_VALUES: Final = attrgetter("values")


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
    # Of several that end at the same value, the one that fails first stays first.
    obstacles = sorted(_obstacles(reading, origin, nearest, declared), key=_VALUES)
    wraps = None
    if sequence.cycle and following is not None:
        wraps = max(steps(sequence, following, sequence.bound) + 1, 0)
        # What lies beyond the bound is never reached.
        obstacles = [obstacle for obstacle in obstacles if obstacle.values < wraps]
        wraps = None if obstacles else wraps
    return Left(
        obstacles=tuple(obstacles),
        draws=sequence.draws,
        before=used(sequence, following),
        wraps_after=wraps,
        exact=not any(isinstance(stored, Problem) for stored in reading.stored),
    )


def _obstacles(
    reading: Reading, origin: int, nearest: int | None, declared: Iterable[DeclaredLimit]
) -> Iterator[Obstacle]:
    """What ends the run from `origin` on, in the order in which an INSERT of one value would fail."""
    sequence = reading.sequence
    ascending, increment = sequence.ascending, sequence.increment
    for kind, name, begin, end, type, limit in _ranges(reading, nearest, declared):
        if begin is not None and (origin < begin if ascending else origin > begin):
            # The sequence stands before the first value that is taken.
            end = origin - increment
        if end is not None:
            values = max((end - origin) // increment + 1, 0)
            yield Obstacle(kind=kind, object=name, last=end, values=values, type=type, limit=limit)


#: What ends a run, its name, the first and the last value that it lets through in the sequence's direction, its type,
#: and what was declared.
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
        yield "stored", ", ".join(holding), None, nearest - sequence.increment, None, None
    ascending = sequence.ascending
    for feed in sequence.feeds:
        if feed.plain:
            first, last = feed.end(ascending=not ascending), feed.end(ascending=ascending)
            yield "column", feed.label, first, last, feed.type, None
    for limit in sorted(sequence.limits, key=_refers):
        kind: ObstacleKind = "reference" if _refers(limit) else "check"
        yield kind, limit.label, *_span(sequence, limit), limit.type, limit
    for limited in declared:
        yield "declared", limited.reason, *_span(sequence, limited), None, None
    if not sequence.cycle:
        yield "sequence", sequence.sql, None, sequence.bound, None, None


def _refers(limit: ColumnLimit) -> bool:
    return limit.refers_to is not None


def _span(sequence: Sequence, limit: ColumnLimit | DeclaredLimit) -> tuple[int | None, int | None]:
    """The first and the last value that a limit lets through, in the sequence's direction."""
    return (limit.lowest, limit.highest) if sequence.ascending else (limit.highest, limit.lowest)
