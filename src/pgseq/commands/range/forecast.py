"""How long the values last that are left, by what was used in the past. Pure.

Several windows are looked at, since one burst or one quiet weekend would lead a single one astray. The rate is that of
the last seven days, the busiest of which count no more than the next busiest; the span goes from the fastest window to
the slowest. Growth is not foreseen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from collections.abc import Sequence as Items
from itertools import accumulate
from typing import Final

from pgseq.commands.range.model import DAY, HOUR, YEAR, Forecast, Stretch

#: Windows, in words and seconds; the one named first is preferred where several tell the same.
WINDOWS: Final = (("7 d", 7 * DAY), ("30 d", 30 * DAY), ("1 d", DAY), ("1 y", YEAR))
#: Part of a window that samples have to cover.
COVERED: Final = 0.9
#: Days in which a burst is looked for, and how many there have to be.
WEEK: Final = 7
FEWEST_DAYS: Final = 4
#: Part of a week's use that a burst has at least.
BURST: Final = 0.2
#: The span is not narrower than this part of the time, to either side.
NARROWEST: Final = 0.02


def forecast(values: int, past: Items[Stretch], now: float, source: str = "samples") -> Forecast | str:
    """How long so many values last; a text says why that cannot be told."""
    known = [stretch for stretch in past if stretch.used is not None and stretch.end <= now]
    if not past:
        return "no history yet"
    if not known:
        return "no forecast: it was set back between all samples"
    if sum(stretch.end - stretch.start for stretch in known) < HOUR:
        return "less than an hour of history"
    rates = dict(_rates(known, now))
    if not rates:
        return "no forecast: it was set back again and again"
    fastest, slowest = max(rates.values()), min(rates.values())
    if fastest <= 0:
        return f"not used since the first sample, {_words(now - known[0].start)}"
    window, rate = next((name, rate) for name, rate in rates.items() if rate > 0)
    used = sum(stretch.used or 0 for stretch in known)
    loose = max(NARROWEST, 1 / used**0.5)
    return Forecast(
        a_day=rate * DAY,
        window=window,
        seconds=values / rate,
        earliest=values / fastest / (1 + loose),
        latest=values / slowest * (1 + loose) if slowest > 0 else None,
        source=source,
    )


def _rates(known: Items[Stretch], now: float) -> Iterator[tuple[str, float]]:
    """Values a second, by window in words, the one to be told first."""
    use = _Use(known)
    age = now - known[0].start
    days = [
        rate for day in range(WEEK) if (rate := use.rate(now - (day + 1) * DAY, now - day * DAY, COVERED)) is not None
    ]
    whole = () if any(abs(age - window) <= (1 - COVERED) * window for _, window in WINDOWS) else ((_words(age), age),)
    rates = {
        name: rate
        for name, window in (*WINDOWS, *(whole if age < YEAR else ()))
        if age >= COVERED * window and (rate := use.rate(now - window, now)) is not None
    }
    if len(days) >= FEWEST_DAYS:
        level = _level(days)
        usual = rates.get("7 d", _mean(days))
        # One that was used on a day or two alone is used in bursts.
        if 0 < level < (1 - BURST) * usual:
            yield f"{len(days)} d without a burst", level
    yield from rates.items()


def _mean(days: Items[float]) -> float:
    """The mean rate of days."""
    return sum(days) / len(days)


def _level(days: Items[float]) -> float:
    """The mean rate of days, of which the two busiest (a burst may reach from one into the next) count no more than the
    third."""
    highest = sorted(days)[-3]
    return _mean([min(day, highest) for day in days])


class _Use:
    """How much was used, and over how much of the time samples tell, up to any time. Use is spread evenly over its
    stretch."""

    def __init__(self, known: Items[Stretch]) -> None:
        self._known = known
        self._starts = [stretch.start for stretch in known]
        self._used = [0, *accumulate(stretch.used or 0 for stretch in known)]
        self._seconds = [0.0, *accumulate(stretch.end - stretch.start for stretch in known)]

    def rate(self, start: float, end: float, covered: float = 0.0) -> float | None:
        """Values a second between two times; None where samples tell of no more than that part of it."""
        (whole_before, part_before, seconds_before), (whole, part, seconds) = self._until(start), self._until(end)
        time = seconds - seconds_before
        # Whole numbers apart: those of bigint are beyond a float's precision.
        return (whole - whole_before + (part - part_before)) / time if time > covered * (end - start) else None

    def _until(self, time: float) -> tuple[int, float, float]:
        place = bisect_right(self._starts, time) - 1
        if place < 0:
            return 0, 0.0, 0.0
        stretch = self._known[place]
        part = min(time, stretch.end) - stretch.start
        used = (stretch.used or 0) * part / (stretch.end - stretch.start)
        return self._used[place], used, self._seconds[place] + part


def _words(seconds: float) -> str:
    return f"{seconds / DAY:.0f} d" if seconds >= DAY else f"{seconds / HOUR:.0f} h"
