"""What is left of a sequence's run: from its next value to the nearest obstacle. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pgseq.core.consequence import storing
from pgseq.model.arithmetic import draws, steps
from pgseq.model.obstacles import DeclaredLimit, Left, Obstacle, ObstacleKind
from pgseq.model.sequences import Diagnosis, Position, Problem, Sequence

#: Which of several that end at the same value is named: the one that fails first.
_RANK: Final[dict[ObstacleKind, int]] = {
    "stored": 0,
    "column": 1,
    "check": 2,
    "reference": 3,
    "declared": 4,
    "sequence": 5,
}


def left(diagnosis: Diagnosis, declared: Iterable[DeclaredLimit] = ()) -> Left | None:
    """What is left; None where the position was not seen."""
    sequence, reading = diagnosis.sequence, diagnosis.reading
    if not isinstance(reading.position, Position):
        return None
    every = sorted(_obstacles(diagnosis, declared), key=lambda one: (one.values, _RANK[one.kind]))
    exact = not any(isinstance(stored, Problem) for stored in reading.stored)
    following = diagnosis.next_value
    wraps = None
    if sequence.cycle and following is not None:
        wraps = max(steps(sequence, following, sequence.bound) + 1, 0)
        # What lies beyond the bound is never reached.
        every = [obstacle for obstacle in every if obstacle.values < wraps]
        wraps = None if every else wraps
    return Left(
        obstacles=tuple(every),
        draws=draws(sequence),
        before=_before(sequence, following),
        wraps_after=wraps,
        exact=exact,
    )


def _obstacles(diagnosis: Diagnosis, declared: Iterable[DeclaredLimit]) -> Iterator[Obstacle]:
    sequence, position = diagnosis.sequence, diagnosis.reading.position
    assert isinstance(position, Position)
    following = diagnosis.next_value
    # Where nextval() would fail, the first value that it does not reach.
    origin = position.last_value + sequence.increment if following is None else following

    def obstacle(kind: ObstacleKind, last: int | None, name: str, **others: object) -> Iterator[Obstacle]:
        if last is not None:
            values = max(steps(sequence, origin, last) + 1, 0)
            yield Obstacle(kind=kind, object=name, last=last, values=values, **others)  # type: ignore[arg-type]

    if diagnosis.nearest is not None:
        holding = storing(diagnosis, diagnosis.nearest, "nearest")
        name = ", ".join(feed.label for feed in holding)
        yield from obstacle("stored", diagnosis.nearest - sequence.increment, name)
    for feed in sequence.feeds:
        if feed.plain:
            end = feed.highest if sequence.ascending else feed.lowest
            yield from obstacle("column", end, feed.label, type=feed.type)
    for limit in sequence.limits:
        end = limit.highest if sequence.ascending else limit.lowest
        kind: ObstacleKind = "check" if limit.refers_to is None else "reference"
        yield from obstacle(kind, end, limit.label, type=limit.type, limit=limit)
    for one in declared:
        yield from obstacle("declared", one.highest if sequence.ascending else one.lowest, one.reason)
    if not sequence.cycle:
        yield from obstacle("sequence", sequence.bound, sequence.sql)


def _before(sequence: Sequence, following: int | None) -> int:
    """The values before the next one, from the run's beginning: MINVALUE (MAXVALUE when descending)."""
    first = sequence.min if sequence.ascending else sequence.max
    return steps(sequence, first, sequence.bound) + 1 if following is None else steps(sequence, first, following)
