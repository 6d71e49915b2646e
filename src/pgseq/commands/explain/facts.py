"""The facts that the database has about an error: frozen values for `judge`. Pure."""

from __future__ import annotations

from msgspec import Struct

from pgseq.model.diagnosis import Diagnosis
from pgseq.model.sequences import Feed, Sequence
from pgseq.model.server import Server


class Index(Struct, frozen=True, kw_only=True):
    """A row of unique_indexes.sql."""

    oid: int
    schema: str
    name: str
    sql: str
    relid: int
    table_schema: str
    table: str
    table_sql: str
    #: The key columns; None: an expression.
    columns: list[str | None]
    columns_sql: list[str | None]
    #: False: left behind by a CREATE or REINDEX … CONCURRENTLY that failed.
    is_valid: bool
    #: The condition of a partial index.
    predicate: str | None
    #: The key's types, and the functions and operators of its expressions, are all the server's own.
    pinned: bool
    #: The key is one integer column without default, identity or reference to another table.
    integer_key: bool
    #: For each key column, the functions that its default calls and that are not the server's own; None: none.
    functions: list[str | None]
    #: Columns outside of the key that its expressions and generated columns are computed from.
    follows: list[str]
    #: The table's columns, in the order of an INSERT that lists none.
    table_columns: list[str]
    #: Triggers that run before a row is inserted, quoted.
    triggers: list[str]
    partitioned: bool
    is_partition: bool
    heap_bytes: int
    may_read: bool

    @property
    def open(self) -> int | None:
        """The place in the key of a column that a sequence may feed without the catalog's knowing; None: there is none.

        It has a default that calls a function, or is an integer that the server does not fill at all.
        """
        called = next((place for place, functions in enumerate(self.functions) if functions), None)
        return 0 if called is None and self.integer_key else called

    @property
    def label(self) -> str:
        """That column, else the key's first, as SQL."""
        return f"{self.table_sql}.{self.columns_sql[self.open or 0]}"

    @property
    def key(self) -> list[str]:
        """The columns that it consists of or is computed from."""
        return [*filter(None, self.columns), *self.follows]


class RelationRow(Struct, frozen=True, kw_only=True):
    """A row of relations.sql."""

    schema: str
    name: str
    sql: str
    kind: str
    owner: str


class ColumnFacts(Struct, frozen=True, kw_only=True):
    """A row of fed_columns.sql."""

    relid: int
    schema: str
    table: str
    table_sql: str
    column: str
    column_sql: str
    expression: str | None
    identity: str
    generated: bool
    key: bool
    sequences: list[str]

    @property
    def label(self) -> str:
        """The column, as SQL."""
        return f"{self.table_sql}.{self.column_sql}"

    @property
    def fills(self) -> bool:
        """Whether an INSERT that leaves the column out stores something."""
        return self.expression is not None or bool(self.identity)


class KeyLookup(Struct, frozen=True, kw_only=True):
    """Whether a row holds the reported key now, by the index and by the heap; None: not looked."""

    by_index: bool | None = None
    by_heap: bool | None = None
    #: Whether several rows do, by the heap.
    doubled: bool | None = None

    @property
    def corrupt(self) -> bool:
        return self.by_index is not None and self.by_heap is not None and self.by_index != self.by_heap


class FedColumn(Struct, frozen=True, kw_only=True):
    """A column of the key or the table, and the diagnosed sequence that feeds it."""

    diagnosis: Diagnosis
    feed: Feed
    column: str
    #: The sequence was set and not called since; None: not seen.
    untouched: bool | None = None
    #: Other sessions in the database, which may hold blocks of a cached sequence.
    sessions: int = 0


class Candidate(Struct, frozen=True, kw_only=True):
    """An index or column that the error may mean."""

    index: Index | None = None
    column: ColumnFacts | None = None
    fed_columns: tuple[FedColumn, ...] = ()
    key_lookup: KeyLookup = KeyLookup()
    #: Sequences that feed no column known and could have given the key.
    unlinked: tuple[Sequence, ...] = ()
    #: Whether a sequence feeds any column of the table.
    draws: bool = False


class NamedObject(Struct, frozen=True, kw_only=True):
    """A row of named_objects.sql, and the sequences that have to do with it."""

    schema: str
    name: str
    sql: str
    #: table, index, sequence, foreign key, …
    kind: str
    #: The table that it is or belongs to.
    relid: int
    #: The columns that it is about.
    columns: list[str]
    diagnoses: tuple[Diagnosis, ...] = ()


class ErrorFacts(Struct, frozen=True, kw_only=True):
    """All that was read for one error."""

    server: Server
    candidates: tuple[Candidate, ...] = ()
    #: How many there are; of very many not all are looked at.
    total: int = 0
    relations: tuple[RelationRow, ...] = ()
    #: What bears a name that was asked for.
    objects: tuple[NamedObject, ...] = ()
    #: Sequences that the error names, or whose columns may be too narrow.
    sequences: tuple[Diagnosis, ...] = ()
    #: Defaults that name a sequence which does not exist, as (column, default).
    dangling: tuple[tuple[str, str], ...] = ()
    #: How many of the failing keys followed each other (`Occurrences.in_a_row`).
    in_a_row: int = 0
