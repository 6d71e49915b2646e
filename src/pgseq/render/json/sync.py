"""The JSON document of `sync`: that of `check` for the target, with what the source says beside each sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TextIO

from pgseq.commands.sync import Comparison, Cutover
from pgseq.model.sequences import Position, Sequence
from pgseq.render.json import check
from pgseq.render.json.document import JsonDocument


class CutoverDocument:
    """Writes one document to `out`; `config` is the configuration file that was read."""

    def __init__(self, out: TextIO, config: str | None = None) -> None:
        self._out = out
        self._config = config

    def database(self, cutover: Cutover) -> None:
        """Write the document."""
        document = JsonDocument(self._out, _database, self._config, summary=_statuses)
        document.database(cutover)
        document.close()


def _statuses(cutovers: list[Cutover]) -> dict[str, Any]:
    return check.statuses(cutover.target for cutover in cutovers)


def _database(cutover: Cutover) -> dict[str, Any]:
    source = cutover.source
    return check.head(cutover.target.server) | {
        "source": check.head(source.server)
        | {
            "read_only": source.instance.read_only,
            "exempt_roles": source.instance.exempt,
            "other_sessions": source.instance.others,
        },
        "missing_on_target": [_name(one) for one in cutover.missing_on_target],
        "missing_on_source": [_name(one) for one in cutover.missing_on_source],
        "sequences": _sequences(cutover.comparisons),
    }


def _sequences(comparisons: tuple[Comparison, ...]) -> Iterator[dict[str, Any]]:
    reports = [comparison.report for comparison in comparisons]
    for comparison, fields in zip(comparisons, check.sequences(reports), strict=True):
        beside = {"source": _source(comparison), "lag": comparison.lag, "differences": list(comparison.differences)}
        yield fields | beside


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
