"""What `lint` found, as a JSON document."""

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

    def unread(self, one: Unread) -> None:
        """Keep a file that was not read."""
        self._unread.append(one)

    def close(self) -> None:
        """Write the document, a line."""
        document: dict[str, Any] = {"format": FORMAT, "pgseq": __version__} | by(self._config)
        document["files"] = [_file(one) for one in self._reports]
        if self._unread:
            document["unread"] = [{"file": one.file, "reason": one.reason, "hint": one.hint} for one in self._unread]
        self._out.write(json.dumps(document) + "\n")


def _file(report: FileReport) -> dict[str, Any]:
    return {
        "file": report.file,
        "statements": report.statements,
        "fixed": report.fixed,
        "findings": [_fields(one) for one in report.findings],
    }


def _fields(one: LintFinding) -> dict[str, Any]:
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
