"""What statements did: which ids they stored, where they moved a sequence, what they made it feed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from pgseq.commands.lint.parse.pieces import Place

#: How an id was stored, or a sequence moved; `define`: by the options of a sequence or the columns that draw from it;
#: `found`: the live database held it before.
How = Literal["insert", "overriding", "copy", "update", "drawn", "setval", "restart", "define", "found"]


class Event(Struct, frozen=True, kw_only=True):
    """A statement that stored ids, moved a sequence or changed what it feeds."""

    how: How
    place: Place
    #: Why its text does not show the ids or the new position; empty: it does.
    hidden: str = ""


class Span(Struct, frozen=True):
    """The least and the greatest of some ids, each with the statement that stored it."""

    low: int
    low_by: Event
    high: int
    high_by: Event

    def with_(self, low: int, high: int, event: Event) -> Span:
        """The same with more ids from `low` to `high`."""
        if low >= self.low and high <= self.high:
            return self
        lower = (low, event) if low < self.low else (self.low, self.low_by)
        upper = (high, event) if high > self.high else (self.high, self.high_by)
        return Span(*lower, *upper)


class Collision(Struct, frozen=True, kw_only=True):
    """A statement that draws a value already stored."""

    value: int
    drawn_by: Event
    stored_by: Event
    #: The statements that had last moved the sequence, changed its options, and made it feed the column.
    last_changes: tuple[Event, ...]


def extremes(values: Sequence[int]) -> tuple[int, int]:
    """The least and the greatest."""
    ends = (values[0], values[-1]) if isinstance(values, range) else values
    return min(ends), max(ends)


def within(values: Sequence[int], least: int, greatest: int) -> Sequence[int]:
    """The values from `least` to `greatest`."""
    if not isinstance(values, range):
        return [value for value in values if least <= value <= greatest]
    rising = values if values.step > 0 else values[::-1]
    first = max(-(-(least - rising.start) // rising.step), 0)
    return rising[first : max((greatest - rising.start) // rising.step + 1, first)]
