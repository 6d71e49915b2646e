"""`range`: check, keep a sample, and say how long the values last that are left. Reads the database only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Items
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from pgseq import workflow
from pgseq.commands.range.earlier import earlier_samples
from pgseq.commands.range.forecast import forecast
from pgseq.commands.range.model import Forecast, RangeReport, Sample, SequenceRange, Stretch, Within
from pgseq.commands.range.read import ByTime, Counters, read_counters, read_times
from pgseq.commands.range.samples import HistoryFile, SampledDatabase
from pgseq.commands.range.use import history, stretches
from pgseq.errors import QueryFailed, UsageError
from pgseq.model.hints import Hint, command
from pgseq.model.jumps import Jump
from pgseq.model.limits import Limits
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import NotSeen, Position, Problem
from pgseq.model.server import Server
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session


class RangeOptions(Struct, frozen=True, kw_only=True):
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


class RangeReading(Struct, frozen=True, kw_only=True):
    """What `range` reads of one database, before any file is looked at; it can be pickled."""

    report: DatabaseReport
    counters: Counters
    #: What time columns tell, by the sequence's oid.
    times: Mapping[int, ByTime]


def left_of(
    pool: SessionPool, options: workflow.Options, asked: RangeOptions, progress: workflow.Progress = workflow.silent
) -> RangeReport:
    """What is left of every sequence, and how long it lasts. Raises what `workflow.check` raises, and UsageError for a
    history or a document that cannot be read."""
    report = by_history(*counted(pool, options, progress), options, asked)
    return _by_times(report, read_times(pool, report.database_report, silent(report), asked.clock, options.limits))


def read_range(
    pool: SessionPool,
    options: workflow.Options,
    progress: workflow.Progress = workflow.silent,
    *,
    clock: str | None = None,
) -> RangeReading:
    """What `left_from` needs of a database, for where the files of `range` are not. As samples may turn out to tell
    nothing, all time columns are read. Raises what `workflow.check` raises."""
    report, counters = counted(pool, options, progress)
    asked = silent(by_history(report, counters, options, RangeOptions()))
    return RangeReading(report=report, counters=counters, times=read_times(pool, report, asked, clock, options.limits))


def left_from(reading: RangeReading, options: workflow.Options, asked: RangeOptions) -> RangeReport:
    """The same as `left_of`, of what was read elsewhere, with the files that are here. Raises UsageError for a history
    or a document that cannot be read."""
    return _by_times(by_history(reading.report, reading.counters, options, asked), reading.times)


def counted(
    pool: SessionPool, options: workflow.Options, progress: workflow.Progress = workflow.silent
) -> tuple[DatabaseReport, Counters]:
    """Check; with the counters of before, since reading a position counts as a use of its sequence. Raises what
    `workflow.check` raises."""
    counters = sample_counters(pool.primary, options.limits)
    return workflow.check(pool, options, progress), counters


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
        earlier = file.read(SampledDatabase.of(report.server))
        problems += keep(file, report.server, now) if asked.keep else ()
    documented = earlier_samples(asked.since, report.server) if asked.since is not None else {}
    ranges: list[SequenceRange] = []
    remarks: dict[str, None] = {}
    since: float | None = None
    for sequence_report in report.sequences:
        sample = now.get(sequence_report.sequence.oid)
        if sample is None:
            ranges.append(SequenceRange(report=sequence_report, unknown_because="its position is not known"))
            continue
        known = [*earlier.get(sequence_report.sequence.oid, ())]
        if sequence_report.sequence.sql in documented:
            known = sorted([documented[sequence_report.sequence.sql], *known], key=lambda each: each.time)
        past = history(sequence_report.sequence, known, sample)
        remarks |= dict.fromkeys(past.remarks)
        if len(past.samples) > 1:
            since = min(past.samples[0].time, since if since is not None else past.samples[0].time)
        own = _range(sequence_report, stretches(sequence_report.sequence, past.samples), sample.time)
        ranges.append(replace(own, repair=_repair(own, options)))
    return RangeReport(
        database_report=report,
        sequences=tuple(sorted(ranges, key=_soonest)),
        since=since,
        now=report.server.time,
        remarks=tuple(remarks),
        problems=tuple(problems),
        within=asked.within,
    )


def outlook(
    pool: SessionPool, options: workflow.Options, path: Path | None, progress: workflow.Progress, *, keep: bool = True
) -> tuple[RangeReport, Counters]:
    """Check, and say how long values last by the history in a file alone; and the counters of before. Why that cannot
    be read is one of its problems. Raises what `workflow.check` raises."""
    report, counters = counted(pool, options, progress)
    try:
        return by_history(report, counters, options, RangeOptions(history=path, keep=keep)), counters
    except UsageError as error:
        problem = NotSeen(reason=error.message, hint=error.hint)
        return replace(by_history(report, counters, options, RangeOptions()), problems=(problem,)), counters


def keep_sample(path: Path, report: DatabaseReport, counters: Counters) -> list[Problem]:
    """Add a sample of what a check saw to a history; why that could not be kept."""
    try:
        return keep(HistoryFile(path), report.server, samples_now(report, counters))
    except UsageError as error:
        return [NotSeen(reason=error.message, hint=error.hint)]


def sampled_jumps(path: Path) -> Callable[[DatabaseReport, Counters], dict[int, tuple[Jump, ...]]]:
    """What a history tells of how sequences have moved without nextval(), for `why`; nothing from one that cannot be
    read."""

    def jumps(report: DatabaseReport, counters: Counters) -> dict[int, tuple[Jump, ...]]:
        try:
            earlier = HistoryFile(path).read(SampledDatabase.of(report.server))
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
    problem = file.keep(SampledDatabase.of(server), now.items())
    return [] if problem is None else [problem]


def samples_now(report: DatabaseReport, counters: Counters) -> dict[int, Sample]:
    """Where the sequences of a report stand, by oid."""
    server, time = report.server, report.server.time
    samples: dict[int, Sample] = {}
    for sequence_report in report.sequences:
        position, of = sequence_report.diagnosis.reading.position, sequence_report.sequence
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


def _range(report: SequenceReport, past: tuple[Stretch, ...], now: float) -> SequenceRange:
    left = report.diagnosis.left
    known = SequenceRange(report=report, left=left, stretches=past)
    if left is None or left.values is None:
        wraps = "it does not end" if left is not None else "its position is not known"
        return replace(known, unknown_because=wraps)
    outlook = forecast(left.values, past, now)
    return (
        replace(known, forecast=outlook) if isinstance(outlook, Forecast) else replace(known, unknown_because=outlook)
    )


def silent(report: RangeReport) -> list[SequenceRange]:
    """The sequences of which samples do not tell how long they last."""
    return [one for one in report.sequences if one.forecast is None and one.left is not None and one.left.values]


def _by_times(report: RangeReport, times: Mapping[int, ByTime]) -> RangeReport:
    """The same, with what time columns tell where samples do not."""
    asked = {one.sequence.oid for one in silent(report)} & times.keys()
    ranges = [times[one.sequence.oid].of(one) if one.sequence.oid in asked else one for one in report.sequences]
    return replace(report, sequences=tuple(sorted(ranges, key=_soonest)))


def _repair(sequence_range: SequenceRange, options: workflow.Options) -> str:
    """The command that moves a sequence beyond the stored value that ends its run; empty where none would."""
    if sequence_range.report.step is None or sequence_range.nearest is None or sequence_range.nearest.kind != "stored":
        return ""
    return Hint(command("fix", sequence_range.sequence.feeds[0].table_sql), compose=options.compose)


def _soonest(sequence_range: SequenceRange) -> tuple[int, float, str, str]:
    """What has ended first, then what is not known or meets a stored value, then by the time left, then by what is
    used."""
    name = (sequence_range.sequence.schema, sequence_range.sequence.name)
    if sequence_range.ended:
        return 0, 0, *name
    if sequence_range.left is None:
        return 1, 0, *name
    if sequence_range.forecast is not None:
        return 3, sequence_range.forecast.seconds, *name
    if sequence_range.nearest is not None and sequence_range.nearest.kind == "stored":
        return 2, sequence_range.nearest.values, *name
    return 4, -(sequence_range.left.used or 0), *name
