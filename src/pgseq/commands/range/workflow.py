"""`range`: check, keep a sample, and say how long the values last that are left. Reads the database only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Items
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pgseq import workflow
from pgseq.commands.range.clock import ClockColumn, clock_feed, past
from pgseq.commands.range.earlier import earlier_samples
from pgseq.commands.range.forecast import forecast
from pgseq.commands.range.model import Forecast, RangeReport, Sample, SequenceRange, Stretch, Within
from pgseq.commands.range.read import Counters, read_clocks, read_counters, read_looks
from pgseq.commands.range.samples import HistoryFile, Place
from pgseq.commands.range.use import history, stretches
from pgseq.errors import QueryFailed, UsageError
from pgseq.model.hints import Hint, command
from pgseq.model.jumps import Jump
from pgseq.model.limits import Limits
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import Position, Problem
from pgseq.model.server import Server
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session

#: Sequences whose tables are asked for the times of rows: those that end first.
CLOCKED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeOptions:
    """What `range` is asked beside what `check` is."""

    #: The file of samples; None: none is read or kept.
    history: Path | None = None
    #: Whether a sample is added to it.
    keep: bool = True
    #: An earlier document of `check`.
    since: Path | None = None
    within: Within | None = None
    #: The column that tells when a row was inserted; None: one with such a default.
    clock: str | None = None


def left_of(
    pool: SessionPool, options: workflow.Options, asked: RangeOptions, progress: workflow.Progress = workflow.silent
) -> RangeReport:
    """What is left of every sequence, and how long it lasts. Raises what `workflow.check` raises, and UsageError for a
    history or a document that cannot be read."""
    # Before anything else: reading a position counts as a use of its sequence.
    counters = sample_counters(pool.primary, options.limits)
    report = by_history(workflow.check(pool, options, progress), counters, options, asked)
    ranges = _by_clocks(pool, report.database_report, [*report.sequences], options.limits, asked.clock)
    return replace(report, sequences=tuple(sorted(ranges, key=_soonest)))


def by_history(
    report: DatabaseReport, counters: Counters, options: workflow.Options, asked: RangeOptions
) -> RangeReport:
    """What is left of the sequences of a report, and how long it lasts by samples alone; adds one. `counters` are of
    before the report. Raises UsageError for a history or a document that cannot be read."""
    now = samples_now(report, counters)
    earlier: Mapping[int, Items[Sample]] = {}
    problems: list[Problem] = []
    if asked.history is not None:
        file = HistoryFile(asked.history)
        earlier = file.read(Place.of(report.server))
        problems += keep(file, report.server, now) if asked.keep else ()
    documented = earlier_samples(asked.since, report.server) if asked.since is not None else {}
    ranges: list[SequenceRange] = []
    remarks: dict[str, None] = {}
    since: float | None = None
    for one in report.sequences:
        sample = now.get(one.sequence.oid)
        if sample is None:
            ranges.append(SequenceRange(report=one, unknown_because="its position is not known"))
            continue
        known = [*earlier.get(one.sequence.oid, ())]
        if one.sequence.sql in documented:
            known = sorted([documented[one.sequence.sql], *known], key=lambda each: each.time)
        past = history(one.sequence, known, sample)
        remarks |= dict.fromkeys(past.remarks)
        if len(past.samples) > 1:
            since = min(past.samples[0].time, since if since is not None else past.samples[0].time)
        own = _range(one, stretches(one.sequence, past.samples), sample.time)
        ranges.append(replace(own, repair=_repair(own, options)))
    return RangeReport(
        database_report=report,
        sequences=tuple(sorted(ranges, key=_soonest)),
        since=since,
        now=_time(report.server),
        remarks=tuple(remarks),
        problems=tuple(problems),
        within=asked.within,
    )


def outlook(
    pool: SessionPool, options: workflow.Options, path: Path | None, progress: workflow.Progress, *, keep: bool = True
) -> tuple[RangeReport, Counters]:
    """Check, and say how long values last by the history in a file alone; and the counters of before. Why that cannot
    be read is one of its problems. Raises what `workflow.check` raises."""
    counters = sample_counters(pool.primary, options.limits)
    report = workflow.check(pool, options, progress)
    try:
        return by_history(report, counters, options, RangeOptions(history=path, keep=keep)), counters
    except UsageError as error:
        problem = Problem(reason=error.message, hint=error.hint)
        return replace(by_history(report, counters, options, RangeOptions()), problems=(problem,)), counters


def sampled(
    pool: SessionPool, options: workflow.Options, path: Path, work: Callable[[], DatabaseReport]
) -> tuple[DatabaseReport, list[Problem]]:
    """Do `work`, a check, and keep a sample of what it saw; why that could not be kept. Raises what `work` raises."""
    counters = sample_counters(pool.primary, options.limits)
    report = work()
    try:
        return report, keep(HistoryFile(path), report.server, samples_now(report, counters))
    except UsageError as error:
        return report, [Problem(reason=error.message, hint=error.hint)]


def sampled_jumps(path: Path) -> Callable[[DatabaseReport, Counters], dict[int, tuple[Jump, ...]]]:
    """What a history tells of how sequences have moved without nextval(), for `why`; nothing from one that cannot be
    read."""

    def jumps(report: DatabaseReport, counters: Counters) -> dict[int, tuple[Jump, ...]]:
        try:
            earlier = HistoryFile(path).read(Place.of(report.server))
        except UsageError:
            return {}
        now = samples_now(report, counters)
        return {
            one.sequence.oid: tuple(
                Jump(start=each.start, end=each.end, values=each.jumped - each.back)
                for each in stretches(
                    one.sequence,
                    history(one.sequence, earlier[one.sequence.oid], now[one.sequence.oid]).samples,
                )
                if each.jumped or each.back
            )
            for one in report.sequences
            if one.sequence.oid in now and one.sequence.oid in earlier
        }

    return jumps


def sample_counters(session: Session, limits: Limits) -> Counters:
    """The counters, or nothing where they cannot be read: then setval() is not told from use."""
    try:
        return read_counters(session, limits)
    except QueryFailed:
        return {}


def keep(file: HistoryFile, server: Server, now: Mapping[int, Sample]) -> list[Problem]:
    """Add samples to a history; why they could not be kept. Raises UsageError for a file that is no history."""
    problem = file.keep(Place.of(server), now.items())
    return [] if problem is None else [problem]


def samples_now(report: DatabaseReport, counters: Counters) -> dict[int, Sample]:
    """Where the sequences of a report stand, by oid."""
    server, time = report.server, _time(report.server)
    samples: dict[int, Sample] = {}
    for one in report.sequences:
        position, of = one.diagnosis.reading.position, one.sequence
        if isinstance(position, Position):
            calls, stats_reset = counters.get(of.oid, (None, None))
            samples[of.oid] = Sample(
                time=time,
                last=position.last_value - (0 if position.is_called else of.increment),
                calls=None if server.in_recovery else calls,
                stats_reset=stats_reset,
                address=(server.host or "", server.port or 0),
                name=of.sql,
                increment=of.increment,
            )
    return samples


def _time(server: Server) -> float:
    return datetime.fromisoformat(server.server_time).timestamp() if server.server_time else datetime.now().timestamp()


def _range(report: SequenceReport, past: tuple[Stretch, ...], now: float) -> SequenceRange:
    left = report.diagnosis.left
    known = SequenceRange(report=report, left=left, stretches=past)
    if left is None or left.values is None:
        wraps = "it does not end" if left is not None else "its position is not known"
        return replace(known, unknown_because=wraps)
    told = forecast(left.values, past, now)
    return replace(known, forecast=told) if isinstance(told, Forecast) else replace(known, unknown_because=told)


def _by_clocks(
    pool: SessionPool, report: DatabaseReport, ranges: list[SequenceRange], limits: Limits, named: str | None
) -> list[SequenceRange]:
    """The same, with forecasts by the time columns of tables where samples do not tell; of the first so many."""
    silent = [one for one in ranges if one.forecast is None and one.left is not None and one.left.values]
    relids = [feed.relid for one in silent[:CLOCKED] for feed in one.sequence.feeds]
    try:
        clocks = read_clocks(pool.primary, relids, named, limits) if relids else {}
    except QueryFailed:
        return ranges
    now = _time(report.server)
    asked = [one for one in silent[:CLOCKED] if clock_feed(one.sequence, clocks)]

    def work(session: Session, one: SequenceRange) -> SequenceRange:
        return _by_clock(session, report.server, one, clocks, now, limits)

    told = {one.sequence.oid: one for one in pool.map(work, asked)}
    return [told.get(one.sequence.oid, one) for one in ranges]


def _by_clock(
    session: Session, server: Server, one: SequenceRange, clocks: dict[int, ClockColumn], now: float, limits: Limits
) -> SequenceRange:
    sequence, position = one.sequence, one.report.diagnosis.reading.position
    fed = clock_feed(sequence, clocks)
    if fed is None or one.left is None or one.left.values is None or not isinstance(position, Position):
        return one
    last = position.last_value - (0 if position.is_called else sequence.increment)
    try:
        looks = read_looks(session, server, sequence, *fed, last, now, limits)
    except QueryFailed:
        return one
    known = past(sequence, last, looks, now)
    feed, clock = fed
    told = (
        known
        if isinstance(known, str)
        else forecast(one.left.values, known, now, f"{feed.table_sql}.{clock.column_sql}")
    )
    if isinstance(told, Forecast):
        stretches_known = one.stretches or (known if isinstance(known, tuple) else ())
        return replace(one, forecast=told, unknown_because="", stretches=stretches_known)
    return replace(one, unknown_because=told)


def _repair(one: SequenceRange, options: workflow.Options) -> str:
    """The command that moves a sequence beyond the stored value that ends its run; empty where none would."""
    if one.report.step is None or one.nearest is None or one.nearest.kind != "stored":
        return ""
    return Hint(command("fix", one.sequence.feeds[0].table_sql), compose=options.compose)


def _soonest(one: SequenceRange) -> tuple[int, float, str, str]:
    """What has ended first, then what is not known or meets a stored value, then by the time left, then by what is
    used."""
    name = (one.sequence.schema, one.sequence.name)
    if one.ended:
        return 0, 0, *name
    if one.left is None:
        return 1, 0, *name
    if one.forecast is not None:
        return 3, one.forecast.seconds, *name
    if one.nearest is not None and one.nearest.kind == "stored":
        return 2, one.nearest.values, *name
    return 4, -(one.left.used or 0), *name
