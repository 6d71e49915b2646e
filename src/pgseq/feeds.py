"""From catalog rows to sequences with the columns they feed. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pgseq.defaults import Lookup, mentioned, parse_default
from pgseq.model import Feed, Kind, Sequence, Unseen, Via
from pgseq.trees import Child, Tree
from pgseq.values import type_range


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A row of columns.sql: a column that draws from `sequence` (None: named by text at run time) or owns it."""

    relid: int
    sequence: int | None
    #: pg_proc.prosrc of a function that the default calls: it names the sequence.
    body: str | None = None
    draws: bool
    #: pg_depend.deptype: a (OWNED BY), i (identity).
    owned: str | None
    #: The user says so (configuration).
    declared: bool
    schema: str
    table: str
    column: str
    schema_sql: str
    table_sql: str
    column_sql: str
    type: str
    base_type: str
    typmod: int
    #: pg_class.relkind.
    relkind: str = "r"
    persistence: str
    expression: str | None
    may_select: bool
    may_enter: bool
    may_lock: bool
    row_security: bool
    heap_bytes: int
    scan_bytes: int
    #: Locks that reading it takes: tables and indexes, with everything below.
    locks: int = 1
    #: Whether a unique index on this column alone refuses what is stored already.
    unique: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One column and one sequence that it draws from or owns."""

    column: Column
    sequence: int
    draws: bool
    owns: bool
    #: The sequence is named by text, and `certain` says whether only this one can be meant.
    by_text: bool = False
    certain: bool = True


def assemble(
    sequences: Iterable[Sequence],
    columns: Iterable[Column],
    children: Iterable[Child],
    search_path: tuple[str, ...],
    role: str,
    scan_limit: int = 2**30,
    lock_limit: int = 1600,
) -> tuple[Sequence, ...]:
    """The sequences with their feeds, partition and inheritance trees folded into their tops.

    `search_path` and `role` are the session's; columns that no index serves and whose heap is larger than `scan_limit`
    bytes are not to be read; trees that take more than `lock_limit` locks are to be read in parts.
    """
    known = tuple(sequences)
    links = _links(columns, Lookup(known, search_path))
    drawn: dict[tuple[int, str], set[int]] = defaultdict(set)
    for link in links:
        if link.draws:
            drawn[link.column.relid, link.column.column].add(link.sequence)
    tree = Tree(children)
    feeds: dict[int, list[Feed]] = defaultdict(list)
    # A column that owns one sequence and draws from another is fed by that other alone.
    feeding = [link for link in links if link.draws or not drawn.get((link.column.relid, link.column.column))]
    for link in _tops(feeding, tree):
        feeds[link.sequence].append(_feed(link, _sources(link, tree, drawn, lock_limit), role, scan_limit))
    return tuple(replace(sequence, feeds=tuple(feeds.get(sequence.oid, ()))) for sequence in known)


def _links(columns: Iterable[Column], lookup: Lookup) -> list[Link]:
    """The links that the rows stand for: names given as text looked up, rows of one column and sequence joined."""
    found: dict[tuple[int, str, int], Link] = {}
    for column in columns:
        by_text = column.sequence is None and column.body is None
        meant = _meant(column, lookup)
        for oid in meant:
            key = (column.relid, column.column, oid)
            other = found.get(key)
            found[key] = Link(
                column=other.column if other is not None and other.column.declared else column,
                sequence=oid,
                draws=column.draws or (other is not None and other.draws),
                owns=column.owned is not None or (other is not None and other.owns),
                by_text=by_text or (other is not None and other.by_text),
                certain=not (by_text and len(meant) > 1) and (other is None or other.certain),
            )
    return list(found.values())


def _meant(column: Column, lookup: Lookup) -> frozenset[int]:
    """Oids of the sequences that a row speaks of."""
    if column.sequence is not None:
        return frozenset([column.sequence])
    names = parse_default(column.expression or "").names if column.body is None else mentioned(column.body)
    return frozenset(oid for name in names for oid in lookup.find(name, column.schema))


def _tops(links: list[Link], tree: Tree) -> list[Link]:
    """The links that no ancestor has as well: a tree is judged once, at its top."""
    if not tree:
        return links
    holders: dict[tuple[int, str], set[int]] = defaultdict(set)
    for link in links:
        holders[link.sequence, link.column.column].add(link.column.relid)
    return [
        link for link in links if not tree.ancestors(link.column.relid) & holders[link.sequence, link.column.column]
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    """The FROM items that hold the rows which count, the locks that they take, and their parts where those are too
    many; those that LOCK TABLE does not take."""

    items: tuple[str, ...]
    unlockable: tuple[str, ...]
    locks: int
    parts: tuple[tuple[str, int], ...] = ()
    #: Schema and name of the tables below.
    below: tuple[tuple[str, str], ...] = ()


def _sources(link: Link, tree: Tree, drawn: Mapping[tuple[int, str], set[int]], lock_limit: int) -> _Sources:
    """The FROM items that hold the rows which count.

    An inheritance child whose own default draws from another sequence has values, and unique constraints, of its own:
    its rows do not count. A partition's do, whatever its default: rows inserted through the parent land there.
    """
    column = link.column
    below = tree.descendants(column.relid) if tree else {}
    foreign = column.relkind not in _LOCKABLE
    if not below:
        items: tuple[str, ...] = (column.table_sql,)
        return _Sources(items=items, unlockable=items if foreign else (), locks=column.locks)
    apart = {
        relid
        for relid, child in below.items()
        if not child.is_partition and link.sequence not in (drawn.get((relid, column.column)) or {link.sequence})
    }
    counted = [child for relid, child in below.items() if relid not in apart]
    own = column.locks - sum(child.locks for child in below.values())
    parts = ((f"ONLY {column.table_sql}", own), *((f"ONLY {child.sql}", child.locks) for child in counted))
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
    )


#: pg_class.relkind of what LOCK TABLE takes by name: tables, partitioned tables and views.
_LOCKABLE = ("r", "p", "v")


def _feed(link: Link, sources: _Sources, role: str, scan_limit: int) -> Feed:
    column = link.column
    default = None if column.expression is None else parse_default(column.expression)
    plain = default is None or column.declared or (link.draws and default.plain)
    kind, lowest, highest = type_range(column.base_type, column.typmod)
    _, cast_lowest, cast_highest = type_range(default.cast, -1) if default and default.cast else _NO_CAST
    scan_bytes = column.heap_bytes if kind == "text" else column.scan_bytes
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
        lowest=max((n for n in (lowest, cast_lowest) if n is not None), default=None),
        highest=min((n for n in (highest, cast_highest) if n is not None), default=None),
        sources=sources.items,
        below=sources.below,
        unlockable=sources.unlockable,
        locks=sources.locks,
        parts=sources.parts,
        persistence=column.persistence,
        owns=link.owns,
        expression=None if plain else column.expression,
        ambiguous=_ambiguous(link),
        barrier=_barrier(link, plain, kind, role) or _scan_barrier(column, scan_bytes, scan_limit),
        lock_barrier=None if sources.unlockable == sources.items else _lock_barrier(column, role),
        scan_bytes=scan_bytes,
        unique=column.unique,
    )


_NO_CAST: tuple[None, None, None] = (None, None, None)


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


def _barrier(link: Link, plain: bool, kind: Kind, role: str) -> Unseen | None:
    """Why the column cannot be judged, known before it is read."""
    column = link.column
    label = f"{column.table_sql}.{column.column_sql}"
    if column.relkind == "v" and not column.declared:
        return Unseen(
            reason=f"{column.table_sql} is a view: reading it runs what its owner wrote, and may not show every row",
            remedy="compare the table behind it; or, if you trust the view, declare the feed (pgseq explain PGS008)",
        )
    if not plain:
        return Unseen(
            reason=f"the default of {label} is not plainly the sequence's value: {column.expression}",
            remedy="compare the stored values with the sequence by hand, or ignore it with a reason",
        )
    if ambiguous := _ambiguous(link):
        return ambiguous
    if kind == "other":
        return Unseen(
            reason=f"values of type {column.type} in {label} cannot be compared exactly with a sequence's",
            remedy="use bigint for the column, or ignore it with a reason",
        )
    enter = f"GRANT USAGE ON SCHEMA {column.schema_sql} TO {role}"
    select = f"GRANT SELECT ON {column.table_sql} TO {role}"
    if not column.may_enter:
        remedy = enter if column.may_select else f"{enter}; {select}"
        return Unseen(reason=f"no right to look into schema {column.schema}", remedy=remedy)
    if not column.may_select:
        return Unseen(reason=f"no right to read {label}", remedy=select)
    if column.row_security:
        return Unseen(
            reason=f"row-level security hides rows of {column.table_sql} from {role}",
            remedy=f"run as a role with BYPASSRLS: ALTER ROLE {role} BYPASSRLS",
        )
    return None


def _ambiguous(link: Link) -> Unseen | None:
    if link.certain:
        return None
    label = f"{link.column.table_sql}.{link.column.column_sql}"
    return Unseen(
        reason=f"the default of {label} names its sequence as text, and search_path decides which one is meant",
        remedy="qualify the name, or let the default depend on it: SET DEFAULT nextval('schema.name'::regclass)",
    )


def _scan_barrier(column: Column, scan_bytes: int, scan_limit: int) -> Unseen | None:
    if scan_bytes <= scan_limit:
        return None
    # Neither a foreign table can have an index, nor a partitioned one get it concurrently.
    way = {"r": "CREATE INDEX CONCURRENTLY", "p": "CREATE INDEX"}.get(column.relkind)
    index = f"{way} ON {column.table_sql} ({column.column_sql}), or " if way else ""
    return Unseen(
        reason=f"no index on {column.table_sql}.{column.column_sql}, and {scan_bytes / 2**30:.1f} GB to scan instead",
        remedy=f"{index}pass --scan-limit",
    )


def _lock_barrier(column: Column, role: str) -> Unseen | None:
    if column.may_lock:
        return None
    return Unseen(
        reason=f"no right to lock {column.table_sql} against writers",
        remedy=f"GRANT UPDATE ON {column.table_sql} TO {role} (17 and later: or MAINTAIN), or use --lock none",
    )
