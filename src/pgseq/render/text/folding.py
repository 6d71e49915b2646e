"""Folds like sequences of many schemas into one row, as of a thousand tenants with the same tables. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from msgspec import Struct

from pgseq.core.selection import scope
from pgseq.model.hints import Hint
from pgseq.model.reports import DatabaseReport, Proof, SequenceReport
from pgseq.model.sequences import Sequence
from pgseq.names import display, quoted_pattern
from pgseq.render.text.ways import STATEMENT
from pgseq.render.writer import Detail

if TYPE_CHECKING:
    from pgseq.commands.guard.advise import Advice

#: Schemas from which on like sequences are folded.
FEW: Final = 3
_NUMBER: Final = re.compile(r"-?\d[\d,]*")


class Shown(Protocol):
    """What a row may be about."""

    @property
    def sequence(self) -> Sequence: ...

    @property
    def hints(self) -> Iterable[str]: ...


T = TypeVar("T", bound=Shown)


class _Everything:
    """The sequences of a database, by the names that a pattern for tables may select them by."""

    def __init__(self, reports: Iterable[Shown]) -> None:
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


class Row(Struct, Generic[T], frozen=True, kw_only=True):
    """A sequence to show, and the like sequences of other schemas."""

    report: T
    others: tuple[T, ...] = ()
    #: All sequences of the database; None: they are not known.
    everything: _Everything | None = None

    @property
    def remark(self) -> str:
        """How many sequences the row stands for; empty for one."""
        if not self.others:
            return ""
        schemas = [one.sequence.schema for one in self.every]
        return f"{display(common_pattern(schemas))}: {len(schemas)} sequences, same table"

    @property
    def every(self) -> tuple[T, ...]:
        """All that the row stands for."""
        return (self.report, *self.others)

    def hint(self, hint: str) -> str:
        """A hint of `report`, its commands about all the sequences that the row stands for."""
        if not self.others:
            return hint
        if not isinstance(hint, Hint):
            return self._of_first(hint)
        if any(command.relations for command in hint.commands):
            hint = self._about_all(hint)
        parts = (self._of_first(part) if isinstance(part, str) else part for part in hint.parts)
        return Hint(*parts, compose=hint.compose)

    def relations(self, names: Iterable[str]) -> tuple[str, ...]:
        """The pattern that selects the row's sequences and no others; where there is none, the names."""
        return (self._selecting() if self.others else ()) or tuple(names)

    def _about_all(self, hint: Hint) -> Hint:
        # Hints of like sequences have one form: where one gives up nothing, none does.
        if not _share(hint) and (pattern := self._selecting()):
            return hint.about(pattern)
        greatest, relations = _together(each for one in self.every for each in one.hints)[_verbs(hint)]
        return greatest.about(self.relations(relations))

    def _of_first(self, text: str) -> str:
        """A text that says so where it is about the first sequence alone."""
        schema = re.escape(self.report.sequence.schema_sql)
        if not re.search(rf"(?<!\w){schema}\.|SCHEMA {schema}(?!\w)", text):
            return text
        statement = STATEMENT.search(text)
        label = text[: statement.start()] if statement else ""
        if statement is None or not (label.endswith(": ") or not label):
            return f"for the first of them, {text}"
        return f"{label.removesuffix(': ')}{', ' if label else ''}for the first of them: {text[statement.start() :]}"

    def _selecting(self) -> tuple[str, ...]:
        """The pattern that selects the row's sequences among all and no others; empty where there is none."""
        feeds = self.report.sequence.feeds
        names = [[feed.schema for feed in one.sequence.feeds[:1]] for one in self.every]
        if not (self.everything is not None and feeds and all(names)):
            return ()
        pattern = f"{common_pattern([schema for (schema,) in names], quoted_pattern)}.{quoted_pattern(feeds[0].table)}"
        these, chosen = {one.sequence.oid for one in self.every}, scope(table=[pattern])
        more = (one for one in self.everything.named(feeds[0].table) if one.oid not in these)
        # Where it selects one of these, it selects all: its star stands for all that differs.
        return (pattern,) if chosen.selects(self.report.sequence) and not any(map(chosen.selects, more)) else ()


