"""The findings of `lint` as a report of GitLab's code quality, which a merge request shows.

Format: GitLab documentation, "Code Quality: Import code quality results from a CI/CD job".
"""

from __future__ import annotations

import json
import os
from collections import Counter
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any, Final, TextIO

from pgseq.commands.lint import FileReport, LintFinding, Unread
from pgseq.model.diagnosis import Severity
from pgseq.names import display

_SEVERITIES: Final[dict[Severity, str]] = {"error": "major", "warning": "minor", "unknown": "minor", "info": "info"}


class CodeQuality:
    """Writes one array with the findings that count, and the files that were not read."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._issues: list[dict[str, Any]] = []
        self._alike: Counter[str] = Counter()

    def file(self, report: FileReport) -> None:
        """Keep one file's findings."""
        self._issues += [self._finding(finding) for finding in report.counted]

    def unread(self, file: Unread) -> None:
        """Keep a file that was not read."""
        self._issues.append(self._issue("not read", file.file, 1, 1, "major", (file.reason, file.hint)))

    def close(self) -> None:
        """Write the array."""
        self._out.write(json.dumps(self._issues) + "\n")

    def _finding(self, finding: LintFinding) -> dict[str, Any]:
        place, severity = finding.place, _SEVERITIES[finding.severity]
        said = (finding.message, finding.hint)
        return self._issue(finding.code, place.file, place.line, place.end, severity, said)

    def _issue(self, code: str, file: str, line: int, end: int, severity: str, said: tuple[str, str]) -> dict[str, Any]:
        path = _path(file)
        message, hint = said
        # By what stays the same where a line is added above it, and however the file is named in a command.
        same = json.dumps([code, path, message])
        self._alike[same] += 1
        return {
            "description": display(f"{message}. {hint}"),
            "check_name": code,
            "fingerprint": sha256(f"{same}{self._alike[same]}".encode()).hexdigest(),
            "severity": severity,
            "location": {"path": path, "lines": {"begin": line, "end": max(end, line)}},
        }


def _path(file: str) -> str:
    """A path below the working folder, which is the repository's in a job, as one below it."""
    path = Path(file)
    known = path.relative_to(Path.cwd()) if path.is_absolute() and path.is_relative_to(Path.cwd()) else PurePath(file)
    return os.fsencode(PurePath(os.path.normpath(known)).as_posix()).decode(errors="backslashreplace")
