"""The nouns of this wing: what was seen, changes as values, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pgseq.model import Feed, Sequence, Server, Unseen
from pgseq.reports import DatabaseReport, Examined

#: The schema that holds all that this wing installs.
SCHEMA = "pgseq"

Result = Literal["done", "unchanged", "refused", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A row of guard_columns.sql: a fed column and its table."""

    relid: int
    column: str
    #: The table's qualified name and the column's, as quoted SQL strings.
    table_literal: str
    column_literal: str
    #: pg_class.relkind
    kind: str
    owner: str
    #: Whether the current role has the owner's rights.
    ours: bool
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
    foreign_below: bool

    @property
    def alike(self) -> tuple[str, ...]:
        """The tables of the tree that have this column's very default: itself, and those below that say the same."""
        return tuple(name for name, default in self._by_table if default == self.expression)

    @property
    def without(self) -> tuple[str, ...]:
        """The tables of the tree in which the column has no default."""
        return tuple(name for name, default in self._by_table if default is None)

    @property
    def apart(self) -> tuple[tuple[str, str], ...]:
        """The tables of the tree that have another default of their own, with it."""
        return tuple(
            (name, default) for name, default in self._by_table if default is not None and default != self.expression
        )

    @property
    def _by_table(self) -> zip[tuple[str, str | None]]:
        return zip(self.tree, self.defaults, strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A row of guard_sequences.sql: what belongs to a sequence beside its definition and position."""

    sequence: int
    owner: str
    ours: bool
    #: Whether a function of its owner can be put into schema pgseq.
    may_house: bool
    comment: str | None
    revoke: str | None
    grants: list[str]
    #: What depends on it beside defaults of columns, described.
    dependents: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """A row of guard_defaults.sql: a column default that depends on a sequence."""

    sequence: int
    relid: int
    table_sql: str
    column: str
    column_sql: str
    expression: str
    ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a guard is for, as the arguments of its trigger say."""

    column: str
    #: The quoted name of the sequence.
    sequence: str
    max_jump: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A row of guard_triggers.sql: a function of the schema pgseq with one of its triggers, or None if none is left."""

    function: int
    name: str
    body: str
    #: SECURITY DEFINER with a pinned search_path.
    sealed: bool
    ours: bool
    definition: str
    owner: str
    comment: str | None
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
    def purpose(self) -> Purpose | None:
        """What it is for; None where no trigger is left, or its arguments are not those of a guard."""
        try:
            column, sequence, share = self.arguments
            return Purpose(column=column, sequence=sequence, max_jump=float(share))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The row of guard_schema.sql."""

    may_create: bool
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Everything that planning needs to know of one database."""

    report: DatabaseReport
    #: By table and column name.
    columns: dict[tuple[int, str], Column]
    #: By sequence.
    attached: dict[int, Attached]
    defaults: dict[int, tuple[Default, ...]]
    triggers: tuple[Trigger, ...]
    schema: Schema
    #: Subscriptions by table.
    subscribed: dict[int, str]
    #: Whether the selection leaves anything out.
    selected: bool

    @property
    def server(self) -> Server:
        return self.report.server

    @property
    def feeds(self) -> tuple[tuple[Examined, Feed], ...]:
        """Every feed with its sequence, in the order of the report."""
        return tuple((one, feed) for one in self.report.sequences for feed in one.sequence.feeds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One planned change as a value; what is shown, written to a script and run are the same bytes."""

    description: str
    #: Locks that it takes, in words.
    lock: str
    #: What is different afterwards, for applications too.
    effect: str
    #: Statements of one transaction, without BEGIN and COMMIT.
    statements: tuple[str, ...]
    #: The statements that take it back.
    undoing: tuple[str, ...]
    #: SET LOCAL statements at the head of both.
    settings: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The whole transaction as a script."""
        return self._script(self.statements)

    @property
    def undo(self) -> str:
        """The script that takes it back."""
        return self._script(self.undoing)

    def _script(self, statements: tuple[str, ...]) -> str:
        return "\n".join(f"{text};" for text in ("BEGIN", "; ".join(self.settings), *statements, "COMMIT"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a change."""

    result: Result
    reason: str = ""
    hint: str = ""
    #: Nothing more can be done over this connection.
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing that was asked for: what is planned, or why it is refused; neither where nothing is needed."""

    #: What it is about: `identity`, `trigger`, `OWNED BY` and the like, and the quoted name of a column or sequence.
    what: str
    label: str
    #: The sequence and the table's column, where it is about those.
    sequence: Sequence | None = None
    feed: Feed | None = None
    change: Change | None = None
    refused: Unseen | None = None
    #: Why nothing is needed.
    remark: str = ""
    done: Done | None = None

    @property
    def left(self) -> bool:
        """Whether it is still to be done."""
        if self.done is not None:
            return self.done.result in ("refused", "failed")
        return self.change is not None or self.refused is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one run of this wing planned or did in one database."""

    server: Server
    cases: tuple[Case, ...]

    @property
    def exit_code(self) -> int:
        """0: nothing is left to be done; 1: something is."""
        return int(any(case.left for case in self.cases))


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One installed guard, and what is not whole about it."""

    name: str
    #: Column and sequence as its trigger names them; None where no trigger is left.
    column: str | None
    sequence: str | None
    tables: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The guards of one database."""

    server: Server
    guards: tuple[Condition, ...]

    @property
    def exit_code(self) -> int:
        """0: all are whole; 1: one is not."""
        return int(any(one.faults for one in self.guards))