def rows(
    shown: Iterable[T], detail: Detail, likeness: Callable[[T], Hashable], everything: Iterable[Shown] = ()
) -> list[Row[T]]:
    """The sequences in their order, each group of like ones in several schemas folded into the first, the worst of
    them; unfolded where every sequence was asked for. `likeness` tells which of one name are alike. `everything` is
    all that the database has, where that is known."""
    shown = list(shown)
    if detail.verbose or not _in_schemas(shown):
        return [Row(report=report) for report in shown]
    known = _Everything(everything) if everything else None
    folded: dict[int, Row[T] | None] = {}
    # By their names first: likeness may take the findings, and of most sequences there is one.
    for group in _grouped(shown, lambda report: names(report.sequence)):
        for alike in _grouped(group, likeness) if _in_schemas(group) else ():
            if _in_schemas(alike):
                folded |= dict.fromkeys(map(id, alike))
                folded[id(alike[0])] = Row(report=alike[0], others=tuple(alike[1:]), everything=known)
    listed = (folded.get(id(report), Row(report=report)) for report in shown)
    return [row for row in listed if row is not None]


def of_database(report: DatabaseReport, shown: Iterable[SequenceReport], detail: Detail) -> list[Row[SequenceReport]]:
    """Rows of sequences of a database that say their findings."""
    return rows(shown, detail, lambda one: (result(one), one.codes), report.sequences if report.whole else ())


def _grouped(reports: Iterable[T], likeness: Callable[[T], Hashable]) -> Iterable[list[T]]:
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for report in reports:
        groups[likeness(report)].append(report)
    return groups.values()


def _in_schemas(alike: list[T]) -> bool:
    """Whether they lie in so many schemas that they are folded."""
    return len({report.sequence.schema for report in alike}) >= FEW


def result(report: SequenceReport) -> Hashable:
    """What is the same of sequences of one name that are alike but for their findings: a plan may have a hundred
    thousand steps."""
    applied = report.applied and (report.applied.result, report.applied.reason)
    return report.status, report.ignored, applied


def proof(report: Proof) -> Hashable:
    """What is the same of like proofs of one name: what is proved and why, but for values."""
    reasons = (report.reason, *(reason for _, reason in report.not_inserted))
    why = tuple(_without_values(reason, report.sequence) for reason in reasons)
    return report.proved, report.repeats, bool(report.inserted), report.ignored, why


def advice(advice: Advice) -> Hashable:
    """What is the same of like advice for one name: the ways with their reasons, but for values; of a sequence that
    feeds several columns nothing is."""
    sequence, feed = advice.sequence, advice.feed
    shared = (sequence.oid, feed.relid, feed.column) if len(sequence.feeds) > 1 else ()
    texts = (*advice.remarks, *advice.brought, *(text for way in advice.ways for text in (way.name, way.fit, way.why)))
    why = tuple(_without_values(text, sequence) for text in texts)
    return shared, feed.type, feed.via, advice.report.status, why


def _without_values(reason: str, sequence: Sequence) -> str:
    return _NUMBER.sub("", reason.replace(f"{sequence.schema_sql}.", ""))


#: By the verbs of like hints, the one that gives up most, which is enough for all, and the relations of all.
_Said = Mapping[tuple[str, ...], tuple[Hint, tuple[str, ...]]]


def _together(hints: Iterable[str]) -> _Said:
    like: dict[tuple[str, ...], list[Hint]] = defaultdict(list)
    for hint in hints:
        if isinstance(hint, Hint):
            like[_verbs(hint)].append(hint)
    return {verbs: (max(said, key=_share), _relations(said)) for verbs, said in like.items()}


def _relations(hints: Iterable[Hint]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for hint in hints for command in hint.commands for name in command.relations))


def _verbs(hint: Hint) -> tuple[str, ...]:
    return tuple([command.verb for command in hint.commands])


def _share(hint: Hint) -> float:
    """The greatest share that a command of the hint gives up, in percent."""
    words = (word for command in hint.commands for word in command.options)
    return max((float(word.rstrip("%")) for word in words if word.endswith("%")), default=0)


def names(sequence: Sequence) -> Hashable:
    """Names and columns, but for the schema."""
    feeds = tuple((feed.schema == sequence.schema, feed.table, feed.column) for feed in sequence.feeds)
    return sequence.name, feeds


def common_pattern(schemas: list[str], part: Callable[[str], str] = str) -> str:
    """What the names begin and end with (`part` writes it), and a star for the rest, numbers as a whole."""
    head = _beginning(schemas).rstrip("0123456789")
    tail = _beginning([schema[len(head) :][::-1] for schema in schemas])[::-1].lstrip("0123456789")
    return f"{part(head)}*{part(tail)}"


def _beginning(names: list[str]) -> str:
    first, last = min(names), max(names)
    return first[: next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]
