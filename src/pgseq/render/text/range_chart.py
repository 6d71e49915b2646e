"""How many values a sequence handed out, over time: a line of blocks. Pure."""

from __future__ import annotations

from collections.abc import Sequence as Items
from datetime import UTC, datetime
from typing import Final

from pgseq.commands.range.model import DAY, Stretch

BLOCKS: Final = "▁▂▃▄▅▆▇█"
#: Columns of a chart, at most.
WIDEST: Final = 40
#: What stands where no sample tells.
UNKNOWN: Final = "·"


def chart(past: Items[Stretch]) -> str:
    """Values a day from the first sample to the last, with both times and the highest; empty without two samples."""
    if not past:
        return ""
    start, end = past[0].start, past[-1].end
    rates = _rates(past, start, (end - start) / WIDEST)
    highest = max((rate for rate in rates if rate is not None), default=0.0)
    bars = "".join(UNKNOWN if rate is None else _block(rate, highest) for rate in rates)
    pattern = "%Y-%m-%d" if end - start >= 2 * DAY else "%Y-%m-%d %H:%M"
    first, last = (datetime.fromtimestamp(time, UTC).strftime(pattern) for time in (start, end))
    return f"{first} {bars} {last}, up to {highest:,.0f} a day"


def _rates(past: Items[Stretch], start: float, width: float) -> list[float | None]:
    """Values a day in each column; None where no sample tells."""
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
