"""What a sequence handed out in the last day, week, month and year, told by a time column of a table that it feeds.

Rows that were never stored, rolled back or deleted count as used, and so does a jump: the keys are all that is looked
at. Where later keys have earlier times, as after an import, nothing is told. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence as Items
from itertools import pairwise
from typing import Final

from msgspec import Struct

from pgseq.commands.range.model import DAY, HOUR, YEAR, Stretch
from pgseq.model.sequences import Feed, Sequence

#: Seconds before now at which the key is looked for.
WINDOWS: Final = (DAY, 7 * DAY, 30 * DAY, YEAR)
#: Seconds that a row may be older than one with a lower key: transactions that take long.
LATE: Final = HOUR


class ClockColumn(Struct, frozen=True, kw_only=True):
    """A row of clock_columns.sql: a column that tells when a row was inserted."""

    relid: int
    column: str
    column_sql: str
    #: Its times mean the same whatever the session's time zone; and are of type timestamptz.
    absolute: bool
    zoned: bool

    @property
    def expression(self) -> str:
        """The column as a time with time zone."""
        if self.zoned or not self.absolute:
            return f"{self.column_sql}::timestamptz"
        return f"timezone('UTC', {self.column_sql})"


class ClockRow(Struct, frozen=True, kw_only=True):
    """A row of clock.sql."""

    back: float
    low: int
    high: int
    step: int
    key: int | None
    time: float | None


def clock_feed(sequence: Sequence, clocks: dict[int, ClockColumn]) -> tuple[Feed, ClockColumn] | None:
    """The column whose key is bisected, and its table's time column; None: there is none, or no index serves."""
    for feed in sequence.feeds:
        served = feed.unreadable is None and feed.scan_bytes == 0 and len(feed.sources) == 1 and not feed.parts
        if feed.relid in clocks and served and feed.plain and feed.kind == "integer" and not feed.is_view:
            return feed, clocks[feed.relid]
    return None


def past(sequence: Sequence, last: int, looks: Items[ClockRow], now: float) -> tuple[Stretch, ...] | str:
    """What was handed out up to `last`; a text says why that cannot be told."""
    onward = 1 if sequence.ascending else -1
    rows = sorted(
        ((one.key, one.time) for one in looks if one.key is not None and one.time is not None),
        key=lambda pair: (pair[0] * onward, pair[1]),
    )
    if not rows:
        return "no rows to tell how fast it is used"
    latest = rows[0][1]
    for key, time in rows:
        if time < latest - LATE or time > now + DAY:
            return f"no forecast: times are out of order, as after an import (row {key})"
        latest = max(latest, time)
    highest = {one.back: one.high for one in sorted(looks, key=lambda one: one.step)}
    oldest_key, oldest = rows[0]
    marks = [(oldest, oldest_key)]
    marks += [(now - back, key) for back, key in sorted(highest.items(), reverse=True) if now - back > oldest]
    marks.append((now, last + sequence.increment))
    return tuple(
        Stretch(start=start, end=end, used=max((after - before) // sequence.increment, 0), counted=False)
        for (start, before), (end, after) in pairwise(marks)
        if end > start
    )
