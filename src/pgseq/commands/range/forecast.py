"""How long the values last that are left, by what was used in the past. Pure.

Several windows are looked at, since one burst or one quiet weekend would lead a single one astray: the rate is that in
the middle of them, the span goes from the fastest to the slowest. Growth is not foreseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Items
from statistics import median, median_low
from typing import Final

from pgseq.commands.range.model import DAY, HOUR, YEAR, Forecast, Stretch

#: Windows, in words and seconds; the one named first is preferred where several tell the same.
WINDOWS: Final = (("7 d", 7 * DAY), ("30 d", 30 * DAY), ("1 d", DAY), ("1 y", YEAR))
#: Part of a window that samples have to cover.
COVERED: Final = 0.9
#: Days of which the middle one is looked at, and how many there have to be.
DAYS: Final = 28
FEWEST_DAYS: Final = 4
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
    middle = median_low(rates.values())
    window = next(name for name, rate in rates.items() if rate == middle)
    fastest, slowest = max(rates.values()), min(rates.values())
    if middle <= 0:
        return (
            f"not used for {window}"
            if fastest > 0
            else f"not used since the first sample, {_words(now - known[0].start)}"
        )
    used = sum(stretch.used or 0 for stretch in known)
    loose = max(NARROWEST, 1 / used**0.5)
    return Forecast(
        a_day=middle * DAY,
        window=window,
        seconds=values / middle,
        earliest=values / fastest / (1 + loose),
        latest=values / slowest * (1 + loose) if slowest > 0 else None,
        source=source,
    )


def _rates(known: Items[Stretch], now: float) -> Iterator[tuple[str, float]]:
    """Values a second, by window in words."""
    age = now - known[0].start
    names = [name for name, _ in WINDOWS]
    for name, window in WINDOWS:
        if age >= COVERED * window and (rate := _rate(known, now - window, now)) is not None:
            yield name, rate
    if not any(abs(age - window) <= (1 - COVERED) * window for _, window in WINDOWS) and age < YEAR:
        rate = _rate(known, now - age, now)
        if rate is not None and _words(age) not in names:
            yield _words(age), rate
    days = [rate for day in range(DAYS) if (rate := _day(known, now - day * DAY)) is not None]
    if len(days) >= FEWEST_DAYS:
        yield f"the middle one of {len(days)} days", median(days)


def _day(known: Items[Stretch], end: float) -> float | None:
    return _rate(known, end - DAY, end, covered=COVERED)


def _rate(known: Items[Stretch], start: float, end: float, covered: float = 0.0) -> float | None:
    """Values a second between two times; None where no samples tell. Use is spread evenly over its stretch."""
    used = time = 0.0
    for stretch in known:
        common = min(stretch.end, end) - max(stretch.start, start)
        if common > 0:
            time += common
            used += (stretch.used or 0) * common / (stretch.end - stretch.start)
    return used / time if time > covered * (end - start) else None


def _words(seconds: float) -> str:
    return f"{seconds / DAY:.0f} d" if seconds >= DAY else f"{seconds / HOUR:.0f} h"
