"""The report of `range` as one HTML file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from pgseq.commands.range import RangeReport, SequenceRange
from pgseq.render.html.file import Box, HtmlFile, boxed, noun
from pgseq.render.html.history import bars
from pgseq.render.text import words
from pgseq.render.text.folding import Row
from pgseq.render.text.range import rows


class RangeView(Struct, frozen=True, kw_only=True):
    """What is shown of one database: the rows listed, of so many, each a sequence and those that are like it."""

    report: RangeReport
    rows: tuple[Row[SequenceRange], ...]
    count: int
    #: Those of them that have more to tell than their row, by oid.
    told: dict[int, SequenceRange]


class HtmlRange(HtmlFile[RangeReport]):
    """The report of `range`."""

    TEMPLATE = "report_range.html"

    def _shown(self) -> dict[str, Any]:
        return {
            "boxes": outlook(self._reports, len(self._unreachable)),
            "databases": [self._view(report) for report in self._reports],
        }

    def _view(self, report: RangeReport) -> RangeView:
        every = rows(report, self._detail)
        listed = every[: self._detail.limit]
        told = {
            one.sequence.oid: one
            for one in (row.report for row in listed)
            if self._detail.verbose or bars(one) or one.unseen or (one.ended and one.repair)
        }
        return RangeView(report=report, rows=tuple(listed), count=len(every), told=told)


def outlook(reports: Iterable[RangeReport], unreachable: int = 0) -> list[Box]:
    """How long things last, the worst first."""
    every = [(report, one) for report in reports for one in report.sequences if one.report.ignored is None]
    ended = sum(one.ended for _, one in every)
    sooner = sum(report.ends_sooner(one) and not one.ended for report, one in every)
    unseen = sum(one.left is None or not one.left.exact for _, one in every)
    told = sum(one.forecast is not None and not one.ended for _, one in every)
    silent = sum(one.forecast is None and not one.ended and one.left is not None for _, one in every)
    candidates = [
        ("wrong", unreachable, f"{noun(unreachable, 'database')} could not be looked at"),
        ("wrong", ended, f"{noun(ended)} ended: no value is left before what ends the run"),
        ("wrong", sooner, f"{noun(sooner)} {'ends' if sooner == 1 else 'end'} sooner than --within"),
        ("warning", unseen, f"{noun(unseen)} unknown: not everything could be read"),
        ("ok", told, f"{noun(told)} with a forecast"),
        ("ok", silent, f"{noun(silent)} without a forecast"),
    ]
    return boxed(candidates) or [Box(kind="warning", number=0, text=words.NOTHING)]
