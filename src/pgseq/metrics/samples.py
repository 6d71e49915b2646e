"""Reports as samples: which sequences have some, which numbers, under which names and labels. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric

from pgseq.model.arithmetic import steps
from pgseq.model.reports import DatabaseReport, Report, SequenceReport
from pgseq.model.sequences import Position
from pgseq.version import __version__

#: What pgseq_sequences counts, each in every answer, so that no series comes and goes.
COUNTED: Final = ("ok", "feeds_no_column", "out_of_sync", "exhausted", "unknown", "distant", "ignored")
#: More than this part of its values is used: a sequence has samples although it is in sync.
MUCH: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceSample:
    """The numbers of one sequence; None: not known, or without meaning."""

    schema: str
    name: str
    #: Values that nextval() can still hand out and all fed columns can hold, and the part of the way that is gone.
    values_left: int | None
    used_ratio: float | None
    inserts_until_collision: int | None
    nextval_calls: int | None
    cache: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSamples:
    """The numbers of one database."""

    database: str
    counts: Mapping[str, int]
    sequences: tuple[SequenceSample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What came of the last look at a target."""

    #: Names it: host, port and database, without role and password.
    target: str
    #: Seconds that it took.
    seconds: float
    #: Unix time of the last look that succeeded; None: there was none.
    succeeded: float | None
    up: bool
    #: None where the look failed, or selected nothing.
    samples: DatabaseSamples | None = None


def database_samples(report: DatabaseReport, calls: Mapping[int, int], *, every: bool = False) -> DatabaseSamples:
    """The numbers of a report; `calls` are those of nextval() by the sequence's oid.

    Unless `every`, only sequences that are not in sync, or have used more than half of their values, have numbers of
    their own.
    """
    sums = Report(databases=(report,))
    samples = ((one, _sequence_sample(one, calls.get(one.sequence.oid))) for one in report.sequences)
    return DatabaseSamples(
        database=report.server.database,
        counts={what: sums.count(what) for what in COUNTED},
        sequences=tuple(sample for one, sample in samples if every or _stands_out(one, sample)),
    )


def _stands_out(report: SequenceReport, sample: SequenceSample) -> bool:
    wrong = report.counts_as in ("out_of_sync", "exhausted", "unknown", "distant")
    return wrong or (sample.used_ratio is not None and sample.used_ratio > MUCH)


def _sequence_sample(report: SequenceReport, calls: int | None) -> SequenceSample:
    sequence = report.sequence
    left, ratio = values_left(report)
    return SequenceSample(
        schema=sequence.schema,
        name=sequence.name,
        values_left=left,
        used_ratio=ratio,
        # What the user ignores is not to alarm.
        inserts_until_collision=None if report.ignored is not None else report.diagnosis.inserts_until_collision,
        nextval_calls=calls,
        cache=sequence.cache,
    )


def values_left(report: SequenceReport) -> tuple[int | None, float | None]:
    """How many values the sequence can still hand out that all columns can hold, and the part of all that is gone.

    Counted as PGS016 does, from MINVALUE (MAXVALUE when descending). Both are None where the position was not seen, and
    for a sequence with CYCLE whose columns hold its whole range: it never ends.
    """
    sequence, diagnosis = report.sequence, report.diagnosis
    last = sequence.end
    if not isinstance(diagnosis.reading.position, Position) or (sequence.cycle and last == sequence.bound):
        return None, None
    first = sequence.min if sequence.ascending else sequence.max
    whole = steps(sequence, first, last) + 1
    following = diagnosis.next_value
    left = 0 if following is None else max(steps(sequence, following, last) + 1, 0)
    # Of whole numbers: those of bigint are beyond a float's precision.
    return left, 1.0 if whole <= 0 else min(max((whole - left) / whole, 0.0), 1.0)


