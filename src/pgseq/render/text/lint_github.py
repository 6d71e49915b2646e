"""What `lint` found, as GitHub's workflow commands, which annotate a pull request.

Format: GitHub documentation, "Workflow commands for GitHub Actions"; escapes as in its toolkit's command.ts, of a text
in which control characters are shown as escapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TextIO

from pgseq.commands.lint import FileReport, LintFinding
from pgseq.commands.lint.rules import RULES
from pgseq.model.sequences import Severity
from pgseq.names import display
from pgseq.render.lint_sink import Unread

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
        for one in report.counted:
            self._out.write(_command(one))

    def unread(self, one: Unread) -> None:
        """Write that one file was not read."""
        properties = {"file": one.file, "title": "not read"}
        self._out.write(_line("error", properties, f"{one.reason} ({one.hint})"))

    def close(self) -> None:
        """Nothing follows the last file."""


def _command(one: LintFinding) -> str:
    title = next(code.TITLE for code in RULES if one.code == code.CODE)
    properties = {
        "file": one.place.file,
        "line": str(one.place.line),
        "endLine": str(one.place.end),
        "col": str(one.place.column),
        "title": f"{one.code} {title}",
    }
    return _line(_LEVELS[one.severity], properties, f"{one.message} ({one.hint})")


def _line(level: str, properties: Mapping[str, str], message: str) -> str:
    listed = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{level} {listed}::{_escaped(message)}\n"


def _escaped(text: str, more: str = "") -> str:
    escaped = display(text).replace("%", "%25")
    for character in more:
        escaped = escaped.replace(character, f"%{ord(character):02X}")
    return escaped
