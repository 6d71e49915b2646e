"""Which of many sequences a list shows: by their state, by a part of a name, page by page. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.render.text import words

#: What a list can be restricted to.
FILTERS: Final[Mapping[str, str]] = {
    "wrong": "not in sync",
    "warned": "with a warning",
    "ok": "in sync",
    "all": "all",
}


class Page(Struct, frozen=True, kw_only=True):
    """Some of many rows: the `number`th of `count` pages, from 1."""

    rows: tuple[SequenceReport, ...]
    number: int
    count: int
    total: int


def paged(rows: list[SequenceReport], number: str, size: int) -> Page:
    """The page of that number, or the nearest that there is."""
    count = max(1, math.ceil(len(rows) / size))
    wanted = int(number) if number.isdecimal() and len(number) < 10 else 1
    at = min(max(wanted, 1), count)
    return Page(rows=tuple(rows[(at - 1) * size : at * size]), number=at, count=count, total=len(rows))


def usual(report: DatabaseReport) -> str:
    """The filter where none is asked for."""
    return "wrong" if any(map(words.wrong, report.sequences)) else "all"


def selected(report: DatabaseReport, chosen: str, search: str) -> list[SequenceReport]:
    """The sequences of a filter that have `search` in their name or in that of a column that they feed."""
    wanted = search.casefold().strip()
    return [one for one in report.sequences if _passes(one, chosen) and (not wanted or wanted in _names(one))]


def _passes(report: SequenceReport, chosen: str) -> bool:
    if chosen == "wrong":
        return words.wrong(report)
    if chosen == "warned":
        return any(finding.severity == "warning" for finding in report.findings)
    return chosen == "all" or (report.status == "ok" and not words.wrong(report))


def _names(report: SequenceReport) -> str:
    return " ".join((report.sequence.sql, *(feed.label for feed in report.sequence.feeds))).casefold()
