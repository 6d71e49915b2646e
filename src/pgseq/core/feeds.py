"""From catalog rows to sequences with the columns they feed. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from pgseq.core.catalog_rows import AssemblyContext, Column, Link, SequenceRow
from pgseq.core.defaults import Default, parse_default, printable
from pgseq.core.inheritance import Child, Tree
from pgseq.core.likely import likely_keys
from pgseq.core.unreadable import (
    OUTSIDE,
    ambiguous,
    incomparable,
    outside,
    readable_outside,
    too_large_to_scan,
    unlockable_because,
    unreadable,
)
from pgseq.model.arithmetic import type_range
from pgseq.model.blocks import Block
from pgseq.model.sequences import Feed, Kind, Sequence, Via
from pgseq.values import drained


def assemble(
    sequences: list[SequenceRow],
    columns: list[Column],
    links: list[Link],
    children: Iterable[Child],
    context: AssemblyContext,
) -> tuple[Sequence, ...]:
    """The sequences with their feeds, partition and inheritance trees folded into their tops; `links` are `linked`.
    All three lists are empty afterwards."""
    tree = Tree(children)
    refused = [link for link in links if _refused(link, context)] if context.cannot_draw else []
    drawing = [link for link in links if not _refused(link, context)] if refused else links
    drawn: dict[tuple[int, str], set[int]] = defaultdict(set)
    # Only asked for below the top of a tree, and of columns that own a sequence without drawing from it.
    for link in drawing if tree or not all(link.draws for link in links) else ():
        if link.draws:
            drawn[link.column.relid, link.column.column].add(link.sequence)
    readable = {link.column.relid for link in drawing if readable_outside(link.column, context)}
    # A column that owns one sequence and draws from another is fed by that other alone.
    feeding = [link for link in drawing if link.draws or not drawn.get((link.column.relid, link.column.column))]
    feeds: dict[int, list[Feed]] = defaultdict(list)
    unfilled = [column for column in columns if column.unfilled]
    tops = list(_tops(feeding, tree))
    links.clear()
    columns.clear()
    drawing.clear()
    feeding.clear()
    for link in drained(tops):
        sources = _sources(link, tree, drawn, readable, context.lock_limit)
        feed = _feed(link, sources, context)
        feeds[link.sequence].append(feed)
        if sources.foreign:
            feeds[link.sequence] += [_foreign_feed(feed, child) for child in sources.foreign]
    likely = {
        oid: tuple(_guess(Link(key, oid, draws=False, owns=False), tree, context) for key in keys)
        for oid, keys in likely_keys(sequences, feeds, unfilled).items()
    }
    unprivileged: dict[int, list[Feed]] = defaultdict(list)
    for link in _tops(refused, tree):
        unprivileged[link.sequence].append(_feed(link, _Sources(items=(), unlockable=(), locks=0), context))

    def assembled(row: SequenceRow) -> Sequence:
        said = row._asdict()
        said["database"] = context.database
        said["trusted"] = (row.trusted and context.restricts) or context.trust_owners
        said["feeds"] = tuple(feeds.get(row.oid, ()))
        said["unprivileged"] = tuple(unprivileged.get(row.oid, ()))
        said["likely"] = likely.get(row.oid, ())
        return Sequence(**said)

    return tuple(map(assembled, drained(sequences)))


def _refused(link: Link, context: AssemblyContext) -> bool:
    return not link.column.declared and link.draw in context.cannot_draw


def _tops(links: list[Link], tree: Tree) -> list[Link]:
    """The links that no ancestor has, too: a tree is compared once, at its top."""
    if not tree:
        return links
    holders: dict[tuple[int, str], set[int]] = defaultdict(set)
    for link in links:
        holders[link.sequence, link.column.column].add(link.column.relid)
    return [
        link for link in links if not tree.ancestors(link.column.relid) & holders[link.sequence, link.column.column]
    ]


class _Sources(NamedTuple):
    """The FROM items that hold the rows which count, the locks that they take, and their parts where those are too
    many; those that LOCK TABLE does not take."""

    items: tuple[str, ...]
    unlockable: tuple[str, ...]
    locks: int
    parts: tuple[tuple[str, int], ...] = ()
    #: Schema and name of the tables below.
    below: tuple[tuple[str, str], ...] = ()
    #: Foreign tables below that are not to be read.
    foreign: tuple[Child, ...] = ()
    #: Whether one that may be read is a view or a foreign table.
    unrestricted: bool = False
    #: Whether the rows of an inheritance child count, which no index of the table has.
    inherited: bool = False


def _sources(
    link: Link,
    tree: Tree,
    drawn: Mapping[tuple[int, str], set[int]],
    readable: Collection[int],
    lock_limit: int,
) -> _Sources:
    """The FROM items that hold the rows which count; foreign tables below only as far as they are `readable`.

    An inheritance child whose own default draws from another sequence has values, and unique constraints, of its own:
    its rows do not count. A partition's do, whatever its default: rows inserted through the parent land there.
    """
    column = link.column
    below = tree.descendants(column.relid) if tree else {}
    foreign = column.relkind not in _LOCKABLE
    if not below:
        items: tuple[str, ...] = (column.table_sql,)
        unrestricted = column.relkind in OUTSIDE
        return _Sources(items=items, unlockable=items if foreign else (), locks=column.locks, unrestricted=unrestricted)
    own = {
        relid
        for relid, child in below.items()
        if not child.is_partition and link.sequence not in (drawn.get((relid, column.column)) or {link.sequence})
    }
    strange = {relid for relid, child in below.items() if child.relkind == "f" and relid not in own | set(readable)}
    apart = own | strange
    counted = [child for relid, child in below.items() if relid not in apart]
    of_itself = column.locks - sum(child.locks for child in below.values())
    parts = ((f"ONLY {column.table_sql}", of_itself), *((f"ONLY {child.sql}", child.locks) for child in counted))
    locks = sum(cost for _, cost in parts)
    items = tuple(item for item, _ in parts) if apart else (column.table_sql,)
    # As part of a tree LOCK TABLE takes foreign tables, too.
    named = (foreign, *(apart and child.relkind not in _LOCKABLE for child in counted))
    unlockable = tuple(item for item, is_foreign in zip(items, named, strict=False) if is_foreign)
    return _Sources(
        items=items,
        unlockable=unlockable,
        locks=locks,
        parts=parts if locks > lock_limit else (),
        below=tuple((child.schema, child.name) for child in counted),
        foreign=tuple(below[relid] for relid in sorted(strange)),
        unrestricted=any(child.relkind == "f" for child in counted),
        inherited=not all(child.is_partition for child in counted),
    )


def _foreign_feed(feed: Feed, child: Child) -> Feed:
    """The same column of a foreign table below, which is not read."""
    return replace(
        feed,
        schema=child.schema,
        table=child.name,
        relid=child.child,
        table_sql=child.sql,
        sources=(child.sql,),
        unlockable=(child.sql,),
        below=(),
        parts=(),
        locks=child.locks,
        scan_bytes=0,
        unrestricted=False,
        apart=True,
        unreadable=outside(child.sql, "f"),
    )


#: pg_class.relkind of what LOCK TABLE takes by name: tables, partitioned tables and views.
_LOCKABLE = ("r", "p", "v")


def _mark(column: Column, context: AssemblyContext) -> str | None:
    """The mark that is compared before the table is read (Feed.mark)."""
    if (column.trusted and context.restricts) or context.trust_owners:
        return None
    code = context.code.get(column.relid, "")
    return code if isinstance(code, str) else ""


def _feed(link: Link, sources: _Sources, context: AssemblyContext) -> Feed:
    column = link.column
    default = None if column.expression is None else parse_default(column.expression)
    plain = default is None or column.declared or (link.draws and default.plain)
    kind, lowest, highest = _range(column, default)
    scan_bytes = column.heap_bytes if kind == "text" else column.scan_bytes
    closed = unreadable(column, context)
    strange = incomparable(column, kind, plain=plain, certain=link.certain)
    return Feed(
        schema=column.schema,
        table=column.table,
        column=column.column,
        type=column.type,
        via=_via(link),
        relid=column.relid,
        table_sql=column.table_sql,
        column_sql=column.column_sql,
        kind=kind,
        lowest=lowest,
        highest=highest,
        sources=sources.items,
        below=sources.below,
        unlockable=sources.unlockable,
        locks=sources.locks,
        parts=sources.parts,
        persistence=column.persistence,
        owns=link.owns,
        expression=None if plain else printable(column.expression or ""),
        ambiguous=None if link.certain else ambiguous(column),
        # A view says first that it is one, any other table that its values would be of no use.
        unreadable=(closed if column.relkind in OUTSIDE else None)
        or strange
        or closed
        or too_large_to_scan(column, scan_bytes, context.scan_limit),
        countable=strange is not None and closed is None and column.heap_bytes <= context.scan_limit,
        unlockable_because=None if sources.unlockable == sources.items else unlockable_because(column, context),
        scan_bytes=scan_bytes,
        unique=column.unique and not sources.inherited,
        owner=column.owner,
        owner_name=column.owner_name,
        mark=_mark(column, context),
        may_share=column.may_share,
        type_oid=column.type_oid,
        is_view=column.relkind == "v",
        unrestricted=sources.unrestricted,
        block=None if column.block is None or column.ids is None else Block(column.block, column.ids),
    )


def _guess(link: Link, tree: Tree, context: AssemblyContext) -> Feed:
    """A key that an application may fill from the sequence."""
    return replace(_feed(link, _sources(link, tree, {}, (), context.lock_limit), context), via="declared")


def _range(column: Column, default: Default | None) -> tuple[Kind, int | None, int | None]:
    """How the column's values compare, and the least and greatest integer that its type and the default's cast hold."""
    kind, lowest, highest = type_range(column.base_type, column.typmod)
    if default is None or default.cast is None:
        return kind, lowest, highest
    _, cast_lowest, cast_highest = type_range(default.cast, -1)
    return (
        kind,
        max((n for n in (lowest, cast_lowest) if n is not None), default=None),
        min((n for n in (highest, cast_highest) if n is not None), default=None),
    )


def _via(link: Link) -> Via:
    if link.column.declared:
        return "declared"
    if link.column.owned == "i":
        return "identity"
    if link.by_text:
        return "text-default"
    if not link.draws:
        return "owned"
    return "serial" if link.owns else "default"
