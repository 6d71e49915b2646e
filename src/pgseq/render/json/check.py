"""The JSON document of `check` and `fix`, written sequence by sequence.

Its fields are a contract, described by docs/check.schema.json. Only ASCII is written: whatever a name holds, the
document is valid in every encoding and cannot command a terminal.
"""

from __future__ import annotations

import json
from typing import Any, TextIO

from pgseq.model.changes import Applied, Step
from pgseq.model.reports import DatabaseReport, Report, SequenceReport
from pgseq.model.sequences import Position
from pgseq.render.sink import Unreachable, by
from pgseq.version import __version__

#: The version of the document's form.
FORMAT = 1


class Document:
    """Writes one document over all databases to `out`; `config` is the configuration file that was read."""

    def __init__(self, out: TextIO, config: str | None = None) -> None:
        self._out = out
        self._config = config
        self._reports: list[DatabaseReport] = []
        self._unreachable: list[Unreachable] = []

    def database(self, report: DatabaseReport) -> None:
        """Add what was seen in one database."""
        self._open()
        self._reports.append(report)
        server = report.server
        head = {
            "database": server.database,
            "server_version": server.version,
            "in_recovery": server.in_recovery,
            "sequences": [],
        }
        self._out.write(json.dumps(head)[: -len("]}")])
        for number, one in enumerate(report.sequences):
            self._out.write(f"{',' if number else ''}\n{json.dumps(sequence(one))}")
        self._out.write("]}")

    def unreachable(self, one: Unreachable) -> None:
        """Add a database that could not be looked at."""
        self._unreachable.append(one)

    def close(self) -> None:
        """Finish the document with the sums."""
        if not self._reports:
            self._out.write(self._head())
        tail: dict[str, Any] = {}
        if self._unreachable:
            tail["unreachable"] = [
                {"database": one.database, "reason": one.reason, "hint": one.hint} for one in self._unreachable
            ]
        report = Report(databases=tuple(self._reports))
        tail["summary"] = {status: report.count(status) for status in ("ok", "out_of_sync", "exhausted", "unknown")}
        self._out.write(f"],\n{json.dumps(tail)[1:]}\n")

    def _open(self) -> None:
        self._out.write(",\n" if self._reports else self._head())

    def _head(self) -> str:
        head = {"format": FORMAT, "pgseq": __version__} | by(self._config) | {"databases": []}
        return json.dumps(head)[: -len("]}")] + "\n"


def sequence(one: SequenceReport) -> dict[str, Any]:
    """One sequence of the document."""
    of, judged = one.sequence, one.diagnosis
    position = judged.reading.position if isinstance(judged.reading.position, Position) else None
    fields: dict[str, Any] = {
        "schema": of.schema,
        "name": of.name,
        "sql": of.sql,
        "data_type": of.data_type,
        "start": of.start,
        "increment": of.increment,
        "min": of.min,
        "max": of.max,
        "cache": of.cache,
        "cycle": of.cycle,
        "last_value": position and position.last_value,
        "is_called": position and position.is_called,
        "next_value": judged.next_value,
        "feeds": [
            {"schema": f.schema, "table": f.table, "column": f.column, "type": f.type, "via": f.via} for f in of.feeds
        ],
        "status": one.status,
        "inserts_until_collision": judged.inserts_until_collision,
        "furthest": judged.furthest,
        "reason": judged.reason and judged.reason.reason,
        "fix": one.step and _fix(one.step),
        "findings": [
            {"code": f.code, "severity": f.severity, "message": f.message, "hint": f.hint} for f in one.findings
        ],
    }
    if of.extension is not None:
        fields["extension"] = of.extension
    if one.ignored is not None:
        fields["ignored"] = one.ignored
    if one.applied is not None:
        fields["applied"] = _applied(one.applied)
    return fields


def _fix(step: Step) -> dict[str, Any]:
    return {"next_value": step.next_value, "sql": step.sql, "undo": step.undo}


def _applied(applied: Applied) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "result": applied.result,
        "from": applied.before and applied.before.last_value,
        "to": applied.after and applied.after.last_value,
        "reason": applied.reason or None,
        "hint": applied.hint or None,
    }
    if applied.undo is not None:
        fields["undo"] = applied.undo
    return fields
