"""Rows of the catalog, and what else there is to know when they are put together. Frozen values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pgseq.model.sequences import Problem


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
    #: Oid and name of the table's owner, and of that of the function that the default calls where it runs with the
    #: privileges of its own owner.
    owner: int = 0
    owner_name: str = ""
    definer: int | None = None
    #: Whether the owners of the table, of all below it and of its schema may do all that the current role may do.
    trusted: bool = True
    #: Whether the current role may lock the table against being altered.
    may_share: bool = True

    @property
    def drawer(self) -> int:
        """Oid of the role whose privilege on the sequence tells whether the default can draw from it."""
        return self.owner if self.definer is None else self.definer


#: A role and a sequence that a default of its table names; whether it is looked up by that name.
Draw = tuple[int, int, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What else there is to know when sequences and columns are put together."""

    #: The session's own search_path, and its role as SQL takes it.
    search_path: tuple[str, ...]
    role: str
    #: Columns that no index serves and whose heap is larger, in bytes, are not to be read.
    scan_limit: int = 2**30
    #: Trees that take more locks are to be read in parts.
    lock_limit: int = 1600
    #: Whether views and foreign tables may be told apart when they are read; else every table is asked about.
    restricts: bool = True
    #: Defaults that could not draw: they feed nothing, unless they are declared.
    cannot_draw: Collection[Draw] = ()
    #: By table, what the planner evaluates when it is read, as a mark, or why it must not be read.
    code: Mapping[int, str | Problem] = field(default_factory=dict)
    #: Whether the owners of tables are trusted whoever they are.
    trust_owners: bool = False
