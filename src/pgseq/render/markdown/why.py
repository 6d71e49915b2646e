"""What `why` has found as tables in GitHub's Markdown."""

from __future__ import annotations

from typing import TextIO

from pgseq.commands.why import SequenceCauses, WhyReport
from pgseq.model.reports import Unreachable
from pgseq.names import display
from pgseq.render.markdown.check import code, left_out, plain
from pgseq.render.text import words
from pgseq.render.text.why import NAMES, NOTHING
from pgseq.render.writer import Detail

_HEAD = "| Sequence | Status | Cause | Evidence | Source |\n|---|---|---|---|---|\n"


class CauseMarkdown:
    """Writes a heading and a table of evidence for each database to `out`; healthy sequences with `verbose`."""

    def __init__(self, out: TextIO, detail: Detail) -> None:
        self._out = out
        self._detail = detail

    def database(self, why_report: WhyReport) -> None:
        """Write one database."""
        shown = [one for one in why_report.sequences if self._detail.verbose or words.wrong(one.report)]
        listed = shown[: self._detail.limit]
        self._out.write(f"### {plain(words.database(why_report.database_report.server))}\n\n")
        if listed:
            self._out.write(_HEAD)
            self._out.writelines(row for one in listed for row in _rows(one))
            self._out.write("\n")
        if len(shown) > len(listed):
            self._out.write(f"… and {len(shown) - len(listed)} more.\n\n")
        self._out.write(f"{words.summary([why_report.database_report])}\n\n")

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write that a database was left out."""
        self._out.write(left_out(unreachable))

    def close(self) -> None:
        """Nothing follows the last database."""


def _rows(causes: SequenceCauses) -> list[str]:
    head = (code(display(causes.report.sequence.sql)), plain(words.state(causes.report)))
    lines = [
        (NAMES[evidence.cause], evidence.text + (f"; but: {evidence.limit}" if evidence.limit else ""), evidence.source)
        for evidence in causes.evidence
    ]
    lines += [("not seen", problem.reason, problem.hint) for problem in causes.problems]
    lines = lines or [("-", NOTHING.get(causes.report.status, ""), "")]
    return [f"| {' | '.join((*head, *(plain(display(text)) for text in one)))} |\n" for one in lines]
