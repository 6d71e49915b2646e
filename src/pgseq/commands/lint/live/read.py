"""The state of a live database, with which the simulation begins. Reads only."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pgseq.commands.lint.live.extents import FeedPart, extents
from pgseq.commands.lint.live.keys import ends
from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.columns import merge
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.naming import written
from pgseq.commands.lint.simulator.relations import ColumnState, SequenceState, TableState
from pgseq.commands.lint.simulator.run import Simulator
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.model.configuration import Declared
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import Limits
from pgseq.model.sequences import Position, Problem, Reading
from pgseq.pg.catalog import read_sequences, read_server
from pgseq.pg.pool import SessionPool
from pgseq.pg.read import read_all
from pgseq.pg.session import transaction
from pgseq.sql import load

#: The place of rows that no statement of a file stored.
_NOWHERE: Final = Place(file="", line=0, column=0, end=0)
_FOUND: Final = Event(how="found", place=_NOWHERE)


class CatalogTable(Struct, frozen=True, kw_only=True):
    """A row of tables.sql."""

    relid: int
    schema: str
    name: str
    columns: list[str]
    #: pg_attribute.attidentity of each column: a, d or empty.
    identities: list[str]
    #: Type names as format_type() prints them, without modifier, and the modifiers (pg_attribute.atttypmod).
    types: list[str]
    typmods: list[int]
    #: Tables that it inherits from.
    parents: list[int]


class ReferenceRow(Struct, frozen=True, kw_only=True):
    """A row of references.sql."""

    relid: int
    column: str
    target: int
    target_column: str


def read_simulator(pool: SessionPool, limits: Limits, declared: tuple[Declared, ...] = ()) -> Simulator:
    """A simulator that begins with the tables and sequences of a database, their positions and the ids stored.

    Raises QueryFailed, ConnectionFailed.
    """
    server = read_server(pool.primary, limits)
    state = DatabaseState(live=True, path=server.search_path, home=server.search_path)
    catalog = [load(name, server.major) for name in ("lint.tables", "lint.references")]
    tables, references = transaction(pool.primary, catalog, settings=limits.settings, mode="snapshot")
    listed = tables.into(CatalogTable)
    by_oid = {row.relid: _table(row) for row in listed}
    for reference in references.into(ReferenceRow):
        if (target := by_oid.get(reference.target)) is not None and reference.relid in by_oid:
            by_oid[reference.relid].refers[reference.column] = (target.key, reference.target_column)
    state.tables = {table.key: table for table in by_oid.values()}
    sequences = read_sequences(pool, server, limits, declared)
    filled = list(extents(pool, server, sequences, limits))
    fed = {(feed.relid, feed.column) for sequence in sequences for feed in sequence.feeds}
    keys = list(ends(pool, server, fed, limits))
    # Read positions after columns: in the other order a busy table would seem ahead of its sequence.
    without_feeds = [replace(sequence, feeds=()) for sequence in sequences]
    by_sequence = {
        one.sequence.oid: _sequence(one.reading) for one in read_all(pool, server, without_feeds, limits, Policy())
    }
    state.sequences = {sequence.key: sequence for sequence in by_sequence.values()}
    for part, ids in filled:
        if (table := by_oid.get(part.feed.relid)) is not None:
            _fill(table, by_sequence[part.sequence.oid], part, ids)
    for key, values in keys:
        column = by_oid[key.relid].columns[key.column]
        column.unseen = None
        column.store(values, _FOUND)
    parents = {row.relid: row.parents for row in listed}
    for relid in sorted(parents, key=lambda relid: _depth(relid, parents)):
        for parent in parents[relid]:
            _share(by_oid[relid], by_oid.get(parent))
    return Simulator(state=state, database=server.database)


def _table(row: CatalogTable) -> TableState:
    table = TableState(schema=row.schema, name=row.name, rows=None)
    for name, identity, kind, typmod in zip(row.columns, row.identities, row.types, row.typmods, strict=True):
        table.put(ColumnState(name=name, type=kind, typmod=typmod, always=identity == "a", unseen=_unread(row, name)))
    return table


def _unread(table: CatalogTable, column: str) -> Event:
    """Ids of a column that nothing feeds have not been read."""
    name = written(table.schema, table.name, column)
    return Event(how="found", place=_NOWHERE, hidden=f"nothing fed {name}, so it has not been read")


def _sequence(reading: Reading) -> SequenceState:
    """A sequence with its position."""
    model = reading.sequence
    sequence = SequenceState(
        schema=model.schema,
        name=model.name,
        data_type=model.data_type,
        start=model.start,
        increment=model.increment,
        min=model.min,
        max=model.max,
        cycle=model.cycle,
        cache=model.cache,
    )
    if isinstance(reading.position, Position):
        sequence.position = reading.position
    else:
        sequence.moved = Event(how="found", place=_NOWHERE, hidden=reading.position.reason)
    return sequence


def _fill(table: TableState, sequence: SequenceState, part: FeedPart, ids: list[int] | Problem) -> None:
    """Feed a column, and store the ids of a part of its rows."""
    feed, column = part.feed, table.columns[part.feed.column]
    if column.sequence is not sequence:
        column.unseen = None
        column.feed(sequence, feed.via, always=column.always)
    if feed.owns:
        sequence.owner = (table.key, column.name)
    if isinstance(ids, Problem):
        column.unseen = Event(how="found", place=_NOWHERE, hidden=ids.reason)
    else:
        column.store(ids, _FOUND)


def _depth(relid: int, parents: dict[int, list[int]]) -> int:
    """How many levels of parents a table has."""
    return max((_depth(parent, parents) + 1 for parent in parents.get(relid, ())), default=0)


def _share(table: TableState, parent: TableState | None) -> None:
    """Partitions and children share their parent's columns, unless they draw from another sequence."""
    for name, shared in parent.columns.items() if parent else ():
        own = table.columns.get(name)
        if own is None or own is shared or own.sequence not in (None, shared.sequence):
            continue
        if shared.sequence is None:
            merge(shared, own, None)
        table.put(shared)
