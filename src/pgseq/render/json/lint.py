"""The findings of `lint` as a JSON document."""

from __future__ import annotations

from typing import Any, TextIO

from pgseq.commands.lint import FileReport, LintFinding, Unread
from pgseq.render.json.document import JsonDocument


class LintDocument:
    """Writes one JSON document; `config` is the configuration file that was read."""

    def __init__(self, out: TextIO, config: str | None = None) -> None:
        document = JsonDocument(out, _file, config, key="files")
        self.file, self.close, self._problem = document.database, document.close, document.problem

    def unread(self, file: Unread) -> None:
        """Keep a file that was not read."""
        self._problem("unread", file=file.file, reason=file.reason, hint=file.hint)


def _file(report: FileReport) -> dict[str, Any]:
    return {
        "file": report.file,
        "statements": report.statements,
        "fixed": report.fixed,
        "findings": [_fields(finding) for finding in report.findings],
    }


def _fields(finding: LintFinding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "line": finding.place.line,
        "column": finding.place.column,
        "end_line": finding.place.end,
        "message": finding.message,
        "hint": finding.hint,
        "sequence": finding.sequence and {"schema": finding.sequence[0] or None, "name": finding.sequence[1]},
        "ignored": finding.ignored,
    }
