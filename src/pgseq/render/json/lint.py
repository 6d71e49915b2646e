"""The findings of `lint` as a JSON document."""

from __future__ import annotations

import json
from typing import Any, TextIO

from pgseq.commands.lint import FileReport, LintFinding
from pgseq.render.json.check import FORMAT
from pgseq.render.lint_sink import Unread
from pgseq.render.sink import by
from pgseq.version import __version__


class LintDocument:
    """Writes one JSON document; `config` is the configuration file that was read."""

    def __init__(self, out: TextIO, config: str | None = None) -> None:
        self._out = out
        self._config = config
        self._reports: list[FileReport] = []
        self._unread: list[Unread] = []

    def file(self, report: FileReport) -> None:
        """Keep one file's findings."""
        self._reports.append(report)

    def unread(self, file: Unread) -> None:
        """Keep a file that was not read."""
        self._unread.append(file)

    def close(self) -> None:
        """Write the document, a line."""
        document: dict[str, Any] = {"format": FORMAT, "pgseq": __version__} | by(self._config)
        document["files"] = [_file(report) for report in self._reports]
        if self._unread:
            document["unread"] = [
                {"file": file.file, "reason": file.reason, "hint": file.hint} for file in self._unread
            ]
        self._out.write(json.dumps(document) + "\n")


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
