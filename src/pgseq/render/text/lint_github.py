"""The findings of `lint` as GitHub's workflow commands, which annotate a pull request.

Format: GitHub documentation, "Workflow commands for GitHub Actions"; escapes as in its toolkit's command.ts, of a text
in which control characters are shown as escapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TextIO

from pgseq.commands.lint import FileReport, LintFinding, Unread
from pgseq.commands.lint.rules import RULES
from pgseq.model.diagnosis import Severity
from pgseq.names import display

_LEVELS: Final[dict[Severity, str]] = {
    "error": "error",
    "warning": "warning",
    "unknown": "warning",
    "info": "notice",
}


class Annotations:
    """Writes a line for each finding that counts, and for each file that was not read."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def file(self, report: FileReport) -> None:
        """Write one file's findings."""
        for finding in report.counted:
            self._out.write(_command(finding))

    def unread(self, file: Unread) -> None:
        """Write that one file was not read."""
        properties = {"file": file.file, "title": "not read"}
        self._out.write(_line("error", properties, f"{file.reason} ({file.hint})"))

    def close(self) -> None:
        """Nothing follows the last file."""


def _command(finding: LintFinding) -> str:
    title = next(rule.TITLE for rule in RULES if finding.code == rule.CODE)
    properties = {
        "file": finding.place.file,
        "line": str(finding.place.line),
        "endLine": str(finding.place.end),
        "col": str(finding.place.column),
        "title": f"{finding.code} {title}",
    }
    return _line(_LEVELS[finding.severity], properties, f"{finding.message} ({finding.hint})")


def _line(level: str, properties: Mapping[str, str], message: str) -> str:
    listed = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{level} {listed}::{_escaped(message)}\n"


def _escaped(text: str, more: str = "") -> str:
    escaped = display(text).replace("%", "%25")
    for character in more:
        escaped = escaped.replace(character, f"%{ord(character):02X}")
    return escaped
