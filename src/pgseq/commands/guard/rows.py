"""The rows that are read of sequences, fed columns, guards and their schema. Frozen values."""

from __future__ import annotations

from msgspec import Struct


class ColumnRow(Struct, frozen=True, kw_only=True):
    """A row of columns.sql: a fed column and its table."""

    relid: int
    column: str
    #: The table's qualified name and the column's, as quoted SQL strings.
    table_literal: str
    column_literal: str
    #: pg_class.relkind
    kind: str
    owner: str
    #: Whether the current role has the owner's privileges.
    owned_by_us: bool
    not_null: bool
    #: pg_attribute.attidentity: a (ALWAYS), d (BY DEFAULT) or empty.
    identity: str
    #: The default as pg_get_expr() prints it.
    expression: str | None
    is_partition: bool
    #: Child or parent in an inheritance tree that is no partition tree.
    inherits: bool
    inherited: bool
    extension: str | None
    #: Quoted names of the table and of all below it.
    tree: list[str]
    #: The column's default in each of them.
    defaults: list[str | None]
    #: The owner of each of them, and whether that one and the table's have each other's privileges.
    owners: list[str]
    agree: list[bool]
    foreign_below: bool
    #: Whether a function of its owner can be put into schema pgseq.
    may_create_function: bool

    @property
    def same_default(self) -> tuple[str, ...]:
        """The tables of the tree that have this column's very default: itself, and those below that say the same."""
        return tuple(name for name, default in self._by_table if default == self.expression)

    @property
    def without_default(self) -> tuple[str, ...]:
        """The tables of the tree in which the column has no default."""
        return tuple(name for name, default in self._by_table if default is None)

    @property
    def other_defaults(self) -> tuple[tuple[str, str], ...]:
        """The tables of the tree that have another default of their own, with it."""
        return tuple(
            (name, default) for name, default in self._by_table if default is not None and default != self.expression
        )

    @property
    def _by_table(self) -> zip[tuple[str, str | None]]:
        return zip(self.tree, self.defaults, strict=True)


class SequenceExtras(Struct, frozen=True, kw_only=True):
    """A row of sequences.sql: what belongs to a sequence beside its definition and position."""

    sequence: int
    #: Its quoted name.
    sql: str
    owner: str
    owned_by_us: bool
    comment: str | None
    revoke: str | None
    grants: list[str]
    #: What depends on it beside defaults of columns, described.
    dependents: list[str]


class OwnerPrivileges(Struct, frozen=True, kw_only=True):
    """A row of drawing.sql: a table and a sequence that feeds it."""

    relid: int
    sequence: int
    #: GRANT statements for privileges that the table's owner needs to move the sequence.
    missing_grants: list[str]
    #: Whether it could call nextval() on it.
    may_call_nextval: bool


class DefaultRow(Struct, frozen=True, kw_only=True):
    """A row of defaults.sql: a column default that depends on a sequence."""

    sequence: int
    relid: int
    table_sql: str
    column: str
    column_sql: str
    expression: str
    owner: str
    owned_by_us: bool


class Purpose(Struct, frozen=True, kw_only=True):
    """What a guard is for, as the arguments of its trigger say."""

    column: str
    #: The quoted name of the sequence.
    sequence: str
    max_jump: float


class Trigger(Struct, frozen=True, kw_only=True):
    """A row of triggers.sql: a function of the schema pgseq with one of its triggers, or None if none is left."""

    function: int
    name: str
    body: str
    #: SECURITY DEFINER with a pinned search_path.
    hardened: bool
    owned_by_us: bool
    definition: str
    owner: str
    comment: str | None
    #: Roles that may execute the function, beside its owner.
    users: list[str]
    table_owner: str | None
    table_owned_by_us: bool | None
    #: Whether the owners of function and table have each other's privileges.
    agree: bool
    relid: int | None
    table_sql: str | None
    trigger: str | None
    trigger_definition: str | None
    #: pg_trigger.tgenabled
    enabled: str | None
    arguments: list[str]
    #: Whether the table has the column that the arguments name.
    column_there: bool

    @property
    def droppable(self) -> bool:
        """Whether we may drop it; of a function without a trigger, the function."""
        return self.owned_by_us if self.table_owned_by_us is None else self.table_owned_by_us

    @property
    def purpose(self) -> Purpose | None:
        """What it is for; None where no trigger is left, or its arguments are not those of a guard."""
        try:
            column, sequence, share = self.arguments
            return Purpose(column=column, sequence=sequence, max_jump=float(share))
        except ValueError:
            return None


class Schema(Struct, frozen=True, kw_only=True):
    """The row of schema.sql."""

    may_create: bool
    hint: str
    #: None where there is no such schema.
    owner: str | None
    #: Whether it belongs to a superuser, to the database's owner or to the current role.
    trusted: bool
    #: The statement that gives it to the database's owner.
    taking: str
    #: Others who may create objects in it.
    writers: list[str]
