"""The DDL that gives the target the sequences which only the source has: names quoted by the server. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from pgseq.model import Feed, Sequence
from pgseq.names import display

#: Whether an identity column is ALWAYS or BY DEFAULT, by oid of the table and name of the column.
Identities = Mapping[tuple[int, str], str]

#: Since this major sequences can be unlogged.
UNLOGGED_SEQUENCES: Final = 15


def create(missing: Iterable[Sequence], identities: Identities, schemas: Collection[str], major: int) -> str:
    """A script for psql that creates sequences as they are defined on the source, at their START, and lets columns draw
    from them. Tables and columns have to be there already.

    `schemas`: those that the target has; `major`: its version.
    """
    wanted = list(missing)
    lacking = {one.schema: one.schema_sql for one in wanted if one.extension is None and one.schema not in schemas}
    made = [f"CREATE SCHEMA {name}" for name in lacking.values()]
    statements = (*made, *(text for sequence in wanted for text in _statements(sequence, identities, major)))
    return "".join(f"{statement};\n" for statement in statements)


def _statements(sequence: Sequence, identities: Identities, major: int) -> list[str]:
    if sequence.extension is not None:
        return [f"-- {display(sequence.sql)} comes with CREATE EXTENSION {display(sequence.extension)}"]
    for feed in sequence.feeds:
        if feed.via == "identity":
            kind = identities.get((feed.relid, feed.column), "BY DEFAULT")
            return [
                f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql} ADD GENERATED {kind} AS IDENTITY"
                f" (SEQUENCE NAME {sequence.sql} {_definition(sequence)})"
            ]
    # That of an identity column is as its table is.
    unlogged = "UNLOGGED " if sequence.persistence == "u" and major >= UNLOGGED_SEQUENCES else ""
    return [
        f"CREATE {unlogged}SEQUENCE {sequence.sql} AS {sequence.data_type} {_definition(sequence)}",
        *(text for feed in sequence.feeds for text in _drawing(sequence, feed)),
    ]


def _definition(sequence: Sequence) -> str:
    cycle = "CYCLE" if sequence.cycle else "NO CYCLE"
    return (
        f"START WITH {sequence.start} INCREMENT BY {sequence.increment} MINVALUE {sequence.min}"
        f" MAXVALUE {sequence.max} CACHE {sequence.cache} {cycle}"
    )


def _drawing(sequence: Sequence, feed: Feed) -> list[str]:
    column = f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql}"
    drawing = []
    if feed.via in ("serial", "default") and feed.plain:
        drawing.append(f"{column} SET DEFAULT nextval({sequence.literal}::regclass)")
    if feed.owns:
        drawing.append(f"ALTER SEQUENCE {sequence.sql} OWNED BY {feed.table_sql}.{feed.column_sql}")
    return drawing
