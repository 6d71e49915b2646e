"""The SQL that checks, before tables and sequences of other owners are read, that they are still what the catalog said.

A statement that has waited for a lock looks the name up again. Meanwhile the owner of the table or its schema could
have put another relation in its place, or added an index whose expression the planner evaluates. So tables of other
owners are locked first and checked under the lock, in the same transaction. If a check fails, nothing is read. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from msgspec import Struct

from pgseq.model.limits import UNRESTRICTED, restricts
from pgseq.model.sequences import Sequence
from pgseq.names import literal
from pgseq.sql import braced, load

#: The beginning of the query that fails if something has changed.
QUESTION: Final = "-- No row, and an error where one of "

#: What the query answers then: a text that is no integer.
_ERROR: Final = "('pgseq: ' || string_agg(DISTINCT k.name, ', ') || ' has changed meanwhile')::int"

#: pg_class.relkind of tables (materialized views included), of relations that are read if declared, of sequences.
_TABLES: Final = "rpm"
_DECLARED: Final = "rpmvf"
_SEQUENCES: Final = "S"


class Relation(Protocol):
    """A table to be read; a Feed is one."""

    @property
    def relid(self) -> int:
        """Oid of the table."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Its FROM items."""

    @property
    def unlockable(self) -> tuple[str, ...]:
        """The FROM items that LOCK TABLE does not accept."""

    @property
    def mark(self) -> str | None:
        """What the planner evaluates (Feed.mark)."""

    @property
    def may_share(self) -> bool:
        """Whether the current role may lock it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that are read."""

    @property
    def type_oid(self) -> int:
        """The type of the column, where it may be a domain; 0: types of the server's own alone."""

    @property
    def unrestricted(self) -> bool:
        """Whether it is a view or a foreign table that may be read."""


class Plain(Struct, frozen=True, kw_only=True):
    """A table that is not read as a feed."""

    relid: int
    sources: tuple[str, ...]
    mark: str | None
    may_share: bool
    columns: tuple[str, ...] = ()
    type_oid: int = 0
    unlockable: tuple[str, ...] = ()
    unrestricted: bool = False


def opening(relations: Iterable[Relation], server_version: int) -> tuple[str, ...]:
    """The setting that allows reading the views and foreign tables that the user declared, if there are any."""
    return (UNRESTRICTED,) if restricts(server_version) and any(relation.unrestricted for relation in relations) else ()


def share(relations: Iterable[Relation]) -> tuple[str, ...]:
    """The statement that locks the tables of other owners that the current role may lock; none if there are none."""
    items = [
        source
        for relation in relations
        if relation.mark is not None and relation.may_share
        for source in relation.sources
        if source not in relation.unlockable
    ]
    return (f"LOCK TABLE {', '.join(items)} IN ACCESS SHARE MODE",) if items else ()


def unchanged(relations: Iterable[Relation], sequences: Iterable[Sequence], major: int) -> tuple[str, ...]:
    """The queries that raise an error if one of these tables and sequences is no longer what the catalog said. Each
    returns at most a row; relations of trusted owners are not checked."""
    untrusted = [sequence for sequence in sequences if not sequence.trusted]
    plain = [_row(sequence.oid, _SEQUENCES, sequence.sql) for sequence in untrusted]
    coded: list[str] = []
    relids: set[int] = set()
    for relation in relations:
        if relation.mark is None:
            continue
        kinds = _DECLARED if relation.unrestricted else _TABLES
        rows = [_row(relation.relid, kinds, source.removeprefix("ONLY "), relation) for source in relation.sources]
        if relation.mark:
            relids.add(relation.relid)
            coded += [f"({row}, '{relation.mark}')" for row in rows]
        else:
            plain += rows
    queries: list[str] = []
    if untrusted:
        queries.append(load("lock_sequences", oids=braced(sequence.oid for sequence in untrusted)))
    if plain:
        queries.append(load("unchanged", major, tables=", ".join(f"({row})" for row in plain), answer=_ERROR))
    if coded:
        code = load("planned_code", major, relids=braced(sorted(relids)), longest="1", trusted=load("trusted"))
        queries.append(load("unchanged_code", major, tables=", ".join(coded), code=code))
    return tuple(queries)


def _row(oid: int, kinds: str, name: str, relation: Relation | None = None) -> str:
    """Oid, kinds and name, the columns that are read and the type that they may have."""
    columns = ", ".join(map(literal, relation.columns)) if relation else ""
    type_oid = relation.type_oid if relation else 0
    return f"{oid}::oid, '{kinds}', {literal(name)}, ARRAY[{columns}]::text[], {type_oid}::oid"
