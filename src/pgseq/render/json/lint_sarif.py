"""The findings of `lint` as SARIF 2.1.0, which code scanning reads.

Format: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import json
import os
from pathlib import PurePath
from typing import Any, Final, TextIO
from urllib.parse import quote

from pgseq.commands.lint import FileReport, LintFinding, Unread
from pgseq.commands.lint.rules import RULES, page
from pgseq.model.diagnosis import Severity
from pgseq.names import display
from pgseq.rule import Paged
from pgseq.version import __version__

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final[dict[Severity, str]] = {
    "error": "error",
    "warning": "warning",
    "unknown": "warning",
    "info": "note",
}


class Sarif:
    """Writes one SARIF log with one run."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._results: list[dict[str, Any]] = []
        self._unread: list[dict[str, Any]] = []

    def file(self, report: FileReport) -> None:
        """Keep one file's findings."""
        self._results += [_result(finding) for finding in report.findings]

    def unread(self, file: Unread) -> None:
        """Keep a file that was not read, as a notification of the run."""
        location = {"physicalLocation": {"artifactLocation": _artifact(file.file)}}
        text = {"text": display(f"{file.reason}. {file.hint}")}
        self._unread.append({"level": "error", "message": text, "locations": [location]})

    def close(self) -> None:
        """Write the log."""
        driver = {"name": "pgseq", "version": __version__, "rules": [_rule(rule) for rule in RULES]}
        # Columns are counted in characters, not in UTF-16's units.
        run = {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": not self._unread, "toolExecutionNotifications": self._unread}],
            "results": self._results,
        }
        self._out.write(json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n")


def _rule(rule: Paged) -> dict[str, Any]:
    text = page(rule.CODE)
    summary = " ".join((rule.__doc__ or "").strip().split("\n\n")[0].split())
    return {
        "id": rule.CODE,
        "name": "".join(word.capitalize() for word in rule.TITLE.split()),
        "shortDescription": {"text": summary},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[rule.SEVERITY]},
    }


def _result(finding: LintFinding) -> dict[str, Any]:
    place = finding.place
    region = {"startLine": place.line, "startColumn": place.column, "endLine": max(place.end, place.line)}
    location = {"artifactLocation": _artifact(place.file), "region": region}
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": [rule.CODE for rule in RULES].index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": display(f"{finding.message}. {finding.hint}")},
        "locations": [{"physicalLocation": location}],
    }
    if finding.ignored is not None:
        kind = "inSource" if finding.ignored_in_source else "external"
        result["suppressions"] = [{"kind": kind, "justification": display(finding.ignored)}]
    return result


def _artifact(file: str) -> dict[str, str]:
    return {"uri": quote(os.fsencode(PurePath(file).as_posix()))}
