"""Diagnosis: what a reading means. Pure functions of what was read.

A sequence is out of sync when a value it will still hand out is already stored in a column that it feeds.
"""

from __future__ import annotations

from pgseq.model.arithmetic import drawings, draws, further, limit, next_value, runs_short, steps
from pgseq.model.sequences import Diagnosis, Feed, Problem, Reading, Repair, Sequence, Status


def diagnose(reading: Reading) -> Diagnosis:
    """Diagnose one reading."""
    sequence = reading.sequence
    if isinstance(reading.position, Problem):
        return Diagnosis(reading=reading, status="unknown", reason=reading.position)
    following = next_value(sequence, reading.position)
    nearest, colliding, furthest, last = _ahead(reading, following)
    reason = next((stored for stored in reading.stored if isinstance(stored, Problem)), None)
    status: Status
    if following is None or not _has_room(sequence, following):
        status = "exhausted"
    elif colliding is not None:
        status = "out_of_sync"
    else:
        status = "ok" if reason is None else "unknown"
    return Diagnosis(
        reading=reading,
        status=status,
        next_value=following,
        nearest=nearest,
        furthest=furthest,
        colliding=colliding,
        inserts_until_collision=(
            None if following is None or colliding is None else steps(sequence, following, colliding) // draws(sequence)
        ),
        repair=None if following is None or last is None else _repair(sequence, following, last),
        reason=reason if status == "unknown" else None,
    )


def _ahead(reading: Reading, following: int | None) -> tuple[int | None, int | None, int | None, int | None]:
    """The first stored id in the way and the value that stands for it, the last stored id in the way, and the last
    value that stands for a stored id."""
    sequence = reading.sequence
    first: list[tuple[int, int]] = []
    furthest: list[int] = []
    last: list[int] = []
    for feed, stored in zip(sequence.feeds, reading.stored, strict=True):
        if following is None or isinstance(stored, Problem) or stored.nearest is None or stored.furthest is None:
            continue
        first.append((drawings(sequence, feed, following, stored.nearest)[0], stored.nearest))
        furthest.append(stored.furthest)
        last.append(drawings(sequence, feed, following, stored.furthest)[1])
    colliding, nearest = (min(first) if sequence.ascending else max(first)) if first else (None, None)
    return nearest, colliding, further(sequence, furthest), further(sequence, last)


def _has_room(sequence: Sequence, following: int) -> bool:
    """Whether the sequence has as many values as the next INSERT takes, and the columns can hold the first of them."""
    return not runs_short(sequence, following) and all(f.holds(following) for f in sequence.feeds if f.plain)


def too_narrow(diagnosis: Diagnosis) -> tuple[Feed, ...]:
    """The feeds whose column cannot hold the next value."""
    value = diagnosis.next_value
    return () if value is None else tuple(f for f in diagnosis.sequence.feeds if f.plain and not f.holds(value))


def _repair(sequence: Sequence, following: int, last: int) -> Repair:
    target = last + sequence.increment
    end = limit(sequence)
    return Repair(
        last_value=last,
        next_value=target,
        skipped=steps(sequence, following, target),
        left=max(steps(sequence, following, end) + 1, 1),
        possible=(sequence.min <= target <= sequence.max and all(f.holds(target) for f in sequence.feeds if f.plain)),
    )
