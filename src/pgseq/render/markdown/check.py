"""A table in GitHub's Markdown, for an issue or a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from pgseq.model.diagnosis import Finding
from pgseq.model.reports import DatabaseReport, SequenceReport, Tally, Unreachable
from pgseq.names import display
from pgseq.render.text import folding, ways, words
from pgseq.render.text.check import repairing, unread
from pgseq.render.text.privileges import sentences
from pgseq.render.writer import Detail

_HEAD = "| Sequence | Feeds | Next value | Stored up to | Status | Findings |\n|---|---|--:|--:|---|---|\n"


class Markdown:
    """Writes a heading, a table, the statements that undo a fix and the sums for each database to `out`."""

    def __init__(self, out: TextIO, detail: Detail) -> None:
        self._out = out
        self._detail = detail

    def database(self, report: DatabaseReport) -> None:
        """Write one database."""
        shown = words.shown(report, self._detail)
        rows = folding.of_database(report, shown, self._detail)
        listed = rows[: self._detail.limit]
        self._out.write(f"### {plain(words.database(report.server))}\n\n")
        if listed:
            self._out.write(_HEAD)
            self._out.writelines(_row(row, verbose=self._detail.verbose) for row in listed)
            self._out.write("\n")
        if len(rows) > len(listed):
            self._out.write(f"… and {len(rows) - len(listed)} more.\n\n")
        for key in report.keys[: self._detail.limit] if self._detail.verbose else ():
            self._out.write(f"{key.finding.code} {plain(key.finding.message)}: {plain(key.finding.hint)}\n\n")
        for who, grant in sentences(unread([report], self._detail)):
            self._out.write(f"{plain(who)}\n\n    {grant}\n\n")
        self._out.write(undo(report.sequences))
        self._out.write(f"{words.summary([report])}\n\n")
        if following := repairing(report, Tally().add(report.sequences)):
            command, remark = following
            self._out.write(f"{code(command)}: {remark}\n\n")

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write that a database was left out."""
        self._out.write(left_out(unreachable))

    def close(self) -> None:
        """Nothing follows the last database."""


def _row(row: folding.Row[SequenceReport], *, verbose: bool) -> str:
    report = row.report
    messages = [
        text
        for finding in words.visible_findings(report, verbose=verbose)
        for text in (f"{finding.code} {plain(display(finding.short))}".strip(), *_ways(row, finding))
    ]
    findings = "<br>".join(messages + [plain(row.remark)] * bool(row.others))
    cells = (
        code(display(report.sequence.sql)),
        "<br>".join(code(display(words.feed(feed))) for feed in report.sequence.feeds) or "-",
        words.next_value(report),
        words.furthest(report),
        plain(words.outcome(report.applied) if report.applied else words.status_text(report)),
        findings,
    )
    return f"| {' | '.join(cells)} |\n"


def _ways(row: folding.Row[SequenceReport], finding: Finding) -> Iterator[str]:
    """The ways out of a finding, their commands as code."""
    hint = row.hint(finding.hint)
    for way in ways.ways(hint if row.others else ways.unsaid(hint, row.report.findings)):
        label = f"{way.label}{'' if way.rest or not way.label else ': '}" if way.action else way.label
        yield plain(label) + (code(way.action) if way.action else "") + plain(way.rest).rstrip()


def left_out(unreachable: Unreachable) -> str:
    """That a database was left out, and why."""
    return f"### {plain(display(unreachable.database))}\n\nLeft out: {plain(display(unreachable.reason))}\n\n"


def undo(sequences: Iterable[SequenceReport]) -> str:
    """The statements that undo what was moved, as a block of SQL under its heading; empty where nothing was."""
    statements = "\n".join(words.undoing(sequences))
    if not statements:
        return ""
    fence = "`" * max(3, _longest_run(statements) + 1)
    return f"{words.UNDO}\n\n{fence}sql\n{statements}\n{fence}\n\n"


def code(text: str) -> str:
    """`text` as a code span: fenced longer than any backticks in it, a bar escaped since it is in a table."""
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", r"\|")


def _longest_run(text: str) -> int:
    """The length of the longest run of backticks, which a fence has to exceed."""
    return max(map(len, re.findall("`+", text)), default=0)


def plain(text: str) -> str:
    """`text` as text: what Markdown or HTML would take for its own is escaped."""
    return re.sub(r"([\\`*_\[\]<>|~&#@])", r"\\\1", text)
