"""Diagnosis: what a reading means. Pure functions of what was read.

A sequence is out of sync when a value it will still hand out is already stored in a column that it feeds.
"""

from __future__ import annotations

from pgseq.model.arithmetic import drawings, next_value, runs_short, steps
from pgseq.model.diagnosis import Diagnosis, Status
from pgseq.model.repair import Ahead, Repair
from pgseq.model.sequences import Feed, Problem, Reading, Sequence, Stored


def diagnose(reading: Reading) -> Diagnosis:
    """Diagnose one reading."""
    sequence = reading.sequence
    if isinstance(reading.position, Problem):
        return Diagnosis(reading=reading, status="unknown", reason=reading.position)
    following = next_value(sequence, reading.position)
    nearest, colliding, furthest, last = _ahead(reading, following)
    problems = [stored for stored in reading.stored if isinstance(stored, Problem)]
    status: Status
    if following is None or not _has_room(sequence, following):
        status = "exhausted"
    elif last is not None:
        status = "out_of_sync"
    else:
        status = "unknown" if problems else "ok"
    return Diagnosis(
        reading=reading,
        status=status,
        next_value=following,
        nearest=nearest,
        furthest=furthest,
        colliding=colliding,
        inserts_until_collision=(
            None if following is None or colliding is None else steps(sequence, following, colliding) // sequence.draws
        ),
        repair=None if following is None or last is None else _repair(reading, following, last),
        reason=problems[0] if status == "unknown" else None,
    )


def _ahead(reading: Reading, following: int | None) -> tuple[int | None, int | None, int | None, int | None]:
    """The first stored id in the way and the value that stands for it, and the same for the last one."""
    sequence = reading.sequence
    first: list[tuple[int, int]] = []
    last: list[tuple[int, int]] = []
    for feed, stored in zip(sequence.feeds, reading.stored, strict=True):
        if following is None or isinstance(stored, Problem) or stored.furthest is None:
            continue
        last.append((drawings(sequence, feed, following, stored.furthest)[1], stored.furthest))
        if stored.nearest is not None:
            first.append((drawings(sequence, feed, following, stored.nearest)[0], stored.nearest))
    if not last:
        return None, None, None, None
    value, furthest = max(last) if sequence.ascending else min(last)
    if len(first) < len(last):
        # Of one column it was not asked for, which may hold the first of all.
        return None, None, furthest, value
    colliding, nearest = min(first) if sequence.ascending else max(first)
    return nearest, colliding, furthest, value


def _has_room(sequence: Sequence, following: int) -> bool:
    """Whether the sequence has as many values as the next INSERT takes, and the columns can hold the first of them."""
    return not runs_short(sequence, following) and _is_held(sequence, following)


def _is_held(sequence: Sequence, value: int) -> bool:
    # Most feed one column, and a generator costs more than asking it.
    return all(feed.holds(value) for feed in sequence.feeds if feed.plain)


def too_narrow(diagnosis: Diagnosis) -> tuple[Feed, ...]:
    """The feeds whose column cannot hold the next value."""
    value = diagnosis.next_value
    return () if value is None else tuple(f for f in diagnosis.sequence.feeds if f.plain and not f.holds(value))


def _repair(reading: Reading, following: int, last: int) -> Repair:
    sequence = reading.sequence
    target = last + sequence.increment
    end = sequence.end
    return Repair(
        last_value=last,
        next_value=target,
        skipped=steps(sequence, following, target),
        left=max(steps(sequence, following, end) + 1, 1),
        stored=reading.ahead.stored if isinstance(reading.ahead, Ahead) else 0,
        exact=isinstance(reading.ahead, Ahead) and all(isinstance(stored, Stored) for stored in reading.stored),
        possible=sequence.min <= target <= sequence.max and _is_held(sequence, target),
    )
