"""The findings of `lint` as text."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pgseq.commands.lint import FileReport, LintFinding, Unread
from pgseq.model.diagnosis import Severity
from pgseq.names import display, plural
from pgseq.render.text import ways
from pgseq.render.text.terminal import Terminal

#: Severities as people read them, and their styles.
WORDS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "unknown": "unknown", "info": "info"}
STYLES: Final[dict[Severity, str]] = {
    "error": "out_of_sync",
    "warning": "warning",
    "unknown": "unknown",
    "info": "faint",
}
INDENT: Final = 4


class LintText:
    """Writes findings as lines that begin with file:line:column, and a summary."""

    def __init__(self, terminal: Terminal, *, quiet: bool) -> None:
        self._terminal = terminal
        self._quiet = quiet
        self._files = 0
        self._unread = 0
        self._fixed = 0
        self._counts: Counter[str] = Counter()

    def file(self, report: FileReport) -> None:
        """Write one file's findings."""
        self._files += 1
        self._fixed += report.fixed
        self._counts.update(one.severity if one.ignored is None else "ignored" for one in report.findings)
        for finding in report.counted:
            if not (self._quiet and finding.severity == "info"):
                self._write(finding)

    def unread(self, file: Unread) -> None:
        """Count a file; stderr says why it was not read."""
        self._unread += 1

    def close(self) -> None:
        """Write the summary, if a file was read."""
        if self._quiet or not self._files:
            return
        parts = [plural(self._counts[one], one) for one in ("error", "warning") if self._counts[one]]
        parts += [f"{self._counts['unknown']} cannot be told"] if self._counts["unknown"] else []
        parts += [f"{self._counts['ignored']} ignored"] if self._counts["ignored"] else []
        parts += [f"{self._unread} not read"] if self._unread else []
        parts += [f"{plural(self._fixed, 'sequence')} put right"] if self._fixed else []
        summary = ", ".join(parts) or "no sequence is left behind"
        style = "out_of_sync" if self._counts["error"] else "unknown" if parts else "ok"
        self._terminal.line((f"{plural(self._files + self._unread, 'file')}: ", ""), (summary, style))

    def _write(self, finding: LintFinding) -> None:
        place = f"{display(finding.place.file)}:{finding.place.line}:{finding.place.column}: "
        severity = (f"{WORDS[finding.severity]}: ", STYLES[finding.severity])
        self._terminal.line((place, "head"), severity, (display(finding.message), ""), (f" [{finding.code}]", "faint"))
        ways.write(self._terminal, finding.hint, INDENT)
