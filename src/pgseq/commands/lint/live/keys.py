"""The range of values in key columns of a live database that no sequence feeds. Reads only.

A file may make a sequence feed such a column. Only columns with an index are read, so that nothing is scanned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.sequences import Problem
from pgseq.model.server import Server
from pgseq.pg.database import Database
from pgseq.pg.owners import read_plain
from pgseq.pg.pool import SessionPool
from pgseq.pg.read import budget, packed
from pgseq.pg.session import Session
from pgseq.sql import load
from pgseq.sql.unchanged import Plain


class KeyRow(Struct, frozen=True, kw_only=True):
    """A row of keys.sql."""

    relid: int
    column: str
    table_sql: str
    column_sql: str
    locks: int


#: A key with its least and greatest ids, empty without rows.
Ends = tuple[KeyRow, list[int]]


def ends(pool: SessionPool, server: Server, fed: Collection[tuple[int, str]], limits: Limits) -> Iterator[Ends]:
    """The ends of the keys that are not `fed` (oid of the table, name), in any order; unreadable ones are left out.

    Raises ConnectionFailed, QueryFailed.
    """
    database = Database(session=pool.primary, server=server, limits=limits)
    keys = [key for key in database.ask("lint.keys", KeyRow) if (key.relid, key.column) not in fed]
    tables = read_plain(database, {key.relid: key.table_sql for key in keys})

    def work(session: Session, batch: list[KeyRow]) -> list[Ends]:
        return _read(replace(database, session=session), batch, tables)

    for batch in pool.map(work, packed(keys, lambda key: key.locks, budget(server, pool.jobs))):
        yield from batch


def _read(database: Database, batch: list[KeyRow], tables: Mapping[int, Plain | Problem]) -> list[Ends]:
    plain = [
        replace(table, columns=(key.column,)) for key in batch if isinstance(table := tables.get(key.relid), Plain)
    ]
    if len(plain) < len(batch):
        readable = [key for key in batch if isinstance(tables.get(key.relid), Plain)]
        return _read(database, readable, tables) if readable else []
    queries = [load("lint.ends", column=key.column_sql, table=key.table_sql) for key in batch]
    try:
        answers = database.read(queries, plain)
    except QueryFailed:
        if len(batch) == 1:
            return []
        return [ends for key in batch for ends in _read(database, [key], tables)]
    rows = (answer.rows[0] for answer in answers)
    return [(key, [end for end in row if end is not None]) for key, row in zip(batch, rows, strict=True)]
