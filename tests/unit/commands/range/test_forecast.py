"""Forecasts on recorded histories with known rates: the true end lies in the span that is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgseq.commands.range.forecast import forecast
from pgseq.commands.range.model import DAY, HOUR, Forecast, Sample, Stretch
from pgseq.commands.range.use import history, stretches
from tests.unit.factory import sequence

NOW: Final = 20_000 * DAY
LEFT: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A history of `days`, sampled every `hours`, in which `used` says how many values went in an hour of it."""

    used: Callable[[int], int]
    days: int = 40
    hours: int = 1
    #: setval() by so many values, at the hour.
    jumps: dict[int, int] | None = None

    def stretches(self) -> tuple[Stretch, ...]:
        of = sequence(max=2**63 - 1, data_type="bigint")
        total, samples = self.days * 24, []
        last = calls = 0
        for hour in range(-total, 1):
            if (hour + total) % self.hours == 0:
                samples.append(Sample(time=NOW + hour * HOUR, last=last, calls=calls, name=of.sql))
            last += self.used(hour) + (self.jumps or {}).get(hour, 0)
            # Our own looks are calls, too.
            calls += self.used(hour) + 1
        return stretches(of, history(of, samples[:-1], samples[-1]).samples)


def steady(hour: int) -> int:
    return 500


def weekly(hour: int) -> int:
    """Five days of seven, by day."""
    return 1200 if (hour // 24) % 7 < 5 and 8 <= hour % 24 < 20 else 20


def burst(hour: int) -> int:
    return 2_000_000 if hour == -30 else 500


def stopped(hour: int) -> int:
    return 500 if hour < -10 * 24 else 0


def seconds_until_end(used: Callable[[int], int], left: int) -> float:
    """What really comes: the same hours again."""
    hour = 0
    while left > 0 and hour < 10**6:
        left -= used(hour)
        hour += 1
    return hour * HOUR


@pytest.mark.parametrize("hours", [1, 6, 24])
@pytest.mark.parametrize(
    ("used", "goes_on"),
    [(steady, steady), (weekly, weekly), (burst, steady)],
    ids=["steady", "weekly", "burst"],
)
def test_the_true_end_lies_in_the_span(used: Callable[[int], int], goes_on: Callable[[int], int], hours: int) -> None:
    told = forecast(LEFT, Recorded(used=used, hours=hours).stretches(), NOW)
    assert isinstance(told, Forecast)
    truth = seconds_until_end(goes_on, LEFT)
    assert told.earliest <= truth
    assert told.latest is None or truth <= told.latest
    assert told.earliest <= told.seconds
    # Not of no use, either.
    assert 0.5 * truth < told.seconds < 1.5 * truth


@pytest.mark.parametrize("days", [1, 3, 8, 20, 400])
def test_a_steady_history_of_any_length(days: int) -> None:
    told = forecast(LEFT, Recorded(used=steady, days=days, hours=1 if days < 30 else 24).stretches(), NOW)
    assert isinstance(told, Forecast)
    assert told.a_day == pytest.approx(12_000, rel=0.01)
    assert told.earliest <= seconds_until_end(steady, LEFT) <= (told.latest or 0)


def test_setval_is_no_use() -> None:
    told = forecast(LEFT, Recorded(used=steady, jumps={-5: 10**9, -300: 10**8}).stretches(), NOW)
    assert isinstance(told, Forecast)
    assert told.a_day == pytest.approx(12_000, rel=0.01)


def test_what_has_stopped_has_no_end() -> None:
    for used in (stopped, lambda hour: 500 if hour < -24 else 0):
        told = forecast(LEFT, Recorded(used=used).stretches(), NOW)
        assert isinstance(told, Forecast)
        assert told.latest is None


def test_a_weekly_batch_is_use() -> None:
    told = forecast(LEFT, Recorded(used=lambda hour: 70_000 if hour % 168 == 50 else 0).stretches(), NOW)
    assert isinstance(told, Forecast)
    assert told.a_day == pytest.approx(10_000, rel=0.01)


def test_never_used() -> None:
    told = forecast(LEFT, Recorded(used=lambda hour: 0, days=3).stretches(), NOW)
    assert told == "not used since the first sample, 3 d"


def test_less_than_an_hour_tells_nothing() -> None:
    short = Stretch(start=NOW - 3500, end=NOW, used=1000)
    assert forecast(LEFT, [short], NOW) == "less than an hour of history"
    assert forecast(LEFT, [], NOW) == "no history yet"
    assert isinstance(forecast(LEFT, [short._replace(start=NOW - 3600)], NOW), Forecast)


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 10**6)), min_size=1, max_size=30),
    st.integers(0, 2**63),
)
def test_the_span_holds_the_middle(steps: list[tuple[int, int]], left: int) -> None:
    ends = [NOW]
    for hours, _ in steps:
        ends.append(ends[-1] - hours * HOUR)
    past = [
        Stretch(start=start, end=end, used=used)
        for (start, end), (_, used) in zip(pairwise(reversed(ends)), reversed(steps), strict=True)
    ]
    told = forecast(left, past, NOW)
    if isinstance(told, Forecast):
        assert 0 <= told.earliest <= told.seconds
        assert told.latest is None or told.seconds <= told.latest
