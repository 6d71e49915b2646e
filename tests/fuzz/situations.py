"""Whole schemas as values, with the SQL that makes them. Nothing here knows pgseq."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["integer", "numeric", "text"]


def identifier(name: str) -> str:
    """A name as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a string literal (standard_conforming_strings = on)."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnType:
    """A type that a fed column may have; `domain` is its name where it is a domain over `sql`."""

    sql: str
    kind: Kind
    #: The least and greatest integer that fits; for text as nextval() would be stored.
    lowest: int
    highest: int
    domain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """CREATE SEQUENCE, and where setval() puts it."""

    name: str
    data_type: str
    increment: int
    min: int
    max: int
    start: int
    cache: int
    cycle: bool
    position: tuple[int, bool] | None

    @property
    def options(self) -> str:
        cycle = "CYCLE" if self.cycle else "NO CYCLE"
        return (
            f"INCREMENT {self.increment} MINVALUE {self.min} MAXVALUE {self.max} START {self.start} "
            f"CACHE {self.cache} {cycle}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that a sequence may feed: by its default, or because it owns one and has no default."""

    name: str
    type: ColumnType
    draws: Sequence | None
    how: Literal["regclass", "text", "always", "by default", "nothing"]
    owns: Sequence | None
    #: Integer type of an explicit cast in the default.
    cast: ColumnType | None = None
    #: The sequence's name as the default gives it (`how` text).
    text: str = ""

    @property
    def feeds_on(self) -> Sequence | None:
        return self.draws or self.owns

    @property
    def identity(self) -> bool:
        return self.how in ("always", "by default")

    @property
    def default(self) -> str:
        """Its default, empty for none and for identity."""
        if self.draws is None or self.identity:
            return ""
        value = f"nextval({literal(self.text)}{'::text' if self.how == 'text' else ''})"
        return f" DEFAULT {value}{f'::{self.cast.sql}' if self.cast else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, with a child below it unless it is plain; rows go to the table (1) or the child (2)."""

    name: str
    shape: Literal["plain", "partitioned", "inherited"]
    child: str
    #: The partition that takes what the child does not.
    rest: str
    #: The sequence that the child's first column draws from by a default of its own.
    apart: Sequence | None
    apart_text: str
    unique: bool
    columns: tuple[Column, ...]
    #: Each value as SQL.
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A column as its sequence sees it: what it holds, and how the sequence's values get in."""

    sequence: Sequence
    #: Where a row of defaults goes that draws a value for this column; empty: its default draws none.
    row: str
    type: ColumnType
    cast: ColumnType | None
    #: Selects the values as text.
    stored: str
    #: Stores N values, returning them as text; `{rows}` stands for N.
    insert: str

    def holds(self, value: int) -> bool:
        """Whether `value` gets in."""
        limits = [self.type, *([self.cast] if self.cast else [])]
        return all(one.lowest <= value <= one.highest for one in limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A schema of the tables and sequences that belong together."""

    name: str
    #: Those that CREATE SEQUENCE makes; identity columns make their own.
    sequences: tuple[Sequence, ...]
    tables: tuple[Table, ...]

    @property
    def sql(self) -> str:
        return identifier(self.name)

    def qualified(self, name: str) -> str:
        """A name in this schema, quoted."""
        return f"{self.sql}.{identifier(name)}"

    @property
    def all_sequences(self) -> tuple[Sequence, ...]:
        owned = (c.draws for table in self.tables for c in table.columns if c.identity and c.draws)
        return (*self.sequences, *owned)

    @property
    def setup(self) -> str:
        """The statements that make it."""
        return ";\n".join(self._statements())

    def _statements(self) -> Iterator[str]:
        yield f"CREATE SCHEMA {self.sql}"
        # As for everybody: a default of an unqualified name finds its sequence beside the table.
        yield f"SET search_path = {self.sql}"
        domains = {one.domain: one for table in self.tables for c in table.columns for one in [c.type] if one.domain}
        for name, domain in domains.items():
            yield f"CREATE DOMAIN {self.qualified(name or '')} AS {domain.sql}"
        for one in self.sequences:
            yield f"CREATE SEQUENCE {self.qualified(one.name)} AS {one.data_type} {one.options}"
        for table in self.tables:
            yield from self._table(table)
        for one in self.all_sequences:
            if one.position:
                value, called = one.position
                yield f"SELECT setval({literal(self.qualified(one.name))}, {value}, {called})"
        yield "RESET search_path"

    def _table(self, table: Table) -> Iterator[str]:
        name, child = self.qualified(table.name), self.qualified(table.child)
        columns = ["filler int", *(self._column(column) for column in table.columns)]
        by = " PARTITION BY LIST (filler)" if table.shape == "partitioned" else ""
        yield f"CREATE TABLE {name} ({', '.join(columns)}){by}"
        relations = [name]
        if table.shape == "partitioned":
            rest = self.qualified(table.rest)
            yield f"CREATE TABLE {child} PARTITION OF {name} FOR VALUES IN (2)"
            yield f"CREATE TABLE {rest} PARTITION OF {name} DEFAULT"
            relations = [child, rest]
        elif table.shape == "inherited":
            yield f"CREATE TABLE {child} () INHERITS ({name})"
            relations.append(child)
        if table.apart:
            column = identifier(table.columns[0].name)
            yield f"ALTER TABLE {child} ALTER {column} SET DEFAULT nextval({literal(table.apart_text)})"
        if table.unique:
            for relation in relations:
                for each in table.columns:
                    yield f"CREATE UNIQUE INDEX ON {relation} ({identifier(each.name)})"
        for each in table.columns:
            if each.owns and not each.identity:
                yield f"ALTER SEQUENCE {self.qualified(each.owns.name)} OWNED BY {name}.{identifier(each.name)}"
        for part, values in table.rows:
            target = child if table.shape == "inherited" and part == 2 else name
            overriding = "OVERRIDING SYSTEM VALUE " if target == name else ""
            yield f"INSERT INTO {target} {overriding}VALUES ({part}, {', '.join(values)}) ON CONFLICT DO NOTHING"

    def _column(self, column: Column) -> str:
        of = self.qualified(column.type.domain) if column.type.domain else column.type.sql
        if not column.identity or column.draws is None:
            return f"{identifier(column.name)} {of}{column.default}"
        own = f"SEQUENCE NAME {self.qualified(column.draws.name)} {column.draws.options}"
        return f"{identifier(column.name)} {of} GENERATED {column.how.upper()} AS IDENTITY ({own})"

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """Every column that a sequence feeds, once for a tree."""
        return tuple(feed for table in self.tables for feed in self._feeds(table))

    def _feeds(self, table: Table) -> Iterator[Feed]:
        name, child = self.qualified(table.name), self.qualified(table.child)
        for number, column in enumerate(table.columns):
            # An inheritance child with a default of its own has values of its own; a partition has not.
            only = "ONLY " if number == 0 and table.apart and table.shape == "inherited" else ""
            if column.feeds_on is None:
                continue
            drawn = "" if column.draws else f"nextval({literal(self.qualified(column.feeds_on.name))})"
            yield Feed(
                sequence=column.feeds_on,
                row=name if column.draws else "",
                type=column.type,
                cast=column.cast,
                stored=f"SELECT {identifier(column.name)}::text FROM {only}{name}",
                insert=_insert(name, table, column, part=1, drawn=drawn),
            )
        if table.apart:
            first = table.columns[0]
            yield Feed(
                sequence=table.apart,
                row=child,
                type=first.type,
                cast=None,
                stored=f"SELECT {identifier(first.name)}::text FROM {child}",
                insert=_insert(child, table, first, part=2, drawn=""),
            )


def _insert(target: str, table: Table, column: Column, *, part: int, drawn: str) -> str:
    """`drawn`: the expression to store where the column has no default. Other columns are NULL, and draw nothing."""
    others = [identifier(one.name) for one in table.columns if one is not column]
    names = ["filler", *([identifier(column.name)] if drawn else []), *others]
    values = [str(part), *([drawn] if drawn else []), *("NULL" for _ in others)]
    return (
        f"INSERT INTO {target} ({', '.join(names)}) SELECT {', '.join(values)} FROM generate_series(1, {{rows}}) "
        f"RETURNING {identifier(column.name)}::text"
    )


SMALLINT: Final = ColumnType(sql="smallint", kind="integer", lowest=-(2**15), highest=2**15 - 1)
INTEGER: Final = ColumnType(sql="integer", kind="integer", lowest=-(2**31), highest=2**31 - 1)
BIGINT: Final = ColumnType(sql="bigint", kind="integer", lowest=-(2**63), highest=2**63 - 1)
INTEGERS: Final = (SMALLINT, INTEGER, BIGINT)
OTHERS: Final = (
    ColumnType(sql="numeric", kind="numeric", lowest=-(2**63), highest=2**63 - 1),
    ColumnType(sql="numeric(4,0)", kind="numeric", lowest=-9999, highest=9999),
    ColumnType(sql="numeric(6,2)", kind="numeric", lowest=-9999, highest=9999),
    ColumnType(sql="text", kind="text", lowest=-(2**63), highest=2**63 - 1),
    ColumnType(sql="varchar(3)", kind="text", lowest=-99, highest=999),
    ColumnType(sql="varchar(12)", kind="text", lowest=-(10**11) + 1, highest=10**12 - 1),
    ColumnType(sql="char(6)", kind="text", lowest=-99999, highest=999999),
    ColumnType(sql="name", kind="text", lowest=-(2**63), highest=2**63 - 1),
)
