"""How many values a sequence handed out, over time: as numbers, and as a line of blocks. Pure."""

from __future__ import annotations

from collections.abc import Sequence as Items
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from pgseq.commands.range.model import DAY, Stretch

BLOCKS: Final = "▁▂▃▄▅▆▇█"
#: Parts of a chart.
WIDEST: Final = 40
#: What stands where no sample tells.
UNKNOWN: Final = "·"


class Rates(Struct, frozen=True, kw_only=True):
    """Values a day in parts of the time between two, all of one length; None where no sample tells."""

    start: float
    end: float
    parts: tuple[float | None, ...]

    @property
    def highest(self) -> float:
        return max((rate for rate in self.parts if rate is not None), default=0.0)

    @property
    def times(self) -> tuple[str, str]:
        """The first and the last time, in UTC: days, or minutes of a short while."""
        pattern = "%Y-%m-%d" if self.end - self.start >= 2 * DAY else "%Y-%m-%d %H:%M"
        first, last = (datetime.fromtimestamp(time, UTC).strftime(pattern) for time in (self.start, self.end))
        return first, last

    @property
    def top(self) -> str:
        """What the highest part is."""
        return f"up to {self.highest:,.0f} a day"


def rates(past: Items[Stretch]) -> Rates | None:
    """From the first sample to the last; None without two samples."""
    if not past:
        return None
    start, end = past[0].start, past[-1].end
    return Rates(start=start, end=end, parts=tuple(_rates(past, start, (end - start) / WIDEST)))


def chart(past: Items[Stretch]) -> str:
    """Values a day from the first sample to the last, with both times and the highest; empty without two samples."""
    use = rates(past)
    if use is None:
        return ""
    bars = "".join(UNKNOWN if rate is None else _block(rate, use.highest) for rate in use.parts)
    first, last = use.times
    return f"{first} {bars} {last}, {use.top}"


def _rates(past: Items[Stretch], start: float, width: float) -> list[float | None]:
    """Values a day in each part; None where no sample tells."""
    used, time = [0.0] * WIDEST, [0.0] * WIDEST
    for stretch in past:
        if stretch.used is None:
            continue
        first = max(int((stretch.start - start) / width), 0)
        last = min(int((stretch.end - start) / width), WIDEST - 1)
        for column in range(first, last + 1):
            low, high = start + column * width, start + (column + 1) * width
            common = min(stretch.end, high) - max(stretch.start, low)
            if common > 0:
                used[column] += stretch.used * common / (stretch.end - stretch.start)
                time[column] += common
    return [count / seconds * DAY if seconds else None for count, seconds in zip(used, time, strict=True)]


def _block(rate: float, highest: float) -> str:
    return BLOCKS[min(int(rate / highest * len(BLOCKS)), len(BLOCKS) - 1)] if highest else BLOCKS[0]
