"""Random schemas: every option of CREATE SEQUENCE, every way to feed a column, any name, rows near and far."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, Literal

from hypothesis import strategies as st

from tests.fuzz.situations import (
    BIGINT,
    INTEGER,
    INTEGERS,
    OTHERS,
    SMALLINT,
    Column,
    ColumnType,
    Schema,
    Sequence,
    Table,
    identifier,
    literal,
)

#: What people write into text columns that looks like a number and is none that nextval() would store.
ODD_TEXTS: Final = ("", "abc", "007", "+5", "-0", "5.0", "1e3", " 5", "5 ", "٣", "9" * 25, "-" + "9" * 25)
#: Increments: mostly those that people choose.
SIZES: Final = st.one_of(
    *[st.sampled_from([1, 1, 1, 2, 10])] * 3, st.integers(1, 40), st.integers(1, 2**63 - 1) | st.just(2**63)
)
#: Rows ahead of a sequence, in its steps: near, as far as nextval() walks and farther, far.
DISTANCES: Final = st.one_of(*[st.integers(-3, 60)] * 4, st.integers(0, 12_000), st.integers(0, 2**33))


def fitting(text: str) -> str:
    """The part of a name that PostgreSQL keeps."""
    return text.encode()[:63].decode(errors="ignore")


NAMES: Final = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20).map(
    fitting
)


class Namer:
    """Gives names that are unique in a schema."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._used = {"filler"}

    def __call__(self) -> str:
        name = self._draw(NAMES)
        if name in self._used:
            name = f"n{len(self._used)}"
        self._used.add(name)
        return name


@st.composite
def sequences(draw: st.DrawFn, name: str, of: ColumnType | None = None) -> Sequence:
    """A sequence; `of` is its data type where an identity column settles that."""
    data_type = of or draw(st.sampled_from(INTEGERS))
    size = draw(SIZES)
    increment = -size if size == 2**63 or draw(st.sampled_from([False, False, True])) else size
    least, greatest = draw(_ranges(data_type, increment))
    inside = st.one_of(
        st.just(least if increment > 0 else greatest),
        st.integers(least, min(least + 99, greatest)),
        st.integers(max(greatest - 99, least), greatest),
        st.integers(least, greatest),
    )
    return Sequence(
        name=name,
        data_type=data_type.sql,
        increment=increment,
        min=least,
        max=greatest,
        start=draw(inside),
        cache=draw(st.sampled_from([1, 1, 1, 2, 10, 32])),
        cycle=draw(st.sampled_from([False, False, True])),
        position=draw(st.none() | st.tuples(inside, st.booleans())),
    )


def _ranges(of: ColumnType, increment: int) -> st.SearchStrategy[tuple[int, int]]:
    """MINVALUE and MAXVALUE: as PostgreSQL sets them, small ones around zero, any."""
    default = (1, of.highest) if increment > 0 else (of.lowest, -1)
    anywhere = st.integers(of.lowest, of.highest)
    two = st.one_of(
        st.tuples(st.integers(-120, 120), st.integers(-120, 120)),
        st.tuples(anywhere, st.just(of.highest)),
        st.tuples(st.just(of.lowest), anywhere),
        st.tuples(anywhere, anywhere),
    )
    drawn = two.map(lambda pair: (min(pair), max(pair)) if pair[0] != pair[1] else default)
    return st.one_of(st.just(default), drawn)


@st.composite
def columns(draw: st.DrawFn, schema: str, name: Namer, known: list[Sequence], made: list[Sequence]) -> Column:
    """A column. Sequences that it may share are `known`, to which those that it brings are added, and to `made`
    where CREATE SEQUENCE has to make them."""
    of = draw(st.sampled_from(INTEGERS) | st.sampled_from(OTHERS))
    if draw(st.sampled_from([False, False, True])):
        of = ColumnType(sql=of.sql, kind=of.kind, lowest=of.lowest, highest=of.highest, domain=name())

    def own() -> Sequence:
        same = of if of.kind == "integer" and draw(st.booleans()) else None
        one = draw(sequences(name(), same))
        made.append(one)
        known.append(one)
        return one

    ways = ["serial", "default", "text", "owned", "repointed"] + (["shared", "shared text"] if known else [])
    way = draw(st.sampled_from(ways))
    drawn = draw(st.sampled_from(known)) if way.startswith("shared") else None
    draws = None if way == "owned" else drawn or own()
    owns = own() if way in ("owned", "repointed") else draws if way == "serial" else None
    how: Literal["regclass", "text", "nothing"] = (
        "nothing" if draws is None else "text" if way.endswith("text") else "regclass"
    )
    return Column(
        name=name(),
        type=of,
        draws=draws,
        how=how,
        owns=owns,
        cast=None if draws is None else draw(st.sampled_from([None, None, None, SMALLINT, INTEGER, BIGINT])),
        text="" if draws is None else draw(_references(schema, draws.name, how)),
    )


@st.composite
def identities(draw: st.DrawFn, name: Namer, known: list[Sequence]) -> Column:
    """An identity column."""
    of = draw(st.sampled_from(INTEGERS))
    one = draw(sequences(name(), of))
    known.append(one)
    how: Literal["always", "by default"] = draw(st.sampled_from(["always", "by default"]))
    return Column(name=name(), type=of, draws=one, how=how, owns=one)


