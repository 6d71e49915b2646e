"""The report of `range` as one HTML file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TextIO

from pgseq.commands.range import RangeReport, SequenceRange
from pgseq.model.reports import Unreachable
from pgseq.names import plural
from pgseq.render.html.check import Box
from pgseq.render.html.environment import environment
from pgseq.render.html.history import bars
from pgseq.render.text import words
from pgseq.render.text.range import rows
from pgseq.render.writer import Detail


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeView:
    """What is shown of one database: the rows listed, of so many, each a sequence and those that are like it."""

    report: RangeReport
    rows: tuple[list[SequenceRange], ...]
    count: int
    #: Those of them that have more to tell than their row, by oid.
    told: dict[int, SequenceRange]


class HtmlRange:
    """Writes one HTML file over all databases to `out` when it is closed. Raises UsageError without jinja2."""

    def __init__(self, out: TextIO, detail: Detail, config: str | None = None) -> None:
        self._template = environment().get_template("report_range.html")
        self._out = out
        self._detail = detail
        self._config = config
        self._views: list[RangeView] = []
        self._unreachable: list[Unreachable] = []

    def database(self, report: RangeReport) -> None:
        """Add one database."""
        every = rows(report, self._detail)
        listed = every[: self._detail.limit]
        told = {
            one.sequence.oid: one
            for one, *_ in listed
            if self._detail.verbose or bars(one) or one.unseen or (one.ended and one.repair)
        }
        self._views.append(RangeView(report=report, rows=tuple(listed), count=len(every), told=told))

    def unreachable(self, unreachable: Unreachable) -> None:
        """Add a database that could not be looked at."""
        self._unreachable.append(unreachable)

    def close(self) -> None:
        """Write the file."""
        self._out.writelines(
            self._template.generate(
                boxes=outlook([view.report for view in self._views], len(self._unreachable)),
                databases=self._views,
                unreachable=self._unreachable,
                config=self._config,
                detail=self._detail,
            )
        )
        self._out.write("\n")


def outlook(reports: Iterable[RangeReport], unreachable: int = 0) -> list[Box]:
    """How long things last, the worst first."""
    every = [(report, one) for report in reports for one in report.sequences if one.report.ignored is None]
    ended = sum(one.ended for _, one in every)
    sooner = sum(report.ends_sooner(one) and not one.ended for report, one in every)
    unseen = sum(one.left is None or not one.left.exact for _, one in every)
    told = sum(one.forecast is not None and not one.ended for _, one in every)
    silent = sum(one.forecast is None and not one.ended and one.left is not None for _, one in every)

    def noun(count: int, noun: str = "sequence") -> str:
        return plural(count, noun).partition(" ")[2]

    candidates = [
        ("wrong", unreachable, f"{noun(unreachable, 'database')} could not be looked at"),
        ("wrong", ended, f"{noun(ended)} ended: no value is left before what ends the run"),
        ("wrong", sooner, f"{noun(sooner)} {'ends' if sooner == 1 else 'end'} sooner than --within"),
        ("warning", unseen, f"{noun(unseen)} unknown: not everything could be read"),
        ("ok", told, f"{noun(told)} with a forecast"),
        ("ok", silent, f"{noun(silent)} without a forecast"),
    ]
    shown = [Box(kind=kind, number=number, text=text) for kind, number, text in candidates if number]
    return shown or [Box(kind="warning", number=0, text=words.NOTHING)]
