"""Diagnosis: what a reading means. Pure functions of what was read.

A sequence is out of sync when a value it will still hand out is already stored in a column that it feeds.
"""

from __future__ import annotations

from pgseq.core.obstacles import left
from pgseq.model.arithmetic import draws, further, limit, nearer, next_value, runs_short, steps
from pgseq.model.repair import Ahead, Repair
from pgseq.model.sequences import Diagnosis, Feed, Problem, Reading, Sequence, Status, Stored


def diagnose(reading: Reading) -> Diagnosis:
    """Diagnose one reading."""
    sequence = reading.sequence
    if isinstance(reading.position, Problem):
        return Diagnosis(reading=reading, status="unknown", reason=reading.position)
    following = next_value(sequence, reading.position)
    values = [stored for stored in reading.stored if isinstance(stored, Stored)]
    nearest = nearer(sequence, [stored.nearest for stored in values if stored.nearest is not None])
    furthest = further(sequence, [stored.furthest for stored in values if stored.furthest is not None])
    reason = next((stored for stored in reading.stored if isinstance(stored, Problem)), None)
    status: Status
    if following is None or not _has_room(sequence, following):
        status = "exhausted"
    elif nearest is not None:
        status = "out_of_sync"
    else:
        status = "ok" if reason is None else "unknown"
    return Diagnosis(
        reading=reading,
        status=status,
        next_value=following,
        nearest=nearest,
        furthest=furthest,
        inserts_until_collision=(
            None if following is None or nearest is None else steps(sequence, following, nearest) // draws(sequence)
        ),
        repair=None if following is None or furthest is None else _repair(reading, following, furthest),
        left=left(reading, following, nearest),
        reason=reason if status == "unknown" else None,
    )


def _has_room(sequence: Sequence, following: int) -> bool:
    """Whether the sequence has as many values as the next INSERT takes, and the columns can hold the first of them."""
    return not runs_short(sequence, following) and all(f.holds(following) for f in sequence.feeds if f.plain)


def too_narrow(diagnosis: Diagnosis) -> tuple[Feed, ...]:
    """The feeds whose column cannot hold the next value."""
    value = diagnosis.next_value
    return () if value is None else tuple(f for f in diagnosis.sequence.feeds if f.plain and not f.holds(value))


def _repair(reading: Reading, following: int, furthest: int) -> Repair:
    sequence = reading.sequence
    target = furthest + sequence.increment
    end = limit(sequence)
    return Repair(
        last_value=furthest,
        next_value=target,
        skipped=steps(sequence, following, target),
        left=max(steps(sequence, following, end) + 1, 1),
        stored=reading.ahead.stored if isinstance(reading.ahead, Ahead) else 0,
        exact=isinstance(reading.ahead, Ahead) and all(isinstance(stored, Stored) for stored in reading.stored),
        possible=(sequence.min <= target <= sequence.max and all(f.holds(target) for f in sequence.feeds if f.plain)),
    )
