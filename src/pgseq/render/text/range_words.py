"""What is left of a sequence as short texts, the same in every human format. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from pgseq.commands.range import Forecast, RangeReport, SequenceRange
from pgseq.commands.range.model import DAY, HOUR, YEAR
from pgseq.model.obstacles import Obstacle
from pgseq.model.sequences import Problem, Sequence
from pgseq.names import display, plural

#: Years from which on no date is said.
FAR: Final = 3
#: Values from which on not each is of interest.
MANY: Final = 10**15


def end(sequence_range: SequenceRange) -> str:
    """What ends the run first."""
    left = sequence_range.left
    if left is None:
        reason = sequence_range.report.diagnosis.reading.position
        return display(reason.reason) if isinstance(reason, Problem) else "not known"
    if left.nearest is None:
        return f"nothing: it wraps after {number(left.wraps_after)}"
    return display(obstacle(sequence_range.sequence, left.nearest))


def obstacle(sequence: Sequence, of: Obstacle) -> str:
    """What ends a run."""
    match of.kind:
        case "stored":
            return f"{of.object}: {of.last + sequence.increment} is stored"
        case "sequence":
            return f"{of.object} ({'MAXVALUE' if sequence.ascending else 'MINVALUE'} {of.last})"
        case "declared":
            return f"{of.object} ({of.last})"
    check = f" CHECK {of.limit.constraint}" if of.limit is not None and of.limit.constraint else ""
    return f"{of.object} ({of.type}{check})"


def further(sequence_range: SequenceRange) -> list[str]:
    """What else would end the run, and after how many values."""
    obstacles = sequence_range.left.obstacles[1:] if sequence_range.left is not None else ()
    return [f"then {obstacle(sequence_range.sequence, each)}: {number(each.values)}" for each in obstacles]


def left(sequence_range: SequenceRange) -> str:
    """How many values are left."""
    if sequence_range.left is None:
        return "?"
    return f"{'' if sequence_range.left.exact else 'at most '}{number(sequence_range.left.values)}"


def number(value: float | None) -> str:
    """A whole number with its thousands apart, one that nobody would count to as a power of ten, a dash for none."""
    if value is None:
        return "-"
    if value < MANY:
        return f"{value:,.0f}" if isinstance(value, float) else f"{value:,}"
    digits, power = f"{value:.1e}".split("e+")
    return f"{digits} × 10^{int(power)}"


def a_day(sequence_range: SequenceRange) -> str:
    """How many values a day are used."""
    if sequence_range.forecast is None:
        return "-"
    return (
        number(sequence_range.forecast.a_day)
        if sequence_range.forecast.a_day >= 1
        else f"{sequence_range.forecast.a_day:.2g}"
    )


def lasts(sequence_range: SequenceRange, now: float, *, command: bool = True) -> str:
    """How long the values last that are left, and the command that makes room where there are none."""
    if sequence_range.ended:
        return f"now: {sequence_range.repair}" if sequence_range.repair and command else "now"
    if sequence_range.forecast is None:
        return sequence_range.unknown_because
    return _lasts(sequence_range.forecast, now)


def _lasts(forecast: Forecast, now: float) -> str:
    if forecast.seconds >= FAR * YEAR:
        return f"about {number(float(f'{forecast.seconds / YEAR:.2g}'))} years"
    unit, name, pattern = (
        (DAY, "day", "%Y-%m-%d") if forecast.seconds >= 2 * DAY else (HOUR, "hour", "%Y-%m-%d %H:%M UTC")
    )
    latest = "or more" if forecast.latest is None else f"to {forecast.latest / unit:,.0f}"
    when = datetime.fromtimestamp(now + forecast.seconds, UTC).strftime(pattern)
    return f"{plural(round(forecast.seconds / unit), name)} ({forecast.earliest / unit:,.0f} {latest}): {when}"


def since(report: RangeReport) -> str:
    """Since when there are samples."""
    if report.since is None:
        return "no earlier samples"
    return f"samples since {datetime.fromtimestamp(report.since, UTC):%Y-%m-%d}"


def summary(reports: Iterable[RangeReport]) -> str:
    """How many sequences have which outlook, in one line."""
    every = [(report, one) for report in reports for one in report.sequences if one.report.ignored is None]
    if not every:
        return "no sequence was looked at: there is none"
    ended = sum(one.ended for _, one in every)
    sooner = sum(report.ends_sooner(one) and not one.ended for report, one in every)
    unseen = sum(one.left is None for _, one in every)
    silent = sum(one.forecast is None and not one.ended and one.left is not None for _, one in every)
    parts = [plural(len(every), "sequence"), f"{ended} ended"]
    parts += [f"{sooner} ends sooner than --within" if sooner == 1 else f"{sooner} end sooner than --within"] * bool(
        sooner
    )
    parts += [f"{unseen} unknown"] * bool(unseen)
    parts += [f"{silent} without a forecast"] * bool(silent)
    return ", ".join(parts)
