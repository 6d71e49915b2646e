"""The report of `why` as one HTML file."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from pgseq.commands.why import SequenceCauses, WhyReport
from pgseq.render.html.check import boxes
from pgseq.render.html.file import HtmlFile
from pgseq.render.text import words
from pgseq.render.text.check import unread
from pgseq.render.text.privileges import sentences
from pgseq.render.text.why import NAMES, NOTHING


class WhyView(Struct, frozen=True, kw_only=True):
    """What is shown of one database: the causes listed, of so many."""

    report: WhyReport
    causes: tuple[SequenceCauses, ...]
    count: int
    grants: tuple[tuple[str, str], ...]


class HtmlCauses(HtmlFile[WhyReport]):
    """The report of `why`."""

    TEMPLATE = "report_why.html"

    def _shown(self) -> dict[str, Any]:
        return {
            "boxes": boxes((one.database_report for one in self._reports), len(self._unreachable)),
            "databases": [self._view(report) for report in self._reports],
            "names": NAMES,
            "nothing": NOTHING,
        }

    def _view(self, report: WhyReport) -> WhyView:
        missing = [(server, sequences) for server, sequences in unread([report.database_report], self._detail)]
        oids = {sequence.oid for _, sequences in missing for sequence in sequences}
        causes = [
            causes
            for causes in report.sequences
            if self._detail.verbose or (words.wrong(causes.report) and causes.report.sequence.oid not in oids)
        ]
        return WhyView(
            report=report,
            causes=tuple(causes[: self._detail.limit]),
            count=len(causes),
            grants=tuple(sentences(missing)),
        )
