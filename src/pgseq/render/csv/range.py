"""CSV of `range`: one line for each sequence."""

from __future__ import annotations

from typing import Any, Final, TextIO

from pgseq.commands.range import RangeReport, SequenceRange
from pgseq.model.reports import Unreachable
from pgseq.render.csv.cells import Cells
from pgseq.render.csv.check import place

HEADER: Final = (
    "database", "host", "port", "schema", "name", "sql", "feeds", "next_value", "ends_at_kind", "ends_at",
    "ends_at_type", "ends_at_last", "left", "inserts_left", "used", "exact", "a_day", "window", "seconds_left",
    "earliest", "latest", "no_forecast", "ends_sooner", "ignored",
)  # fmt: skip


class RangeCsv:
    """Writes CSV to `out`. None is an empty field."""

    def __init__(self, out: TextIO) -> None:
        self._csv = Cells(out)
        self._csv.lines([HEADER])

    def database(self, report: RangeReport) -> None:
        """Write the lines of one database."""
        self._csv.lines(_line(report, one) for one in report.sequences)

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing: the exit code shows it."""

    def close(self) -> None:
        """Nothing follows the lines."""


def _line(report: RangeReport, sequence_range: SequenceRange) -> tuple[Any, ...]:
    of, left, nearest, forecast = (
        sequence_range.sequence,
        sequence_range.left,
        sequence_range.nearest,
        sequence_range.forecast,
    )
    return (
        *place(report.database_report.server),
        of.schema,
        of.name,
        of.sql,
        "; ".join(feed.label for feed in of.feeds),
        sequence_range.report.diagnosis.next_value,
        nearest and nearest.kind,
        nearest and nearest.object,
        nearest and nearest.type,
        nearest and nearest.last,
        left and left.values,
        left and left.inserts,
        left and left.used,
        left and str(left.exact).lower(),
        forecast and forecast.a_day,
        forecast and forecast.window,
        forecast and round(forecast.seconds),
        forecast and round(forecast.earliest),
        None if forecast is None or forecast.latest is None else round(forecast.latest),
        sequence_range.unknown_because or None,
        str(report.ends_sooner(sequence_range)).lower(),
        sequence_range.report.ignored,
    )
