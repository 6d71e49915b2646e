"""The world as a live database has it, so that files are judged by what they meet there. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pgseq.catalog import read_sequences, read_server
from pgseq.config import Declared
from pgseq.crew import Crew
from pgseq.lint.extents import Part, extents
from pgseq.lint.machine import Machine
from pgseq.lint.pieces import Place
from pgseq.lint.world import Column, Deed, Drawn, Table, World
from pgseq.model import Position, Reading, Unseen
from pgseq.reading import read
from pgseq.session import Limits, transaction
from pgseq.sql import load

#: A row that was there before: no statement of a file stored it.
_NOWHERE: Final = Place(file="", line=0, column=0, end=0)
_FOUND: Final = Deed(how="found", place=_NOWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of lint_tables.sql."""

    relid: int
    schema: str
    name: str
    columns: list[str]
    #: pg_attribute.attidentity of each column: a, d or empty.
    identities: list[str]
    #: Tables that it inherits from.
    parents: list[int]


def machine(crew: Crew, limits: Limits, declared: tuple[Declared, ...] = ()) -> Machine:
    """A machine that begins with a database's tables and sequences, where they stand and how far they are filled.

    Raises QueryFailed, ConnectionFailed.
    """
    server = read_server(crew.lead)
    found = World(path=server.search_path, home=server.search_path)
    listed = transaction(crew.lead, [load("lint_tables", server.major)], settings=limits.settings)[0].into(Listed)
    by_oid = {one.relid: _table(one) for one in listed}
    found.tables = {table.key: table for table in by_oid.values()}
    sequences = read_sequences(crew, server, limits, declared)
    filled = list(extents(crew, server, sequences, limits))
    # Positions after the columns: a busy table would look ahead of its sequence in the other order.
    bare = [replace(one, feeds=()) for one in sequences]
    drawn = {reading.sequence.oid: _sequence(reading) for reading in read(crew, server, bare, limits)}
    found.sequences = {one.key: one for one in drawn.values()}
    for part, ends in filled:
        if (table := by_oid.get(part.feed.relid)) is not None:
            _fill(table, drawn[part.sequence.oid], part, ends)
    parents = {one.relid: one.parents for one in listed}
    for relid in sorted(parents, key=lambda relid: _depth(relid, parents)):
        for parent in parents[relid]:
            _share(by_oid[relid], by_oid.get(parent))
    return Machine(world=found, database=server.database)


def _table(one: Listed) -> Table:
    table = Table(schema=one.schema, name=one.name)
    for name, identity in zip(one.columns, one.identities, strict=True):
        table.put(Column(name=name, always=identity == "a"))
    return table


def _sequence(reading: Reading) -> Drawn:
    """A sequence where it stands."""
    model = reading.sequence
    sequence = Drawn(
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
        sequence.moved = Deed(how="found", place=_NOWHERE, hidden=reading.position.reason)
    return sequence


def _fill(table: Table, sequence: Drawn, part: Part, ends: list[int] | Unseen) -> None:
    """Feed a column, with what a part of its rows holds."""
    feed, column = part.feed, table.columns[part.feed.column]
    if column.sequence is not sequence:
        column.type = feed.type.partition("(")[0]
        column.feed(sequence, feed.via, always=column.always)
    if feed.owns:
        sequence.owner = (table.key, column.name)
    if isinstance(ends, Unseen):
        column.unseen = Deed(how="found", place=_NOWHERE, hidden=ends.reason)
    else:
        column.store(ends, _FOUND)


def _depth(relid: int, parents: dict[int, list[int]]) -> int:
    """How many tables there are above one."""
    return max((_depth(parent, parents) + 1 for parent in parents.get(relid, ())), default=0)


def _share(table: Table, parent: Table | None) -> None:
    """A partition's rows, and a child's, are its parent's, unless it draws from another sequence."""
    for name, shared in parent.columns.items() if parent else ():
        own = table.columns.get(name)
        if shared.sequence is not None and own is not None and own.sequence in (None, shared.sequence):
            table.put(shared)
