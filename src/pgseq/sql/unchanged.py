"""What is asked before tables and sequences of others are read: are they still what the catalog said? Composed; pure.

A name is looked up again when a statement has waited for a lock. The owner of the table, or of its schema, could have
put something else in its place meanwhile, or have given it an index whose expression the planner evaluates. So the
tables of others are locked first, and asked about behind the lock, in the same transaction; where that fails nothing is
read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from pgseq.model.limits import UNRESTRICTED, restricts
from pgseq.model.sequences import Sequence
from pgseq.sql import braced, load

#: How the question begins that fails where something has changed.
QUESTION: Final = "-- No row, and an error where one of "

#: pg_class.relkind of what is read as a table (a materialized view is one), of what is read only where the user
#: declares it, and of sequences.
_TABLES: Final = "rpm"
_DECLARED: Final = "rpmvf"
_SEQUENCES: Final = "S"


class Relation(Protocol):
    """What is to be known of a table to read it; a Feed is one."""

    @property
    def relid(self) -> int:
        """Oid of the table."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The FROM items by which it is read."""

    @property
    def unlockable(self) -> tuple[str, ...]:
        """Those of them that LOCK TABLE does not take."""

    @property
    def mark(self) -> str | None:
        """What the planner evaluates (Feed.mark)."""

    @property
    def may_share(self) -> bool:
        """Whether this role may lock it."""

    @property
    def unrestricted(self) -> bool:
        """Whether it is a view or a foreign table that may be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A table that is read for another reason than its feed."""

    relid: int
    sources: tuple[str, ...]
    mark: str | None
    may_share: bool
    unlockable: tuple[str, ...] = ()
    unrestricted: bool = False


def opening(relations: Iterable[Relation], server_version: int) -> tuple[str, ...]:
    """The setting that lets views and foreign tables be read that the user declared; none where there are none."""
    return (UNRESTRICTED,) if restricts(server_version) and any(relation.unrestricted for relation in relations) else ()


def share(relations: Iterable[Relation]) -> tuple[str, ...]:
    """The statement that waits for the tables of others, as far as the current role may lock them; none where there are
    none."""
    items = [
        source
        for relation in relations
        if relation.mark is not None and relation.may_share
        for source in relation.sources
        if source not in relation.unlockable
    ]
    return (f"LOCK TABLE {', '.join(items)} IN ACCESS SHARE MODE",) if items else ()


def unchanged(relations: Iterable[Relation], sequences: Iterable[Sequence], major: int) -> tuple[str, ...]:
    """The questions, each with a row at most and an error where one of these tables and sequences is not what the
    catalog said; those of owners who are trusted are not asked about."""
    strange = [sequence for sequence in sequences if not sequence.trusted]
    plain = [_row(sequence.oid, _SEQUENCES, sequence.sql) for sequence in strange]
    coded: list[str] = []
    relids: set[int] = set()
    for relation in relations:
        kinds = _DECLARED if relation.unrestricted else _TABLES
        rows = [_row(relation.relid, kinds, source.removeprefix("ONLY ")) for source in relation.sources]
        if relation.mark:
            relids.add(relation.relid)
            coded += [f"({row}, '{relation.mark}')" for row in rows]
        elif relation.mark is not None:
            plain += rows
    questions: list[str] = []
    if strange:
        questions.append(load("lock_sequences", oids=braced(sequence.oid for sequence in strange)))
    if plain:
        questions.append(load("unchanged", major, tables=", ".join(f"({row})" for row in plain)))
    if coded:
        code = load("planned_code", major, relids=braced(sorted(relids)), longest="1", trusted=load("trusted"))
        questions.append(load("unchanged_code", major, tables=", ".join(coded), code=code))
    return tuple(questions)


def _row(oid: int, kinds: str, name: str) -> str:
    """Oid, kinds and name; the name, which the server has quoted, as quote_literal() would write it."""
    escaped = name.replace("\\", "\\\\").replace("'", "''")
    literal = f"E'{escaped}'" if "\\" in name else f"'{escaped}'"
    return f"{oid}::oid, '{kinds}', {literal}"
