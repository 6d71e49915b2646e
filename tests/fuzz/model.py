"""The one definition, spelled in Python: a sequence's values are a `range`, and what is stored is looked for in it.

Rows and positions are read here, one by one; nothing here knows pgseq.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from psycopg import Connection

from tests.fuzz.situations import Feed, Kind, Schema, Sequence

Rows = Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a sequence will do."""

    position: tuple[int, bool]
    status: str
    next_value: int | None
    #: The values that it hands out up to its bound.
    run: range
    #: How many of them go into every column that it feeds.
    room: int
    #: How many a row of defaults takes: as many as columns of its table draw.
    takes: int
    #: The stored ones among them, in its order.
    ahead: tuple[int, ...]

    @property
    def until(self) -> int | None:
        return self.run.index(self.ahead[0]) if self.ahead else None

    @property
    def inserts(self) -> int | None:
        """How many rows of defaults go in before one that takes a stored value."""
        return None if self.until is None else self.until // self.takes

    @property
    def furthest(self) -> int | None:
        return self.ahead[-1] if self.ahead else None

    @property
    def stretches(self) -> dict[int, int]:
        """Where the free stretches of the run begin (counted from the next value) and how many values they have."""
        taken = [-1, *(self.run.index(value) for value in self.ahead), self.room]
        return {left + 1: right - left - 1 for left, right in pairwise(taken)}


def judge(connection: Rows, schema: Schema, sequence: Sequence) -> Judged:
    """Look at a sequence and all columns that it feeds."""
    feeds = [feed for feed in schema.feeds if feed.sequence is sequence]
    name = schema.qualified(sequence.name)
    last_value, is_called = connection.execute(f"SELECT last_value, is_called FROM {name}".encode()).fetchall()[0]
    following = next_value(sequence, last_value, is_called)
    run = (
        range(0)
        if following is None
        else range(following, sequence.max + 1 if sequence.increment > 0 else sequence.min - 1, sequence.increment)
    )
    stored = {value for feed in feeds for value in read(connection, feed) if value in _into(run, feed)}
    ahead = tuple(sorted(stored, key=run.index))
    room = min([length(run), *(length(_into(run, feed)) if feed.holds(run.start) else 0 for feed in feeds)])
    rows = [feed.row for feed in feeds if feed.row]
    takes = max(map(rows.count, rows), default=1)
    full = room == 0 or (length(run) < takes and not sequence.cycle)
    return Judged(
        position=(last_value, is_called),
        status="exhausted" if full else "out_of_sync" if ahead else "ok",
        next_value=following,
        run=run,
        room=room,
        takes=takes,
        ahead=ahead,
    )


def next_value(sequence: Sequence, last_value: int, is_called: bool) -> int | None:
    """What nextval() gives; None when it fails."""
    if not is_called:
        return last_value
    value = last_value + sequence.increment
    if sequence.min <= value <= sequence.max:
        return value
    if not sequence.cycle:
        return None
    return sequence.min if sequence.increment > 0 else sequence.max


def length(run: range) -> int:
    """len(), for ranges that are longer than a machine's word."""
    return max((run.stop - run.start - (1 if run.step > 0 else -1)) // run.step + 1, 0)


def _into(run: range, feed: Feed) -> range:
    """The part of the run that ends where a column takes no more."""
    limits = [feed.type, *([feed.cast] if feed.cast else [])]
    if run.step > 0:
        return range(run.start, min(run.stop, *(one.highest + 1 for one in limits)), run.step)
    return range(run.start, max(run.stop, *(one.lowest - 1 for one in limits)), run.step)


def read(connection: Rows, feed: Feed) -> set[int]:
    """The integers stored in a fed column; of text those that nextval() would have stored so."""
    texts = [text for (text,) in connection.execute(feed.stored.encode()) if text is not None]
    return set(integers(texts, feed.type.kind))


def integers(texts: Iterable[str], kind: Kind) -> Iterable[int]:
    """The integers among the values of a column."""
    for text in texts:
        if kind == "text":
            if text.isascii() and text.removeprefix("-").isdigit() and str(int(text)) == text:
                yield int(text)
            continue
        number = Decimal(text)
        if number.is_finite() and number == number.to_integral_value():
            yield int(number)


def repaired(judged: Judged, cache: int, *, max_jump: float, into_gap: bool) -> int:
    """How many values a fix goes forward; 0 where it must or may change nothing."""
    if judged.status != "out_of_sync":
        return 0
    taken = [judged.run.index(value) for value in judged.ahead]
    free_left = judged.room - sum(place < judged.room for place in taken)
    bar = Fraction(str(max_jump)) * free_left
    way = taken[-1] + 1
    if way < judged.room and way - len(taken) <= bar:
        return way
    if not into_gap:
        return 0
    # The free stretches in front of a stored value, with what is given up on the way to each.
    stretches = [
        (min(right, judged.room) - left - 1, left + 1)
        for before, (left, right) in enumerate(pairwise([-1, *taken]))
        if left + 1 - before <= bar
    ]
    wide = [(width, start) for width, start in stretches if width >= (cache if start else 1)]
    # The widest, and of equal ones the first.
    return max(wide, key=lambda stretch: (stretch[0], -stretch[1]), default=(0, 0))[1]


def landed(judged: Judged, way: int, cache: int) -> range:
    """Where a way may end: with CACHE a session takes whole blocks, though no farther than the values are free."""
    return range(way, way + min(cache, judged.stretches[way]))
