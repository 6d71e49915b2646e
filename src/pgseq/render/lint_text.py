"""What `lint` found: lines for people, and a JSON document."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final, Protocol, TextIO

from pgseq.lint import FileReport, Offence
from pgseq.model import Severity
from pgseq.names import display
from pgseq.render.document import FORMAT
from pgseq.render.terminal import Terminal
from pgseq.render.words import plural
from pgseq.version import __version__

#: Severities as people read them, and their styles.
WORDS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "unknown": "unknown", "info": "info"}
STYLES: Final[dict[Severity, str]] = {
    "error": "out_of_sync",
    "warning": "warning",
    "unknown": "unknown",
    "info": "faint",
}
INDENT: Final = 4


class LintOutput(Protocol):
    """Takes the reports file by file."""

    def file(self, report: FileReport) -> None:
        """Write what was found in one file."""
        ...

    def close(self) -> None:
        """Write what follows the last file."""
        ...


class LintText:
    """Writes findings as lines that begin with file:line:column, and a summary."""

    def __init__(self, terminal: Terminal, *, quiet: bool) -> None:
        self._terminal = terminal
        self._quiet = quiet
        self._files = 0
        self._fixed = 0
        self._counts: Counter[str] = Counter()

    def file(self, report: FileReport) -> None:
        """Write one file's findings."""
        self._files += 1
        self._fixed += report.fixed
        self._counts.update(one.severity if one.ignored is None else "ignored" for one in report.offences)
        for one in report.counted:
            if not (self._quiet and one.severity == "info"):
                self._offence(one)

    def close(self) -> None:
        """Write how many of what were found."""
        if self._quiet:
            return
        parts = [plural(self._counts[one], one) for one in ("error", "warning") if self._counts[one]]
        parts += [f"{self._counts['unknown']} cannot be told"] if self._counts["unknown"] else []
        parts += [f"{self._counts['ignored']} ignored"] if self._counts["ignored"] else []
        parts += [f"{plural(self._fixed, 'sequence')} put right"] if self._fixed else []
        found = ", ".join(parts) or "no sequence is left behind"
        style = "out_of_sync" if self._counts["error"] else "unknown" if parts else "ok"
        self._terminal.line((f"{plural(self._files, 'file')}: ", ""), (found, style))

    def _offence(self, one: Offence) -> None:
        place = f"{display(one.place.file)}:{one.place.line}:{one.place.column}: "
        severity = (f"{WORDS[one.severity]}: ", STYLES[one.severity])
        self._terminal.line((place, "head"), severity, (f"{display(one.message)} [{one.code}]", ""))
        self._terminal.note(display(one.hint), "faint", label="→", indent=INDENT)


class LintDocument:
    """Writes one JSON document."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._reports: list[FileReport] = []

    def file(self, report: FileReport) -> None:
        """Keep one file's findings."""
        self._reports.append(report)

    def close(self) -> None:
        """Write the document, a line."""
        document = {"format": FORMAT, "pgseq": __version__, "files": [_file(one) for one in self._reports]}
        self._out.write(json.dumps(document) + "\n")


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
