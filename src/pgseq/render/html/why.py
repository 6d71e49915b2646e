"""The report of `why` as one HTML file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TextIO

from pgseq.commands.why import SequenceCauses, WhyReport
from pgseq.model.reports import Unreachable
from pgseq.render.html.check import boxes
from pgseq.render.html.environment import environment
from pgseq.render.text import words
from pgseq.render.text.check import unread
from pgseq.render.text.privileges import sentences
from pgseq.render.text.why import NAMES, NOTHING
from pgseq.render.writer import Detail


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyView:
    """What is shown of one database: the causes listed, of so many."""

    report: WhyReport
    causes: tuple[SequenceCauses, ...]
    count: int
    grants: tuple[tuple[str, str], ...]


class HtmlCauses:
    """Writes one HTML file over all databases to `out` when it is closed. Raises UsageError without jinja2."""

    def __init__(self, out: TextIO, detail: Detail, config: str | None = None) -> None:
        self._template = environment().get_template("report_why.html")
        self._out = out
        self._detail = detail
        self._config = config
        self._reports: list[WhyReport] = []
        self._unreachable: list[Unreachable] = []

    def database(self, report: WhyReport) -> None:
        """Add one database."""
        self._reports.append(report)

    def unreachable(self, unreachable: Unreachable) -> None:
        """Add a database that could not be looked at."""
        self._unreachable.append(unreachable)

    def close(self) -> None:
        """Write the file."""
        self._out.writelines(
            self._template.generate(
                boxes=boxes((one.database_report for one in self._reports), len(self._unreachable)),
                databases=[self._view(report) for report in self._reports],
                unreachable=self._unreachable,
                names=NAMES,
                nothing=NOTHING,
                config=self._config,
            )
        )
        self._out.write("\n")

    def _view(self, report: WhyReport) -> WhyView:
        missing = [(server, sequences) for server, sequences in unread([report.database_report], self._detail)]
        oids = {sequence.oid for _, sequences in missing for sequence in sequences}
        causes = [
            one
            for one in report.sequences
            if self._detail.verbose or (words.wrong(one.report) and one.report.sequence.oid not in oids)
        ]
        return WhyView(
            report=report,
            causes=tuple(causes[: self._detail.limit]),
            count=len(causes),
            grants=tuple(sentences(missing)),
        )
