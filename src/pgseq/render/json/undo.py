"""The JSON document of `undo`."""

from __future__ import annotations

from typing import Any, TextIO

from pgseq.model.changes import UndoResult
from pgseq.model.reports import UndoReport
from pgseq.render.json.check import head
from pgseq.render.json.document import JsonDocument


def undo_document(out: TextIO, config: str | None = None) -> JsonDocument[UndoReport]:
    """The document over all databases; `config` is the configuration file that was read."""
    return JsonDocument(out, _database, config)


def _database(report: UndoReport) -> dict[str, Any]:
    moves = (_move(one, rehearsed=report.rehearsed) for one in report.results)
    return head(report.server) | {"dry_run": report.rehearsed, "moves": moves}


def _move(result: UndoResult, *, rehearsed: bool) -> dict[str, Any]:
    applied = result.applied
    return {
        "sequence": result.name,
        "result": "would move" if rehearsed and applied.result == "moved" else applied.result,
        "from": applied.before and applied.before.last_value,
        "to": applied.after and applied.after.last_value,
        "reason": applied.reason or None,
        "hint": applied.hint or None,
    }
