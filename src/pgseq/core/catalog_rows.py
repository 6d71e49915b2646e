"""Rows of the catalog, and the context in which they are assembled. Frozen values.

Rows are NamedTuples, which cost a tenth of what a frozen dataclass does: there may be a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from pgseq.model.blocks import Ids
from pgseq.model.sequences import Problem


class SequenceRow(NamedTuple):
    """A row of sequences.sql: what of a `Sequence` the catalog says by itself."""

    oid: int
    schema: str
    name: str
    schema_sql: str
    sql: str
    literal: str
    data_type: str
    start: int
    increment: int
    min: int
    max: int
    cache: int
    cycle: bool
    persistence: str
    owner: int
    trusted: bool
    extension: str | None
    may_select: bool
    may_use: bool
    may_update: bool
    may_enter: bool
    by_function: bool


class Column(NamedTuple):
    """A row of columns.sql: a column that draws from `sequence` (None: named by text at run time) or owns it."""

    relid: int
    sequence: int | None
    draws: bool
    #: pg_depend.deptype: a (OWNED BY), i (identity).
    owned: str | None
    #: Declared in the configuration, there with a block of so many ids, and which.
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
    persistence: str
    expression: str | None
    may_select: bool
    may_enter: bool
    may_lock: bool
    row_security: bool
    heap_bytes: int
    scan_bytes: int
    #: pg_proc.prosrc of a function that the default calls and that names the sequence.
    body: str | None = None
    block: int | None = None
    ids: Ids | None = None
    #: Not a column that draws, but the integer key of a table, which nothing that the catalog knows fills.
    unfilled: bool = False
    #: pg_class.relkind.
    relkind: str = "r"
    #: Oids of tables of which neither says anything yet, and that are scanned.
    unsized: Iterable[int] | None = None
    #: Locks taken to read it: tables and indexes, partitions and children included.
    locks: int = 1
    #: Whether a CHECK or a foreign key may leave it fewer values than its type.
    limited: bool = True
    #: Whether a unique index of the table on this column alone refuses a stored value a second time.
    unique: bool = True
    #: Oid and name of the table's owner, and of that of the function that the default calls where it runs with the
    #: privileges of its own owner.
    owner: int = 0
    owner_name: str = ""
    definer: int | None = None
    #: Whether the owners of the table, its children and its schema could act as the current role anyway.
    trusted: bool = True
    #: Oid of the column's type.
    type_oid: int = 0
    #: Whether the current role may lock the table against being altered.
    may_share: bool = True

    @property
    def drawer(self) -> int:
        """Oid of the role that needs the privilege on the sequence for the default to draw from it."""
        return self.owner if self.definer is None else self.definer


#: A role, a sequence that the default of its table names, and whether it is looked up by name.
Draw = tuple[int, int, bool]


class Link(NamedTuple):
    """One column and one sequence that it draws from or owns."""

    column: Column
    sequence: int
    draws: bool
    owns: bool
    #: The sequence is named by text, and `certain` says whether only this one can be meant.
    by_text: bool = False
    certain: bool = True

    @property
    def draw(self) -> Draw:
        """The role, sequence and lookup that the privilege depends on."""
        return self.column.drawer, self.sequence, self.by_text or self.column.body is not None

    def joined(self, earlier: Link) -> Link:
        """The link that an earlier row and this one make of the same column and sequence."""
        return Link(
            column=earlier.column if earlier.column.declared else self.column,
            sequence=self.sequence,
            draws=self.draws or earlier.draws,
            owns=self.owns or earlier.owns,
            by_text=self.by_text or earlier.by_text,
            certain=self.certain and earlier.certain,
        )


class AssemblyContext(Struct, frozen=True, kw_only=True):
    """What `assemble` needs besides the rows of sequences and columns."""

    database: str
    #: The session's own search_path, and its role as SQL takes it.
    search_path: tuple[str, ...]
    role: str
    #: The server's major version.
    major: int = 0
    #: A column without an index is not read when its heap is larger, in bytes.
    scan_limit: int = 2**30
    #: A tree of tables that takes more locks is read in parts.
    lock_limit: int = 1600
    #: Whether the server can refuse to read views and foreign tables; if not, every table is checked.
    restricts: bool = True
    #: Defaults without the privilege to draw: they feed nothing, unless declared.
    cannot_draw: Collection[Draw] = ()
    #: By table, a mark of what the planner evaluates when it is read, or why it must not be read.
    code: Mapping[int, str | Problem] = field(default_factory=dict)
    #: Whether the owners of tables are trusted whoever they are.
    trust_owners: bool = False
