"""The JSON document of `lint`."""

from __future__ import annotations

from typing import Any, TextIO

from pgseq.commands.lint import FileReport, Offence
from pgseq.render.json.document import JsonDocument
from pgseq.render.lint_sink import Unread


class LintDocument:
    """Writes one JSON document; `config` is the configuration file that was read."""

    def __init__(self, out: TextIO, config: str | None = None) -> None:
        document = JsonDocument(out, _file, config, key="files")
        self.file, self.close, self._problem = document.database, document.close, document.problem

    def unread(self, one: Unread) -> None:
        """Keep a file that was not read."""
        self._problem("unread", file=one.file, reason=one.reason, hint=one.hint)


def _file(report: FileReport) -> dict[str, Any]:
    return {
        "file": report.file,
        "statements": report.statements,
        "fixed": report.fixed,
        "findings": [_fields(one) for one in report.offences],
    }


def _fields(one: Offence) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity,
        "line": one.place.line,
        "column": one.place.column,
        "end_line": one.place.end,
        "message": one.message,
        "hint": one.hint,
        "sequence": one.sequence and {"schema": one.sequence[0] or None, "name": one.sequence[1]},
        "ignored": one.ignored,
    }
