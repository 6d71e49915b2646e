"""What the server itself shows: positions, what nextval() really gives, what is really stored and inserted.

Nothing here knows pgseq. The stored values are read row by row and compared in Python, where a sequence's run
is a `range`: that is the one definition, spelled without the SQL that pgseq uses for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, LiteralString

from psycopg import Connection, errors, sql

from tests.cases.case import Case

Rows = Connection[tuple[Any, ...]]

SEQUENCES: Final[LiteralString] = """
    SELECT format('%I.%I', nspname, relname), nspname, relname, seqincrement, seqmin, seqmax
    FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relpersistence <> 't' AND c.oid >= 16384
"""
COLUMNS: Final[LiteralString] = """
    SELECT concat_ws('.', nspname, relname, attname), nspname, relname, attname, typcategory = 'S'
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
    JOIN pg_type t ON t.oid = atttypid
    WHERE relkind IN ('r', 'p', 'f', 'v') AND relpersistence <> 't' AND attnum > 0 AND c.oid >= 16384
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that a case names as a feed."""

    table: sql.Identifier
    name: sql.Identifier
    is_text: bool

    def stored(self, connection: Rows) -> set[int]:
        """The integers it holds; of text only what nextval()'s own text would be equal to."""
        query = sql.SQL("SELECT {}::text FROM {}").format(self.name, self.table)
        texts = {text for (text,) in connection.execute(query) if text is not None}
        if self.is_text:
            return {int(text) for text in texts if text.removeprefix("-").isdecimal() and str(int(text)) == text}
        numbers = {Decimal(text) for text in texts}
        return {int(number) for number in numbers if number.is_finite() and number == number.to_integral_value()}

    def count(self, connection: Rows, value: str) -> int:
        """How many rows hold `value`."""
        # A literal, as psycopg would take a % in a name for a placeholder beside parameters.
        query = sql.SQL("SELECT count(*) FROM {} WHERE {} = {}").format(self.table, self.name, sql.Literal(value))
        return int(connection.execute(query).fetchall()[0][0])

    def insert(self, connection: Rows) -> str:
        """Insert a row of defaults; return the value it got here."""
        query = sql.SQL("INSERT INTO {} DEFAULT VALUES RETURNING {}::text").format(self.table, self.name)
        return str(connection.execute(query).fetchall()[0][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A sequence of the case's database."""

    name: sql.Identifier
    sql: str
    increment: int
    min: int
    max: int

    def position(self, connection: Rows) -> tuple[int, bool]:
        """Its last_value and is_called."""
        query = sql.SQL("SELECT last_value, is_called FROM {}").format(self.name)
        last_value, is_called = connection.execute(query).fetchall()[0]
        return last_value, is_called

    def restore(self, connection: Rows, position: tuple[int, bool]) -> None:
        """Put it back to a position read before."""
        connection.execute("SELECT setval(%s::text::regclass, %s::bigint, %s)", [self.sql, *position])

    def draw(self, connection: Rows, count: int) -> list[int]:
        """Take `count` values with nextval()."""
        query = "SELECT nextval(%s::text::regclass) FROM generate_series(1, %s::int)"
        return [value for (value,) in connection.execute(query, [self.sql, count])]

    def next_value(self, connection: Rows) -> int | None:
        """What nextval() gives, None when it fails for want of values; the position stays as it was."""
        position = self.position(connection)
        try:
            return self.draw(connection, 1)[0]
        except errors.SequenceGeneratorLimitExceeded:
            return None
        finally:
            self.restore(connection, position)

    def run(self, next_value: int | None) -> range:
        """The values it hands out from `next_value` on, up to its bound; none when it has come to its end."""
        if next_value is None:
            return range(0)
        beyond = self.max + 1 if self.increment > 0 else self.min - 1
        return range(next_value, beyond, self.increment)


def play(connection: Rows, case: Case) -> None:
    """Make the case's situation; values that this session has cached of a sequence are let go."""
    connection.execute(case.setup.encode())
    connection.execute("DISCARD SEQUENCES")


def sequences(connection: Rows) -> dict[str, Sequence]:
    """All sequences but temporary ones, by their quoted names."""
    return {
        quoted: Sequence(name=sql.Identifier(schema, name), sql=quoted, increment=increment, min=least, max=greatest)
        for quoted, schema, name, increment, least, greatest in connection.execute(SEQUENCES)
    }


def columns(connection: Rows) -> dict[str, Column]:
    """All columns of tables and views, by `schema.table.column`."""
    return {
        label: Column(table=sql.Identifier(schema, table), name=sql.Identifier(column), is_text=is_text)
        for label, schema, table, column, is_text in connection.execute(COLUMNS)
    }


def positions(connection: Rows) -> dict[str, tuple[int, bool]]:
    """Where every sequence stands."""
    return {name: sequence.position(connection) for name, sequence in sequences(connection).items()}
