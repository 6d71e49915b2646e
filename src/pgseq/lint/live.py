"""The world as a live database has it, so that files are judged by what they meet there. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pgseq.catalog import read_sequences, read_server
from pgseq.config import Declared
from pgseq.crew import Crew
from pgseq.lint.machine import Machine
from pgseq.lint.pieces import Place
from pgseq.lint.world import Column, Deed, Drawn, Table, World
from pgseq.model import Feed, Position, Reading, Stored
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
    for reading in read(crew, server, sequences, limits):
        _add(found, by_oid, reading)
    parents = {one.relid: one.parents for one in listed}
    for relid in sorted(parents, key=lambda relid: _depth(relid, parents)):
        for parent in parents[relid]:
            _share(by_oid[relid], by_oid.get(parent))
    return Machine(world=found, database=server.database)


def _table(one: Listed) -> Table:
    columns = {
        name: Column(name=name, always=identity == "a")
        for name, identity in zip(one.columns, one.identities, strict=True)
    }
    return Table(schema=one.schema, name=one.name, columns=columns)


def _add(found: World, tables: dict[int, Table], reading: Reading) -> None:
    """A sequence with what its columns hold."""
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
    )
    if isinstance(reading.position, Position):
        sequence.position = reading.position
    else:
        sequence.moved = Deed(how="found", place=_NOWHERE, hidden=reading.position.reason)
    found.sequences[sequence.key] = sequence
    for feed, stored in zip(model.feeds, reading.stored, strict=True):
        table = tables.get(feed.relid)
        if table is not None and feed.plain:
            _fill(table, sequence, feed, stored)


def _fill(table: Table, sequence: Drawn, feed: Feed, stored: object) -> None:
    column = table.columns[feed.column]
    column.type = feed.type.partition("(")[0]
    column.feed(sequence, feed.via, always=column.always)
    if feed.owns:
        sequence.owner = (table.key, column.name)
    if isinstance(stored, Stored):
        column.store([value for value in (stored.nearest, stored.furthest) if value is not None], _FOUND)


def _depth(relid: int, parents: dict[int, list[int]]) -> int:
    """How many tables there are above one."""
    return max((_depth(parent, parents) + 1 for parent in parents.get(relid, ())), default=0)


def _share(table: Table, parent: Table | None) -> None:
    """A partition's rows, and a child's, are its parent's, unless it draws from another sequence."""
    for name, shared in parent.columns.items() if parent else ():
        own = table.columns.get(name)
        if shared.sequence is not None and own is not None and own.sequence in (None, shared.sequence):
            table.columns[name] = shared
