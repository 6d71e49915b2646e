"""The JSON document of `sync`: that of `check` for the target, with what the source says beside each sequence."""

from __future__ import annotations

from typing import Any, TextIO

from pgseq.commands.sync import Compared, Cutover
from pgseq.model.sequences import Position, Sequence
from pgseq.render.json import check
from pgseq.render.json.document import JsonDocument


class CutoverDocument:
    """Writes one document to `out`; `config` is the configuration file that was read."""

    def __init__(self, out: TextIO, config: str | None = None) -> None:
        self._out = out
        self._config = config

    def database(self, found: Cutover) -> None:
        """Write the document."""
        document = JsonDocument(self._out, _database, self._config, summary=_statuses)
        document.database(found)
        document.close()


def _statuses(cutovers: list[Cutover]) -> dict[str, Any]:
    return check.statuses(cutover.target for cutover in cutovers)


def _database(found: Cutover) -> dict[str, Any]:
    source = found.source
    return check.head(found.target.server) | {
        "source": check.head(source.server)
        | {
            "read_only": source.instance.closed,
            "exempt_roles": source.instance.exempt,
            "other_sessions": source.instance.others,
        },
        "missing_on_target": [_name(one) for one in found.missing_on_target],
        "missing_on_source": [_name(one) for one in found.missing_on_source],
        "sequences": map(_sequence, found.compared),
    }


def _sequence(one: Compared) -> dict[str, Any]:
    beside = {"source": _source(one), "lag": one.lag, "differences": list(one.differences)}
    return check.sequence(one.examined) | beside


def _source(one: Compared) -> dict[str, Any] | None:
    if one.source is None:
        return None
    position = one.source.position if isinstance(one.source.position, Position) else None
    return _name(one.source.sequence) | {
        "last_value": position and position.last_value,
        "is_called": position and position.is_called,
        "next_value": one.source.next_value,
    }


def _name(sequence: Sequence) -> dict[str, str]:
    return {"schema": sequence.schema, "name": sequence.name}
