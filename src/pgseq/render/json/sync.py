"""The JSON document of `sync`: that of `check` for the target, with what the source says beside each sequence."""

from __future__ import annotations

import json
from typing import Any, TextIO

from pgseq.commands.sync import Comparison, Cutover
from pgseq.model.reports import Report
from pgseq.model.sequences import Position, Sequence
from pgseq.render.json import check as document
from pgseq.render.writer import by
from pgseq.version import __version__


class CutoverDocument:
    """Writes one document to `out`; `config` is the configuration file that was read."""

    def __init__(self, out: TextIO, config: str | None = None) -> None:
        self._out = out
        self._config = config

    def database(self, cutover: Cutover) -> None:
        """Write the document."""
        report = Report(databases=(cutover.target,))
        content = {
            "format": document.FORMAT,
            "pgseq": __version__,
            **by(self._config),
            "databases": [_database(cutover)],
            "summary": {status: report.count(status) for status in ("ok", "out_of_sync", "exhausted", "unknown")},
        }
        self._out.write(json.dumps(content) + "\n")


def _database(cutover: Cutover) -> dict[str, Any]:
    server, source = cutover.target.server, cutover.source
    return {
        "database": server.database,
        "server_version": server.version,
        "in_recovery": server.in_recovery,
        "source": {
            "database": source.server.database,
            "server_version": source.server.version,
            "in_recovery": source.server.in_recovery,
            "read_only": source.instance.read_only,
            "exempt_roles": source.instance.exempt,
            "other_sessions": source.instance.others,
        },
        "missing_on_target": [_name(one) for one in cutover.missing_on_target],
        "missing_on_source": [_name(one) for one in cutover.missing_on_source],
        "sequences": [_sequence(one) for one in cutover.comparisons],
    }


def _sequence(comparison: Comparison) -> dict[str, Any]:
    beside = {"source": _source(comparison), "lag": comparison.lag, "differences": list(comparison.differences)}
    return document.sequence(comparison.report) | beside


def _source(comparison: Comparison) -> dict[str, Any] | None:
    if comparison.source is None:
        return None
    position = comparison.source.position if isinstance(comparison.source.position, Position) else None
    return _name(comparison.source.sequence) | {
        "last_value": position and position.last_value,
        "is_called": position and position.is_called,
        "next_value": comparison.source.next_value,
    }


def _name(sequence: Sequence) -> dict[str, str]:
    return {"schema": sequence.schema, "name": sequence.name}
