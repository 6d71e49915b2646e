"""Folds like sequences of many schemas into one row, as of a thousand tenants with the same tables. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from typing import Final

from pgseq.core.selection import scope
from pgseq.frozen import frozen
from pgseq.model.diagnosis import Finding
from pgseq.model.hints import Hint
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Sequence
from pgseq.names import display, quoted_pattern
from pgseq.render.writer import Detail

#: Schemas from which on like sequences are folded.
FEW: Final = 3


class _Everything:
    """The sequences of a database, by the names that a pattern for tables may select them by."""

    def __init__(self, reports: Iterable[SequenceReport]) -> None:
        self._reports = reports

    @cached_property
    def _by_name(self) -> Mapping[str, list[Sequence]]:
        by_name: dict[str, list[Sequence]] = defaultdict(list)
        for report in self._reports:
            feeds = report.sequence.feeds
            tables = {table for feed in feeds for table in (feed.table, *(name for _, name in feed.below))}
            for name in {report.sequence.name, *tables}:
                by_name[name].append(report.sequence)
        return by_name

    def named(self, name: str) -> list[Sequence]:
        """Those that are called so, or that tables of that name draw from."""
        return self._by_name.get(name, [])


@frozen
class Row:
    """A sequence to show, and the like sequences of other schemas."""

    report: SequenceReport
    others: tuple[SequenceReport, ...] = ()
    #: All sequences of the database; None: they are not known.
    everything: _Everything | None = None

    @property
    def remark(self) -> str:
        """How many sequences the row stands for; empty for one."""
        if not self.others:
            return ""
        every = (self.report, *self.others)
        return f"{display(common_pattern([one.sequence.schema for one in every]))}: {len(every)} sequences, same table"

    def hint(self, finding: Finding) -> str:
        """The hint of a finding of `report`, its commands about all the sequences that the row stands for."""
        hint = finding.hint
        if not (self.others and isinstance(hint, Hint) and any(command.relations for command in hint.commands)):
            return hint
        if selecting := self._selecting():
            return hint.about(selecting)
        every = (self.report, *self.others)
        like = (each.hint for one in every for each in one.findings if each.code == finding.code)
        commands = (command for each in like if isinstance(each, Hint) for command in each.commands)
        return hint.about(tuple(dict.fromkeys(relation for command in commands for relation in command.relations)))

    def _selecting(self) -> tuple[str, ...]:
        """The pattern that selects the row's sequences among all and no others; empty where there is none."""
        every = (self.report, *self.others)
        feeds = self.report.sequence.feeds
        names = [[feed.schema for feed in one.sequence.feeds[:1]] for one in every]
        if not (self.everything is not None and feeds and all(names)):
            return ()
        pattern = f"{common_pattern([schema for (schema,) in names], quoted_pattern)}.{quoted_pattern(feeds[0].table)}"
        chosen = scope(table=[pattern])
        selected = {one.oid for one in self.everything.named(feeds[0].table) if chosen.selects(one)}
        return (pattern,) if selected == {one.sequence.oid for one in every} else ()


def rows(
    shown: Iterable[SequenceReport],
    detail: Detail,
    everything: tuple[SequenceReport, ...] = (),
    likeness: Callable[[SequenceReport], Hashable] | None = None,
) -> list[Row]:
    """The sequences in their order, each group of like ones (same names, columns, status, findings and result, another
    schema) folded into the first, the worst of them; unfolded where every sequence was asked for. `everything` is all
    that the database has, where that is known. `likeness` tells which are alike, where rows do not say findings."""
    if detail.verbose:
        return [Row(report=report) for report in shown]
    groups: dict[Hashable, list[SequenceReport]] = defaultdict(list)
    for report in shown:
        groups[(likeness or _said)(report)].append(report)
    known = _Everything(everything) if everything else None
    return [row for alike in groups.values() for row in _folded(alike, known)]


def _folded(alike: list[SequenceReport], everything: _Everything | None) -> list[Row]:
    if len({one.sequence.schema for one in alike}) < FEW:
        return [Row(report=one) for one in alike]
    return [Row(report=alike[0], others=tuple(alike[1:]), everything=everything)]


def _said(report: SequenceReport) -> Hashable:
    return result(report), tuple(found.code for found in report.findings)


def result(report: SequenceReport) -> Hashable:
    """What is the same of like sequences, but for their findings: a plan may have a hundred thousand steps."""
    feeds = tuple((feed.schema == report.sequence.schema, feed.table, feed.column) for feed in report.sequence.feeds)
    applied = report.applied and (report.applied.result, report.applied.reason)
    return report.sequence.name, feeds, report.status, report.ignored, applied


def common_pattern(schemas: list[str], part: Callable[[str], str] = str) -> str:
    """What the names begin and end with (`part` writes it), and a star for the rest, numbers as a whole."""
    head = _beginning(schemas).rstrip("0123456789")
    tail = _beginning([schema[len(head) :][::-1] for schema in schemas])[::-1].lstrip("0123456789")
    return f"{part(head)}*{part(tail)}"


def _beginning(names: list[str]) -> str:
    first, last = min(names), max(names)
    return first[: next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]
