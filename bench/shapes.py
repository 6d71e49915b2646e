"""The databases that are measured: how many schemas of how many tables, built once, put into either state at will."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import psycopg
from psycopg import sql

#: In sync: every sequence stands at the last id. Out of sync: none was ever called, and its next value is stored.
State = Literal["in sync", "out of sync"]
STATES: Final[tuple[State, State]] = ("in sync", "out of sync")

#: Rows in every table: the work is in the number of tables, and max() by an index costs the same for ten as for many.
ROWS: Final = 10
#: Tables a transaction creates, and sequences a transaction sets: each holds its locks until the end.
CREATED, SET = 50, 1000

_TABLE: Final = """
CREATE TABLE {table} (id serial PRIMARY KEY, n integer);
INSERT INTO {table} (n) SELECT generate_series(1, {rows});
"""
_BATCHES: Final = """
SELECT array_agg(seqrelid)
  FROM (SELECT seqrelid, row_number() OVER (ORDER BY seqrelid) / %s AS batch FROM pg_sequence)
 GROUP BY batch ORDER BY batch
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A database of `schemas` × `tables` serial tables; the names of the tables repeat from schema to schema."""

    name: str
    schemas: int
    tables: int
    #: At most so many rounds: one of a hundred thousand takes ten minutes.
    rounds: int | None = None

    @property
    def sequences(self) -> int:
        """How many in all."""
        return self.schemas * self.tables

    @property
    def database(self) -> str:
        """Its database."""
        return f"bench_{self.name}"

    def relations(self) -> Iterator[tuple[str, str]]:
        """Schema and table of every sequence."""
        for schema in range(1, self.schemas + 1):
            for table in range(1, self.tables + 1):
                yield "public" if self.schemas == 1 else f"tenant_{schema:04}", f"t{table:05}"


def build(shape: Shape, dsn: str) -> None:
    """Create everything in the empty database at `dsn`.

    Leaves the catalog as autovacuum would in time: vacuumed and analyzed.
    """
    names = list(shape.relations())
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        for schema in dict.fromkeys(schema for schema, _ in names):
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        for start in range(0, len(names), CREATED):
            parts = [
                sql.SQL(_TABLE).format(table=sql.Identifier(*name), rows=ROWS)
                for name in names[start : start + CREATED]
            ]
            connection.execute(sql.SQL("\n").join(parts))
        for (name,) in _rows(
            connection, "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND oid < 16384"
        ):
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.SQL(name)))


def put(state: State, dsn: str) -> None:
    """Put every sequence of a database into a state, and everything on disk, so that no run pays for another's."""
    value, called = (ROWS, True) if state == "in sync" else (1, False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        for (oids,) in _rows(connection, _BATCHES, SET):
            connection.execute(
                "SELECT count(setval(oid::regclass, %s, %s)) FROM unnest(%s) AS oid", (value, called, oids)
            )
        connection.execute("CHECKPOINT")


def left(dsn: str) -> int:
    """How many sequences are out of sync."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        ((count,),) = _rows(
            connection,
            "SELECT count(*) FROM pg_sequence AS s, pg_get_sequence_data(s.seqrelid) AS d"
            " WHERE d.last_value + d.is_called::integer <= %s",
            ROWS,
        )
        return int(count)


def _rows(connection: psycopg.Connection[Any], question: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(question.encode(), values).fetchall()
