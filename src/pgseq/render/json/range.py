"""The JSON document of `range`. Its fields are a contract, described by docs/range.schema.json."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TextIO

from pgseq.commands.range import Forecast, RangeReport, SequenceRange
from pgseq.model.sequences import Problem
from pgseq.render.json import check
from pgseq.render.json.document import JsonDocument


def range_document(out: TextIO, config: str | None = None) -> JsonDocument[RangeReport]:
    """The document over all databases; `config` is the configuration file that was read."""
    return JsonDocument(out, _database, config, summary=_summary)


def _database(report: RangeReport) -> dict[str, Any]:
    fields = check.head(report.database_report.server)
    fields["samples_since"] = None if report.since is None else _time(report.since)
    fields["remarks"] = list(report.remarks)
    fields["problems"] = [_problem(problem) for problem in report.problems]
    return fields | {"sequences": map(partial(_sequence, report), report.sequences)}


def _sequence(report: RangeReport, sequence_range: SequenceRange) -> dict[str, Any]:
    of, left = sequence_range.sequence, sequence_range.left
    return {
        "schema": of.schema,
        "name": of.name,
        "sql": of.sql,
        "status": sequence_range.report.status,
        "next_value": sequence_range.report.diagnosis.next_value,
        "increment": of.increment,
        "feeds": [{"schema": feed.schema, "table": feed.table, "column": feed.column} for feed in of.feeds],
        "left": check.left(left),
        "not_seen": [_problem(problem) for problem in sequence_range.unseen],
        "obstacles": [check.obstacle(each) for each in left.obstacles] if left else [],
        "ends_sooner": report.ends_sooner(sequence_range),
        "forecast": sequence_range.forecast and _forecast(sequence_range.forecast, report.now),
        "no_forecast": sequence_range.unknown_because or None,
        "jumped": sum(each.jumped for each in sequence_range.stretches),
        "set_back": sum(1 for each in sequence_range.stretches if each.back),
        "fix": sequence_range.repair or None,
        "ignored": sequence_range.report.ignored,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {"reason": problem.reason, "hint": problem.hint}


def _forecast(forecast: Forecast, now: float) -> dict[str, Any]:
    return {
        "seconds": forecast.seconds,
        "earliest": forecast.earliest,
        "latest": forecast.latest,
        "at": _time(now + forecast.seconds),
        "a_day": forecast.a_day,
        "window": forecast.window,
        "source": forecast.source,
    }


def _time(seconds: float) -> str | None:
    """ISO 8601 in UTC; None beyond the year 9999."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None


def _summary(reports: Iterable[RangeReport]) -> dict[str, Any]:
    counted = [(report, one) for report in reports for one in report.sequences if one.report.ignored is None]
    return {
        "sequences": len(counted),
        "ended": sum(one.ended for _, one in counted),
        "ends_sooner": sum(report.ends_sooner(one) for report, one in counted),
        "unknown": sum(one.left is None for _, one in counted),
    }