#: Metrics of a sequence: name, help, and the number.
_GAUGES: Final[tuple[tuple[str, str, Callable[[SequenceSample], float | None]], ...]] = (
    (
        "pgseq_sequence_values_left",
        "Values that the sequence can still hand out and that all columns it feeds can hold.",
        lambda one: one.values_left,
    ),
    (
        "pgseq_sequence_used_ratio",
        "Part of the sequence's values that is used, 0 to 1.",
        lambda one: one.used_ratio,
    ),
    (
        "pgseq_sequence_inserts_until_collision",
        "Inserts until the sequence hands out a value that is stored already; 0: the next one.",
        lambda one: one.inserts_until_collision,
    ),
    (
        "pgseq_sequence_cache_size",
        "Values that one call of nextval() may take from the sequence (CACHE).",
        lambda one: one.cache,
    ),
)


@dataclass(frozen=True, slots=True)
class _Labels:
    """Labels as text that can be exposed; with a target's in front where databases of several servers are shown."""

    by_target: bool

    def names(self, *names: str) -> tuple[str, ...]:
        return ("target", *names) if self.by_target else names

    def values(self, look: Look, *values: str) -> tuple[str, ...]:
        return tuple(map(exposable, (look.target, *values) if self.by_target else values))


def exposable(text: str) -> str:
    """`text` as UTF-8 can hold it: a name of a database in SQL_ASCII may be any bytes. Two names stay two."""
    return text.encode("utf-8", "backslashreplace").decode()


def families(looks: Iterable[Look], *, by_target: bool) -> list[Metric]:
    """The metrics of all targets. `by_target`: those of a database name their target, too."""
    looks = list(looks)
    labels = _Labels(by_target or _ambiguous(looks))
    return [*_of_targets(looks), _counts(looks, labels), *_of_sequences(looks, labels), _build()]


def _ambiguous(looks: list[Look]) -> bool:
    """Whether two targets are databases of one name, as behind a pooler's aliases."""
    databases = [look.samples.database for look in looks if look.samples is not None]
    return len(set(databases)) < len(databases)


def _of_targets(looks: list[Look]) -> Iterator[Metric]:
    up = GaugeMetricFamily("pgseq_up", "Whether the last look at the target succeeded.", labels=("target",))
    duration = GaugeMetricFamily(
        "pgseq_check_duration_seconds", "Time that the last look at the target took.", labels=("target",)
    )
    success = GaugeMetricFamily(
        "pgseq_last_success_timestamp_seconds",
        "Unix time of the last look at the target that succeeded.",
        labels=("target",),
    )
    for look in looks:
        target = (exposable(look.target),)
        up.add_metric(target, look.up)
        duration.add_metric(target, look.seconds)
        if look.succeeded is not None:
            success.add_metric(target, look.succeeded)
    yield from (up, duration, success)


def _counts(looks: list[Look], labels: _Labels) -> Metric:
    metric = GaugeMetricFamily(
        "pgseq_sequences", "Sequences of the database by what they count as.", labels=labels.names("datname", "status")
    )
    for look in looks:
        if look.samples is not None:
            for status, count in look.samples.counts.items():
                metric.add_metric(labels.values(look, look.samples.database, status), count)
    return metric


def _of_sequences(looks: list[Look], labels: _Labels) -> Iterator[Metric]:
    names = labels.names("datname", "schemaname", "sequence")
    rows = [
        (labels.values(look, look.samples.database, sample.schema, sample.name), sample)
        for look in looks
        if look.samples is not None
        for sample in look.samples.sequences
    ]
    for name, documentation, number in _GAUGES:
        gauge = GaugeMetricFamily(name, documentation, labels=names)
        for values, sample in rows:
            if (value := number(sample)) is not None:
                gauge.add_metric(values, value)
        yield gauge
    calls = CounterMetricFamily(
        "pgseq_sequence_nextval_calls",
        "Calls of nextval() since the server's statistics were reset, and looks at the position.",
        labels=names,
    )
    for values, sample in rows:
        if sample.nextval_calls is not None:
            calls.add_metric(values, sample.nextval_calls)
    yield calls


def _build() -> Metric:
    return InfoMetricFamily("pgseq_build", "The version of pgseq.", value={"version": __version__})
