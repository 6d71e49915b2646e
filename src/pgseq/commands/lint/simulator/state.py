"""The simulated state of one database, and how names find what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.relations import (
    DEFAULT_PATH,
    PUBLIC,
    TEMPORARY,
    UNNAMED,
    ColumnState,
    Name,
    SequenceState,
    TableState,
)
from pgseq.sql import trees
from pgseq.sql.grammar import Node

if TYPE_CHECKING:
    from pgseq.commands.lint.simulator.routines import Routine

T = TypeVar("T")


class Counting(Struct, frozen=True, kw_only=True):
    """A constant in a reference to a truncated table whose sequence did not restart: it expects ids from the start."""

    target: Name
    table: Name
    column: str
    value: int
    #: The TRUNCATE.
    event: Event


@dataclass(slots=True, kw_only=True)
class DatabaseState:
    """The state of one database, as far as the files, or its catalog, show it."""

    #: It was read from a live database.
    live: bool = False
    path: tuple[str, ...] = DEFAULT_PATH
    #: The search_path of a new session.
    home: tuple[str, ...] = DEFAULT_PATH
    tables: dict[Name, TableState] = field(default_factory=dict)
    sequences: dict[Name, SequenceState] = field(default_factory=dict)
    #: Tables that received ids but that no statement creates, with the first statement that stored some.
    unknown_tables: dict[Name, Event] = field(default_factory=dict)
    #: Code that stores rows in tables whose names it computes.
    dynamic_sql: list[Event] = field(default_factory=list)
    #: By truncated table, the first constant that expects its ids to start again.
    counting: dict[Name, Counting] = field(default_factory=dict)
    #: The routines that the files define, by name without schema.
    routines: dict[str, list[Routine]] = field(default_factory=dict)
    #: Ids stored in a column whose default computes with nextval(): the sequence, and the first statement.
    computed: dict[tuple[Name, str], tuple[SequenceState, Event]] = field(default_factory=dict)

    def table(self, named: Node) -> TableState | None:
        """The table that a RangeVar names."""
        return self._find(self.tables, named)

    def sequence(self, named: Node | None) -> SequenceState | None:
        """The sequence that a RangeVar names; None for none."""
        return self._find(self.sequences, named) if named else None

    def at_home(self, named: Node | None) -> SequenceState | None:
        """Resolve a default's sequence. If the search_path is empty, as in a dump, use the inserting session's."""
        sequence = self.sequence(named)
        if sequence is None and named and "schemaname" not in named and not self.path:
            homes = ({**named, "schemaname": home} for home in self.home)
            return next((sequence for home in homes if (sequence := self.sequence(home))), None)
        return sequence

    def owned(self, table: Name, column: str = "") -> list[SequenceState]:
        """The sequences that a table, or one of its columns, owns."""
        owners = ((sequence, sequence.owner) for sequence in self.sequences.values() if sequence.owner)
        return [sequence for sequence, owner in owners if owner[0] == table and column in ("", owner[1])]

    def read_by(self, tree: Any) -> list[TableState]:
        """The tables that a tree names."""
        return [table for named in trees.relations(tree) if (table := self.table(named))]

    def place_for(self, named: Node) -> str:
        """The schema in which a new relation is created."""
        if named.get("relpersistence") == "t":
            return TEMPORARY
        return named.get("schemaname") or next(iter(self.path), UNNAMED)

    def feeds(self, sequence: SequenceState) -> Iterator[tuple[TableState, ColumnState]]:
        """The columns that draw from a sequence, each with the first table that has it; not temporary tables."""
        for column in tuple(sequence.columns.values()):
            lasting = (one for one in column.tables if one.schema != TEMPORARY)
            table = next((one for one in lasting if self._has(one, column)), None)
            if table is not None:
                yield table, column

    def _has(self, table: TableState, column: ColumnState) -> bool:
        return self.tables.get(table.key) is table and table.columns.get(column.name) is column

    def _find(self, among: dict[Name, T], named: Node) -> T | None:
        schema, name = named.get("schemaname"), named["relname"]
        homes = (TEMPORARY, *self.path) if schema is None else (schema,)
        # Relations created without a schema under an unknown search_path are taken to be in public.
        places = [place for home in homes for place in ((home, UNNAMED) if home == PUBLIC else (home,))]
        return next((among[place, name] for place in places if (place, name) in among), None)
