"""Samples of a sequence's position, forecasts, and the report of `range`: frozen values. Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from pgseq.model.answer import Answer
from pgseq.model.exit_code import ExitCode
from pgseq.model.obstacles import Left, Obstacle
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import Problem, Sequence

HOUR = 3600.0
DAY = 24 * HOUR
YEAR = 365.25 * DAY


class Sample(NamedTuple):
    """Where a sequence stood at a time. (A tuple: there are hundreds of thousands.)"""

    #: The server's clock, in seconds since 1970.
    time: float
    #: The last value handed out: last_value, or the one before it where that is not yet called.
    last: int
    #: Blocks fetched since the counters began, of which every nextval() is one (CACHE n: one for n values); None: not
    #: known, as on a standby, whose counters are its own.
    calls: int | None = None
    #: When the counters began, as the server says it.
    stats_reset: str | None = None
    #: Which server's clock and position it is: host and port.
    address: tuple[str, int] = ("", 0)
    name: str = ""
    increment: int = 1


Event = Literal["use", "jump", "restart", "unclear"]


class Stretch(NamedTuple):
    """What became of a sequence between two samples. (A tuple, as Sample is.)"""

    start: float
    end: float
    #: Values handed out; None: not known, since it was set back in between.
    used: int | None
    #: Values that it went on without handing them out, as by setval().
    jumped: int = 0
    #: Values that it was set back, as by RESTART.
    back: int = 0
    #: Whether counters tell use from jumps.
    counted: bool = True


class Forecast(Struct, frozen=True, kw_only=True):
    """How long the values last that are left, by what was used in the past."""

    #: Values a day, and the time in which that many were used, in words: "7 d".
    a_day: float
    window: str
    #: Seconds until the last value is used: by the window's rate, by the fastest and the slowest window. `latest` None:
    #: in one of them nothing was used.
    seconds: float
    earliest: float
    latest: float | None
    #: What it rests on: samples, or the table's column of that name.
    source: str = "samples"


class SequenceRange(Struct, frozen=True, kw_only=True):
    """A sequence with what is left, and how long that lasts."""

    report: SequenceReport
    #: What is left of its run; None: its position was not seen.
    left: Left | None = None
    forecast: Forecast | None = None
    #: Why there is no forecast.
    unknown_because: str = ""
    #: The command that makes room where a stored value ends it; empty: none does.
    repair: str = ""
    #: What became of it since the first sample, the oldest first.
    stretches: tuple[Stretch, ...] = ()

    @property
    def sequence(self) -> Sequence:
        return self.report.sequence

    @property
    def hints(self) -> tuple[str, ...]:
        """What to do next."""
        return (self.repair,)

    @property
    def nearest(self) -> Obstacle | None:
        return self.left.nearest if self.left else None

    @property
    def unseen(self) -> tuple[Problem, ...]:
        """Why a value may be stored nearer than is known."""
        problems = (stored for stored in self.report.diagnosis.reading.stored if isinstance(stored, Problem))
        return tuple(dict.fromkeys(problems)) if self.left is not None and not self.left.exact else ()

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.left is not None and self.left.inserts == 0

    @property
    def seconds_left(self) -> float | None:
        """How long the values last; None: that is not known."""
        if self.ended:
            return 0.0
        return None if self.forecast is None else self.forecast.seconds

    def ends_within(self, within: Within) -> bool:
        """Whether it ends sooner than that."""
        if self.left is None or self.left.values is None:
            return False
        if within.values is not None:
            return self.left.values < within.values
        seconds = self.seconds_left
        return self.ended or (seconds is not None and seconds < (within.seconds or 0))


class Within(Struct, frozen=True, kw_only=True):
    """What is too little: so many seconds, or so many values."""

    seconds: float | None = None
    values: int | None = None


class RangeReport(Answer, frozen=True, kw_only=True):
    """What `range` returns for one database; `sequences` those that end first."""

    database_report: DatabaseReport
    sequences: tuple[SequenceRange, ...]
    #: The server's time of the oldest sample used, in seconds since 1970; None: there is no history.
    since: float | None = None
    #: The server's time now.
    now: float = 0.0
    #: What was seen of the history that one should know.
    remarks: tuple[str, ...] = ()
    #: What of the history could not be read or kept.
    problems: tuple[Problem, ...] = ()
    within: Within | None = None

    @property
    def exit_code(self) -> ExitCode:
        """1: something ends sooner than asked (unasked: has ended); 3: that is not known of something; else 0."""
        counted = [one for one in self.sequences if one.report.ignored is None]
        if any(self.ends_sooner(one) for one in counted):
            return ExitCode.WRONG
        unseen = any(one.left is None or not one.left.exact for one in counted)
        return ExitCode.UNKNOWN if unseen or self._without_history else ExitCode.OK

    @property
    def _without_history(self) -> bool:
        asked = self.within is not None and self.within.seconds is not None
        young = self.since is None or self.now - self.since < HOUR
        return asked and young and any(one.forecast is None and one.left and one.left.values for one in self.sequences)

    def ends_sooner(self, sequence_range: SequenceRange) -> bool:
        """Whether it ends sooner than asked; unasked: whether it has ended."""
        return sequence_range.ended if self.within is None else sequence_range.ends_within(self.within)
