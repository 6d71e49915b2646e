"""The DDL that gives the target what only the source has: sequences, and defaults that draw from them. Names quoted by
the server. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from msgspec import Struct

from pgseq.commands.sync.columns import Column, Columns, column
from pgseq.model.sequences import Feed, Sequence
from pgseq.names import display

#: Whether an identity column is ALWAYS or BY DEFAULT, by oid of the table and name of the column.
Identities = Mapping[tuple[int, str], str]

#: Since this major sequences can be unlogged.
UNLOGGED_SEQUENCES: Final = 15


class DdlContext(Struct, frozen=True, kw_only=True):
    """What the DDL depends on beside the sequences."""

    #: Of the source.
    identities: Identities
    #: Of the target.
    schemas: Collection[str]
    columns: Columns
    major: int


def create(missing: Iterable[Sequence], context: DdlContext) -> str:
    """A script for psql that creates sequences as they are defined on the source, at their START, and lets the columns
    draw from them that get no value on the target. What is to be done by hand is said in comments."""
    sequences = list(missing)
    schemas = {one.schema: one.schema_sql for one in sequences if one.extension is None}
    made = [f"CREATE SCHEMA {name}" for schema, name in schemas.items() if schema not in context.schemas]
    return _script((*made, *(text for sequence in sequences for text in _created(sequence, context))))


def connect(without_default: Iterable[tuple[Sequence, Feed]], context: DdlContext) -> str:
    """A script for psql that lets columns, as they are fed on the source, draw from sequences of the target."""
    by_column: dict[Column, tuple[Sequence, Feed]] = {
        column(feed): (sequence, feed) for sequence, feed in without_default
    }
    return _script(text for sequence, feed in by_column.values() for text in _connected(sequence, feed, context))


def _script(statements: Iterable[str]) -> str:
    return "".join(f"{statement};\n" for statement in statements)


def _created(sequence: Sequence, context: DdlContext) -> list[str]:
    if sequence.extension is not None:
        return [f"-- {display(sequence.sql)} comes with CREATE EXTENSION {display(sequence.extension)}"]
    for feed in sequence.feeds:
        if feed.via == "identity":
            return _identity(sequence, feed, context)
    # That of an identity column is as its table is.
    unlogged = "UNLOGGED " if sequence.persistence == "u" and context.major >= UNLOGGED_SEQUENCES else ""
    return [
        f"CREATE {unlogged}SEQUENCE {sequence.sql} AS {sequence.data_type} {_definition(sequence)}",
        *(text for feed in sequence.feeds for text in _drawing(sequence, feed, context)),
    ]


def _identity(sequence: Sequence, feed: Feed, context: DdlContext) -> list[str]:
    filled = context.columns.get(column(feed))
    if filled is None:
        return [f"-- {_name(feed)} is not on the target: {display(sequence.sql)} would be made with it"]
    if filled:
        return [_own(feed)]
    return [
        f"{_alter(feed)} SET NOT NULL",
        f"{_alter(feed)} ADD GENERATED {_kind(feed, context)} AS IDENTITY"
        f" (SEQUENCE NAME {sequence.sql} {_definition(sequence)})",
    ]


def _definition(sequence: Sequence) -> str:
    cycle = "CYCLE" if sequence.cycle else "NO CYCLE"
    return (
        f"START WITH {sequence.start} INCREMENT BY {sequence.increment} MINVALUE {sequence.min}"
        f" MAXVALUE {sequence.max} CACHE {sequence.cache} {cycle}"
    )


def _drawing(sequence: Sequence, feed: Feed, context: DdlContext) -> list[str]:
    filled = context.columns.get(column(feed))
    if filled is None:
        return [f"-- {_name(feed)} is not on the target"]
    owned = [f"ALTER SEQUENCE {sequence.sql} OWNED BY {feed.label}"] if feed.owns else []
    if feed.via in ("owned", "declared"):
        return owned
    return [_own(feed) if filled else _default(sequence, feed), *owned]


def _connected(sequence: Sequence, feed: Feed, context: DdlContext) -> list[str]:
    drawing = [_default(sequence, feed)]
    if feed.via == "identity":
        # Only with a sequence that is made with it can it become one.
        drawing.append(f"-- {_name(feed)} is GENERATED {_kind(feed, context)} AS IDENTITY on the source")
    return drawing


def _default(sequence: Sequence, feed: Feed) -> str:
    if feed.ambiguous is not None:
        return f"-- {display(feed.ambiguous.reason)}"
    if feed.expression is not None:
        return f"-- by an expression on the source: {display(f'{_alter(feed)} SET DEFAULT {feed.expression}')}"
    kind = "text" if feed.via == "text-default" else "regclass"
    return f"{_alter(feed)} SET DEFAULT nextval({sequence.literal}::{kind})"


def _own(feed: Feed) -> str:
    return f"-- {_name(feed)} has a default of its own on the target"


def _alter(feed: Feed) -> str:
    return f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql}"


def _kind(feed: Feed, context: DdlContext) -> str:
    return context.identities.get((feed.relid, feed.column), "BY DEFAULT")


def _name(feed: Feed) -> str:
    return display(feed.label)
