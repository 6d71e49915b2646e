"""Folds like sequences of many schemas into one row, as of a thousand tenants with the same tables. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final

from pgseq.model.reports import SequenceReport
from pgseq.names import display
from pgseq.render.writer import Detail

#: Schemas from which on like sequences are folded.
FEW: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sequence to show, and the like sequences of other schemas."""

    report: SequenceReport
    others: tuple[SequenceReport, ...] = ()

    @property
    def remark(self) -> str:
        """How many sequences the row stands for; empty for one."""
        if not self.others:
            return ""
        every = (self.report, *self.others)
        return f"{display(_pattern([one.sequence.schema for one in every]))}: {len(every)} sequences, same table"


def rows(shown: Iterable[SequenceReport], detail: Detail) -> list[Row]:
    """The sequences in their order, each group of like ones (same names, columns, status, findings and result, another
    schema) folded into the first, the worst of them; unfolded where every sequence was asked for."""
    if detail.verbose:
        return [Row(report=report) for report in shown]
    groups: dict[Hashable, list[SequenceReport]] = defaultdict(list)
    for report in shown:
        groups[_likeness(report)].append(report)
    return [row for alike in groups.values() for row in _folded(alike)]


def _folded(alike: list[SequenceReport]) -> list[Row]:
    if len({one.sequence.schema for one in alike}) < FEW:
        return [Row(report=one) for one in alike]
    return [Row(report=alike[0], others=tuple(alike[1:]))]


def _likeness(report: SequenceReport) -> Hashable:
    feeds = tuple((feed.schema == report.sequence.schema, feed.table, feed.column) for feed in report.sequence.feeds)
    result = report.applied and (report.applied.result, report.applied.reason)
    return (
        report.sequence.name,
        feeds,
        report.status,
        tuple(found.code for found in report.findings),
        report.ignored,
        result,
    )


def _pattern(schemas: list[str]) -> str:
    """What the names begin and end with, and a star for the rest, numbers as a whole."""
    head = _beginning(schemas).rstrip("0123456789")
    tail = _beginning([schema[len(head) :][::-1] for schema in schemas])[::-1].lstrip("0123456789")
    return f"{head}*{tail}"


def _beginning(names: list[str]) -> str:
    first, last = min(names), max(names)
    return first[: next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]
