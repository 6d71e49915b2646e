"""Reports as samples: which sequences have some, which numbers, under which names and labels. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric

from pgseq.model.reports import DatabaseReport, Report, SequenceReport
from pgseq.version import __version__

#: What pgseq_sequences counts, each in every answer, so that no series comes and goes.
COUNTED: Final = ("ok", "feeds_no_column", "out_of_sync", "exhausted", "unknown", "distant", "ignored")
#: More than this part of its values is used: a sequence has samples although it is in sync.
MUCH: Final = 0.5
#: The same where its values last less than so many seconds: 90 days.
SOON: Final = 90 * 86400.0


class SequenceSample(Struct, frozen=True, kw_only=True):
    """The numbers of one sequence; None: not known, or without meaning."""

    schema: str
    name: str
    #: Values until something ends the run, but for stored ones; and the part of the way until there that is gone.
    values_left: int | None
    used_ratio: float | None
    #: Seconds until something ends the run, at the rate that a history tells.
    seconds_left: float | None
    inserts_until_collision: int | None
    nextval_calls: int | None
    cache: int


class DatabaseSamples(Struct, frozen=True, kw_only=True):
    """The numbers of one database."""

    database: str
    counts: Mapping[str, int]
    sequences: tuple[SequenceSample, ...]


class Look(Struct, frozen=True, kw_only=True):
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


def database_samples(
    report: DatabaseReport, calls: Mapping[int, int], lasting: Mapping[int, float | None], *, every: bool = False
) -> DatabaseSamples:
    """The numbers of a report; by the sequence's oid, `calls` are those of nextval(), and `lasting` seconds until
    something ends its run, where a history tells.

    Unless `every`, only sequences that are not in sync, have used more than half of their values, or end soon, have
    numbers of their own.
    """
    sums = Report(databases=(report,))
    samples = (
        (
            sequence_report,
            _sequence_sample(
                sequence_report, calls.get(sequence_report.sequence.oid), lasting.get(sequence_report.sequence.oid)
            ),
        )
        for sequence_report in report.sequences
    )
    return DatabaseSamples(
        database=report.server.database,
        counts={what: sums.count(what) for what in COUNTED},
        sequences=tuple(sample for one, sample in samples if every or _stands_out(one, sample)),
    )


def _stands_out(report: SequenceReport, sample: SequenceSample) -> bool:
    wrong = report.counts_as in ("out_of_sync", "exhausted", "unknown", "distant")
    much = sample.used_ratio is not None and sample.used_ratio > MUCH
    return wrong or much or (sample.seconds_left is not None and sample.seconds_left < SOON)


def _sequence_sample(report: SequenceReport, calls: int | None, seconds: float | None) -> SequenceSample:
    sequence, left = report.sequence, report.diagnosis.left
    # What the user ignores is not to alarm.
    heeded = report.ignored is None
    return SequenceSample(
        schema=sequence.schema,
        name=sequence.name,
        values_left=left.end.values if left is not None and left.end is not None else None,
        used_ratio=left.used_for_good if left is not None else None,
        seconds_left=seconds if heeded else None,
        inserts_until_collision=report.diagnosis.inserts_until_collision if heeded else None,
        nextval_calls=calls,
        cache=sequence.cache,
    )


#: Metrics of a sequence: name, help, and the number.
_GAUGES: Final[tuple[tuple[str, str, Callable[[SequenceSample], float | None]], ...]] = (
    (
        "pgseq_sequence_values_left",
        "Values until the sequence, a column that takes them or a declared limit ends.",
        lambda one: one.values_left,
    ),
    (
        "pgseq_sequence_used_ratio",
        "Part of the sequence's values that is used, 0 to 1.",
        lambda one: one.used_ratio,
    ),
    (
        "pgseq_sequence_seconds_left",
        "Seconds until a stored value or an end is met, at the rate of the past.",
        lambda one: one.seconds_left,
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


class _Labels(Struct, frozen=True):
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
