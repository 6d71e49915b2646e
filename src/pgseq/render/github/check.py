"""A check as annotations of GitHub's run, and as Markdown for its summary."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final, TextIO

from pgseq.core.checks import CHECKS
from pgseq.model.diagnosis import Finding
from pgseq.model.reports import DatabaseReport, SequenceReport, Tally, Unreachable
from pgseq.names import display
from pgseq.render.github import LEVELS, workflow_command
from pgseq.render.markdown.check import Markdown
from pgseq.render.text import folding, words
from pgseq.render.text.check import unread
from pgseq.render.text.privileges import sentences
from pgseq.render.writer import Detail

#: Bytes of a step's summary; GitHub shows none of a longer one. Some are left for what stands there already.
SUMMARY: Final = 1_000_000
_TITLES: Final = {check.CODE: check.TITLE for check in CHECKS}


class Annotations:
    """Writes an annotation for each sequence with something wrong and for each database left out, and the sums.

    GitHub shows ten errors and ten warnings of a step. `summary` is the file of the step's summary, if there is one.
    """

    def __init__(self, out: TextIO, detail: Detail, summary: Path | None = None) -> None:
        self._out = out
        self._detail = detail
        self._summary = summary
        self._markdown = io.StringIO()
        self._tally = Tally()

    def database(self, report: DatabaseReport) -> None:
        """Write one database."""
        self._tally.add(report.sequences)
        rows = folding.of_database(report, words.shown(report, self._detail), self._detail)
        for row in rows[: self._detail.limit]:
            if findings := words.visible_findings(row.report, verbose=self._detail.verbose):
                self._out.write(_annotation(report, row, findings))
        for who, grant in sentences(unread([report], self._detail)):
            self._out.write(workflow_command("warning", {"title": report.server.database}, who, grant))
        if not self._full:
            Markdown(self._markdown, self._detail).database(report)

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write that a database was left out."""
        message = (unreachable.reason, unreachable.hint)
        self._out.write(
            workflow_command("error", {"title": f"{unreachable.database}: left out"}, *filter(None, message))
        )
        if not self._full:
            Markdown(self._markdown, self._detail).unreachable(unreachable)

    def close(self) -> None:
        """Write the sums, and the summary."""
        self._out.write("".join(text for text, _ in words.sums(self._tally)) + "\n")
        if self._summary is None:
            return
        try:
            with self._summary.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(_cut(self._markdown.getvalue()))
        except OSError as error:
            self._out.write(workflow_command("warning", {"title": "no summary"}, f"{self._summary}: {error.strerror}"))

    @property
    def _full(self) -> bool:
        return self._markdown.tell() > SUMMARY


def _cut(markdown: str) -> str:
    """The lines for which a summary has room."""
    text = markdown.encode(errors="backslashreplace")
    if len(text) <= SUMMARY:
        return markdown
    lines = text[:SUMMARY].rpartition(b"\n")[0].decode()
    return f"{lines}\n\n… and more, for which the summary has no room.\n"


def _annotation(report: DatabaseReport, row: folding.Row[SequenceReport], findings: tuple[Finding, ...]) -> str:
    """The annotation of a row, by its worst finding, with the others below it."""
    first = min(findings, key=lambda finding: list(LEVELS).index(finding.severity))
    database = report.server.label or report.server.database
    lines = [text for finding in findings for text in (finding.message, display(row.hint(finding.hint))) if text]
    title = f"{first.code} {_TITLES.get(first.code, '')}: {row.report.sequence.sql} in {database}"
    return workflow_command(LEVELS[first.severity], {"title": title}, *lines, *filter(None, (row.remark,)))
