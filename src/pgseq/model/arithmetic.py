"""The values that a sequence will still hand out: plain arithmetic.

Rules: PostgreSQL documentation, CREATE SEQUENCE; nextval_internal() in src/backend/commands/sequence.c.
"""

from __future__ import annotations

from functools import cache

from pgseq.model.sequences import Feed, Kind, Position, Sequence

INTEGER_BITS = {"smallint": 16, "integer": 32, "bigint": 64}
TEXT_TYPES = frozenset({"text", "character varying", "character", "name"})
#: A varchar(n) narrower than this many digits can be too narrow for a bigint.
BIGINT_DIGITS = 19


def next_value(sequence: Sequence, position: Position) -> int | None:
    """What nextval() returns next; None when it would raise 2200H (limit reached, no CYCLE)."""
    if not position.is_called:
        return position.last_value
    value = position.last_value + sequence.increment
    if sequence.min <= value <= sequence.max:
        return value
    if not sequence.cycle:
        return None
    return sequence.min if sequence.ascending else sequence.max


def nearer(sequence: Sequence, values: list[int]) -> int | None:
    """The one of `values` that the sequence reaches first."""
    return (min(values) if sequence.ascending else max(values)) if values else None


def further(sequence: Sequence, values: list[int]) -> int | None:
    """The one of `values` that the sequence reaches last."""
    return (max(values) if sequence.ascending else min(values)) if values else None


def end_of(sequence: Sequence, feed: Feed) -> int:
    """The last value in the sequence's direction that lies in its range and fits the type of a feed, if that is plain,
    with all the ids that it stands for."""
    end = feed.end(ascending=sequence.ascending) if feed.plain else None
    if end is None:
        return sequence.bound
    return min(sequence.bound, end) if sequence.ascending else max(sequence.bound, end)


def steps(sequence: Sequence, start: int, end: int) -> int:
    """How many times the sequence goes on from `start` to reach `end` (both on its grid), or the last value before."""
    return (end - start) // sequence.increment


def forward(sequence: Sequence, feed: Feed) -> tuple[int, int]:
    """The first and the last id that a value stands for, less that value, in the sequence's direction."""
    first, last = feed.offsets
    return (first, last) if sequence.ascending else (-last, -first)


def drawings(sequence: Sequence, feed: Feed, following: int, stored: int) -> tuple[int, int]:
    """The first and the last value, from the next value `following` on, that stand for the id `stored`; one of them
    does."""
    if feed.block is None or not feed.in_blocks:
        return stored, stored
    behind, ahead = forward(sequence, feed)
    width = abs(sequence.increment)
    distance = (stored - following) if sequence.ascending else (following - stored)
    first = max(-((ahead - distance) // width), 0)
    last = min((distance - behind) // width, steps(sequence, following, end_of(sequence, feed)))
    return following + first * sequence.increment, following + last * sequence.increment


def steps_to(sequence: Sequence, offsets: tuple[int, int], last_value: int, stored: int) -> int | None:
    """How many steps from `last_value` to the first value that stands for the id `stored`; negative: behind it. None:
    no value of the grid does. `offsets` are the first and the last id that a value stands for, less that value."""
    first, last = offsets if sequence.ascending else (-offsets[1], -offsets[0])
    width = abs(sequence.increment)
    distance = (stored - last_value) if sequence.ascending else (last_value - stored)
    nearest = -((last - distance) // width)
    return nearest if nearest * width + first <= distance else None


def used(sequence: Sequence, following: int | None) -> int:
    """The values before the next one, from the run's beginning: MINVALUE (MAXVALUE when descending)."""
    first = sequence.min if sequence.ascending else sequence.max
    return steps(sequence, first, sequence.bound) + 1 if following is None else steps(sequence, first, following)


def runs_short(sequence: Sequence, following: int) -> bool:
    """Whether fewer values are left, from `following` on, than one INSERT takes."""
    return not sequence.cycle and steps(sequence, following, sequence.bound) + 1 < sequence.draws


@cache
def type_range(base: str, typmod: int) -> tuple[Kind, int | None, int | None]:
    """How values of a column type compare with a sequence's, and the least and greatest integer that it holds.

    `base` is the base type's name without modifier, `typmod` pg_attribute.atttypmod or the domain's. A numeric with a
    negative scale rounds, so its values are not the sequence's own: `other`.
    Source: numeric_typmod_precision() in src/backend/utils/adt/numeric.c.
    """
    if bits := INTEGER_BITS.get(base):
        return "integer", -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    if base == "numeric":
        if typmod < 0:
            return "numeric", None, None
        precision, scale = ((typmod - 4) >> 16) & 0xFFFF, (((typmod - 4) & 0x7FF) ^ 1024) - 1024
        if scale < 0:
            return "other", None, None
        top = 10 ** max(precision - scale, 0) - 1
        return "numeric", -top, top
    if base in TEXT_TYPES:
        width = typmod - 4 if typmod >= 0 else 63 if base == "name" else BIGINT_DIGITS + 1
        if width > BIGINT_DIGITS:
            return "text", None, None
        return "text", -(10 ** (width - 1)) + 1, 10**width - 1
    return "other", None, None
