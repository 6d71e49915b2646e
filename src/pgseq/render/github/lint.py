"""The findings of `lint` as annotations of GitHub."""

from __future__ import annotations

from typing import TextIO

from pgseq.commands.lint import FileReport, LintFinding, Unread
from pgseq.commands.lint.rules import RULES
from pgseq.render.github import LEVELS, workflow_command


class Annotations:
    """Writes a line for each finding that counts, and for each file that was not read."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def file(self, report: FileReport) -> None:
        """Write one file's findings."""
        for finding in report.counted:
            self._out.write(_annotation(finding))

    def unread(self, file: Unread) -> None:
        """Write that one file was not read."""
        properties = {"file": file.file, "title": "not read"}
        self._out.write(workflow_command("error", properties, f"{file.reason} ({file.hint})"))

    def close(self) -> None:
        """Nothing follows the last file."""


def _annotation(finding: LintFinding) -> str:
    title = next(rule.TITLE for rule in RULES if finding.code == rule.CODE)
    properties = {
        "file": finding.place.file,
        "line": str(finding.place.line),
        "endLine": str(finding.place.end),
        "col": str(finding.place.column),
        "title": f"{finding.code} {title}",
    }
    return workflow_command(LEVELS[finding.severity], properties, f"{finding.message} ({finding.hint})")
