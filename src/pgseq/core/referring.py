"""What limits a sequence beside the types of the columns that it feeds: CHECKs, and columns that refer to a fed one by
foreign key, at any depth. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from pgseq.core.check_bounds import bounds
from pgseq.core.inheritance import Tree
from pgseq.model.arithmetic import type_range
from pgseq.model.obstacles import ColumnLimit
from pgseq.model.sequences import Feed, Sequence


class Reference(NamedTuple):
    """A row of references.sql: a column of `relid` refers to another by foreign key."""

    referred_relid: int
    referred: str
    referred_label: str
    referred_table: str
    referred_type: str
    relid: int
    schema: str
    table: str
    column: str
    table_sql: str
    column_sql: str
    type: str
    type_oid: int
    base_type: str
    typmod: int


class CheckRow(NamedTuple):
    """A row of bounds.sql: a CHECK on a column, or of a domain (relid 0)."""

    relid: int
    type_oid: int
    column: str
    name: str
    operand: str
    #: None: it was dropped since the snapshot.
    definition: str | None


class References:
    """The foreign keys of a database, by what they refer to."""

    def __init__(self, references: Iterable[Reference], tree: Tree) -> None:
        self._by_referred: dict[tuple[int, str], list[Reference]] = defaultdict(list)
        self._tree = tree
        for reference in references:
            self._by_referred[reference.referred_relid, reference.referred].append(reference)

    def __bool__(self) -> bool:
        """Whether any column refers to another."""
        return bool(self._by_referred)

    def to(self, feed: Feed) -> Iterator[Reference]:
        """The columns that refer to a fed one, directly or not, each once."""
        reached: set[tuple[int, str]] = set()
        labels = {(feed.relid, feed.column)}
        waiting = [(feed.relid, feed.column)]
        while waiting:
            relid, column = waiting.pop(0)
            for table in self._tree.family(relid):
                if (table, column) in reached:
                    continue
                reached.add((table, column))
                for reference in self._by_referred.get((table, column), ()):
                    key = (reference.relid, reference.column)
                    if key not in labels:
                        labels.add(key)
                        yield reference
                    waiting.append(key)


def with_limits(
    sequences: tuple[Sequence, ...], references: References, checks: list[CheckRow]
) -> tuple[Sequence, ...]:
    """The sequences with what limits them."""
    if not (references or checks):
        return sequences
    of_columns: dict[tuple[int, str], list[CheckRow]] = defaultdict(list)
    of_domains: dict[int, list[CheckRow]] = defaultdict(list)
    for check in checks:
        if check.relid:
            of_columns[check.relid, check.column].append(check)
        else:
            of_domains[check.type_oid].append(check)

    def limits(feed: Feed) -> Iterator[ColumnLimit]:
        if own_checks := checks_of(feed):
            yield from checked(_of_feed(feed), own_checks)
        for reference in references.to(feed):
            limit = _of_reference(reference)
            yield limit
            yield from checked(limit, checks_of(reference))

    def checks_of(column: Feed | Reference) -> tuple[CheckRow, ...]:
        return (*of_columns.get((column.relid, column.column), ()), *of_domains.get(column.type_oid, ()))

    def checked(limit: ColumnLimit, column_checks: tuple[CheckRow, ...]) -> Iterator[ColumnLimit]:
        for check in column_checks:
            if check.definition is None:
                continue
            lowest, highest = bounds(check.definition, check.operand)
            yield replace(limit, lowest=lowest, highest=highest, constraint=check.name)

    def own(sequence: Sequence) -> Sequence:
        found = dict.fromkeys(
            limit
            for feed in sequence.feeds
            if feed.plain
            for limit in limits(feed)
            if (limit.lowest, limit.highest) != (None, None)
        )
        return replace(sequence, limits=tuple(found)) if found else sequence

    return tuple(map(own, sequences))


def _of_feed(feed: Feed) -> ColumnLimit:
    return ColumnLimit(
        schema=feed.schema,
        table=feed.table,
        column=feed.column,
        table_sql=feed.table_sql,
        column_sql=feed.column_sql,
        type=feed.type,
        lowest=None,
        highest=None,
    )


def _of_reference(reference: Reference) -> ColumnLimit:
    _, lowest, highest = type_range(reference.base_type, reference.typmod)
    return ColumnLimit(
        schema=reference.schema,
        table=reference.table,
        column=reference.column,
        table_sql=reference.table_sql,
        column_sql=reference.column_sql,
        type=reference.type,
        lowest=lowest,
        highest=highest,
        refers_to=reference.referred_label,
        referred_table=reference.referred_table,
        referred_type=reference.referred_type,
    )
