"""A table in GitHub's Markdown, for an issue or a pull request."""

from __future__ import annotations

import re
from typing import TextIO

from pgseq.names import display
from pgseq.render import folding, words
from pgseq.render.output import Detail, Unreachable
from pgseq.reports import DatabaseReport

_HEAD = "| Sequence | Feeds | Next value | Stored up to | Status | Findings |\n|---|---|--:|--:|---|---|\n"


class Markdown:
    """Writes a heading, a table and the sums for each database to `out`."""

    def __init__(self, out: TextIO, detail: Detail) -> None:
        self._out = out
        self._detail = detail

    def database(self, report: DatabaseReport) -> None:
        """Write one database."""
        shown = words.shown(report, self._detail)
        rows = folding.rows(shown, self._detail)
        listed = rows[: self._detail.limit]
        self._out.write(f"### {plain(words.database(report.server))}\n\n")
        if listed:
            self._out.write(_HEAD)
            self._out.writelines(_row(row, verbose=self._detail.verbose) for row in listed)
            self._out.write("\n")
        if len(rows) > len(listed):
            self._out.write(f"… and {len(rows) - len(listed)} more.\n\n")
        self._out.write(f"{words.summary([report])}\n\n")

    def unreachable(self, one: Unreachable) -> None:
        """Write that a database could not be looked at."""
        self._out.write(f"### {plain(display(one.database))}\n\nNot reached: {plain(display(one.reason))}\n\n")

    def close(self) -> None:
        """Nothing follows the last database."""


def _row(row: folding.Row, *, verbose: bool) -> str:
    one = row.one
    told = [f"{found.code} {plain(display(found.message))}" for found in words.telling(one, verbose=verbose)]
    findings = "<br>".join(told + [plain(row.remark)] * bool(row.others))
    cells = (
        code(display(one.sequence.sql)),
        "<br>".join(code(display(feed.label)) for feed in one.sequence.feeds) or "-",
        words.next_value(one),
        words.number(one.diagnosis.furthest),
        plain(words.outcome(one.applied) if one.applied else words.state(one)),
        findings,
    )
    return f"| {' | '.join(cells)} |\n"


def code(text: str) -> str:
    """`text` as a code span: fenced longer than any backticks in it, a bar escaped since it is in a table."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", r"\|")


def plain(text: str) -> str:
    """`text` as text: what Markdown or HTML would take for its own is escaped."""
    return re.sub(r"([\\`*_\[\]<>|~&#@])", r"\\\1", text)