def _references(schema: str, name: str, how: str) -> st.SearchStrategy[str]:
    """How a default may name its sequence. Bare only where nothing in the name needs quotes."""
    texts = [f"{identifier(schema)}.{identifier(name)}"]
    if how == "text":
        texts.append(identifier(name))
        # scanner_isspace() in src/backend/parser/scansup.c; ASCII capitals are folded.
        if not set(name) & set(' \t\n\r\f\v".') and not any(c.isascii() and c.isupper() for c in name):
            texts.append(name)
    return st.sampled_from(texts)


@st.composite
def tables(
    draw: st.DrawFn, schema: str, name: Namer, known: list[Sequence], made: list[Sequence], infinity: bool
) -> Table:
    """A table with one fed column or two, and rows."""
    identity = draw(st.sampled_from([False, False, True]))
    fed = (
        [draw(identities(name, known))]
        if identity
        else [draw(columns(schema, name, known, made)) for _ in range(draw(st.sampled_from([1, 1, 2])))]
    )
    shape: Literal["plain", "partitioned", "inherited"] = draw(
        st.sampled_from(["plain", "plain", "plain", "partitioned", "inherited"])
    )
    apart = None
    if shape != "plain" and not identity and draw(st.sampled_from([False, False, True])):
        apart = draw(sequences(name()))
        made.append(apart)
    parts = st.just(1) if shape == "plain" else st.sampled_from([1, 2])
    values = st.tuples(*(_values(column, apart, infinity) for column in fed))
    return Table(
        name=name(),
        shape=shape,
        child=name(),
        rest=name(),
        apart=apart,
        apart_text="" if apart is None else f"{identifier(schema)}.{identifier(apart.name)}",
        unique=draw(st.booleans()),
        columns=tuple(fed),
        rows=tuple(draw(st.lists(st.tuples(parts, values), min_size=draw(st.sampled_from([3, 1, 0])), max_size=6))),
    )


def _values(column: Column, apart: Sequence | None, infinity: bool) -> st.SearchStrategy[str]:
    """Values for a column, as SQL: where its sequence stands and will come, off its grid, out of its range, odd."""
    of = column.type
    near = [one for one in (column.feeds_on, apart) if one is not None]
    numbers = st.one_of(*(_around(one) for one in near * 3), _far(of))
    inside = numbers.map(lambda number: min(max(number, of.lowest), of.highest))
    odd: list[st.SearchStrategy[str]] = [] if column.identity else [st.just("NULL")]
    if of.kind == "numeric":
        odd.append(inside.map(lambda number: literal(str(_halfway(number, of)))))
        odd.append(st.just("'NaN'"))
        if of.sql == "numeric":
            odd.append(st.sampled_from(["'1e30'", "'-1e30'", *(["'Infinity'", "'-Infinity'"] if infinity else [])]))
    if of.kind == "text":
        width = {"varchar(3)": 3, "varchar(12)": 12, "char(6)": 6}.get(of.sql, 63)
        odd.append(st.sampled_from(ODD_TEXTS).map(lambda text: literal(text[:width])))
        odd.append(inside.map(lambda number: literal(f"0{number}"[:width])))
    usual = inside.map(lambda number: literal(str(number)))
    return st.one_of(usual, usual, usual, *odd)


def _halfway(number: int, of: ColumnType) -> Decimal:
    return Decimal(number) + (0 if number in (of.lowest, of.highest) else Decimal("0.5"))


def _around(sequence: Sequence) -> st.SearchStrategy[int]:
    """Values on the sequence's way and just beside it."""
    at = sequence.position[0] if sequence.position else sequence.start
    begin = sequence.min if sequence.increment > 0 else sequence.max
    on_grid = st.builds(
        lambda base, steps: base + steps * sequence.increment, st.sampled_from([at, at, begin]), DISTANCES
    )
    return st.one_of(
        on_grid,
        on_grid,
        on_grid.map(lambda value: min(max(value, sequence.min), sequence.max)),
        st.builds(int.__add__, on_grid, st.integers(-3, 3)),
        st.builds(
            int.__add__,
            st.sampled_from([sequence.min, sequence.max]),
            st.builds(int.__mul__, st.integers(-4, 4), st.sampled_from([1, sequence.increment])),
        ),
    )


def _far(of: ColumnType) -> st.SearchStrategy[int]:
    return st.one_of(st.integers(of.lowest, of.highest), st.sampled_from([of.lowest, of.highest]), st.integers(-2, 2))


@st.composite
def schemas(draw: st.DrawFn, name: str, infinity: bool) -> Schema:
    """A schema of one table or two, and perhaps a sequence that feeds nothing."""
    namer = Namer(draw)
    known: list[Sequence] = []
    made: list[Sequence] = []
    if draw(st.sampled_from([False, False, False, True])):
        made.append(draw(sequences(namer())))
        known += made
    amount = draw(st.sampled_from([1, 1, 2]))
    fed = [draw(tables(name, namer, known, made, infinity)) for _ in range(amount)]
    return Schema(name=name, sequences=tuple(made), tables=tuple(fed))


@st.composite
def batches(draw: st.DrawFn, size: int, infinity: bool) -> tuple[Schema, ...]:
    """Up to `size` schemas of a database. `infinity`: whether the server's numeric knows it (since 14)."""
    chosen: list[Any] = draw(st.lists(NAMES, min_size=1, max_size=size, unique=True))
    names = [name if not name.startswith("pg_") and name != "public" else f"s{name}" for name in chosen]
    return tuple(draw(schemas(name, infinity)) for name in names)
