"""The statement that `--fix` appends: it moves a sequence to the furthest stored id. The driver quotes the names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from psycopg import sql

from pgseq.commands.lint.parse.placeholders import ANY
from pgseq.commands.lint.simulator.diagnose import last_value
from pgseq.commands.lint.simulator.naming import label
from pgseq.commands.lint.simulator.relations import UNNAMED, ColumnState, SequenceState, TableState
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.model.limits import MAX_JUMP
from pgseq.names import display

#: The comment above each appended statement.
HEADING: Final = "-- pgseq: resync"
#: Under whatever search_path: each operator is one of the server's own for exactly these types, so that nobody else's
#: fits better.
_RESYNC: Final = sql.SQL("""\
SELECT pg_catalog.setval({literal}, stored.furthest::bigint)
  FROM (SELECT pg_catalog.{furthest}(fed.value)::numeric AS furthest,
               pg_catalog.count(DISTINCT fed.value)::numeric AS taken,
               pg_catalog.{furthest}(
                 seq.last_value::numeric - CASE WHEN seq.is_called THEN 0 ELSE {increment} END::numeric) AS before
          FROM {sequence} AS seq,
               ({values}) AS fed
         WHERE fed.value BETWEEN ({least})::{type} AND ({greatest})::{type}
           AND fed.value {reached} seq.last_value::{type}
           AND (fed.value <> seq.last_value::{type} OR NOT seq.is_called){grid}) AS stored
 WHERE coalesce(pg_catalog.pg_sequence_last_value({literal})::numeric {behind} stored.furthest, true)
   AND ({end})::numeric - ({increment})::numeric {reached} stored.furthest
   AND pg_catalog.div(stored.furthest - stored.before, ({increment})::numeric) - stored.taken
       <= {max_jump}::numeric
          * (pg_catalog.div(({end})::numeric - stored.before, ({increment})::numeric) - stored.taken);
""")
_GRID: Final = sql.SQL(
    "\n           AND (fed.value::numeric - seq.last_value::numeric) % ({increment})::numeric = 0::numeric"
)
_INTEGER: Final = sql.SQL("SELECT {column} AS value FROM {table}")
_NUMERIC: Final = sql.SQL(
    "SELECT {column}::numeric AS value FROM {table} WHERE {column}::numeric % 1::numeric = 0::numeric"
)
_TEXT: Final = sql.SQL(
    "SELECT {column}::numeric AS value FROM {table} WHERE {column}::text ~ '^(0|-?[1-9][0-9]{{0,18}})$'"
)


def appendix(state: DatabaseState, sequences: Iterable[SequenceState], max_jump: float = MAX_JUMP) -> str:
    """What `--fix` appends for the sequences of the database that the file ends in."""
    return "\n".join(
        resync(state, sequence, max_jump)
        for sequence in sequences
        if state.sequences.get(sequence.key) is sequence and _may_name(state, sequence)
    )


def _may_name(state: DatabaseState, sequence: SequenceState) -> bool:
    """Whether a sequence feeds a column, and no name has a placeholder in it, which would be replaced within quotes."""
    names = [part for table, column in state.feeds(sequence) for part in (*table.key, column.name)]
    return bool(names) and not any(ANY.search(name) for name in (*names, *sequence.key))


def resync(state: DatabaseState, sequence: SequenceState, max_jump: float = MAX_JUMP) -> str:
    """One statement, for psql and drivers alike, inside a transaction or not.

    It finds the furthest stored value that the sequence can still hand out (in its direction, on its grid, in its
    range) and moves the sequence there. It does nothing if no stored value is ahead, so the sequence never goes
    backwards; nor where a next value would have no room, or the move would give up more than `max_jump` of the free
    values left: ids that the text hides may be stray. The position is read again right before the move, as other
    sessions may have drawn.
    """
    ascending, width = sequence.increment > 0, abs(sequence.increment)
    feeds = tuple(state.feeds(sequence))
    name = _identifier(state, sequence.schema, sequence.name)
    text = _RESYNC.format(
        sequence=name,
        literal=sql.Literal(name.as_string(None)),
        furthest=sql.SQL(sequence.furthest),
        increment=sql.Literal(sequence.increment),
        end=sql.Literal(last_value(state, sequence)),
        max_jump=sql.Literal(max_jump),
        reached=sql.SQL(">=" if ascending else "<="),
        behind=sql.SQL("<" if ascending else ">"),
        least=sql.Literal(sequence.min),
        greatest=sql.Literal(sequence.max),
        grid=sql.SQL("") if width == 1 else _GRID.format(increment=sql.Literal(width)),
        type=sql.SQL("bigint" if all(column.kind == "integer" for _, column in feeds) else "numeric"),
        values=sql.SQL("\n                UNION ALL ").join(_values(state, *feed) for feed in feeds),
    )
    return f"{HEADING} {display(label(sequence))}\n{text.as_string(None)}"


def _values(state: DatabaseState, table: TableState, column: ColumnState) -> sql.Composed:
    query = {"integer": _INTEGER, "text": _TEXT}.get(column.kind, _NUMERIC)
    return query.format(column=sql.Identifier(column.name), table=_identifier(state, table.schema, table.name))


def _identifier(state: DatabaseState, schema: str, name: str) -> sql.Identifier:
    """A name as the file writes it; qualified with public if the search_path is now empty, as in a dump."""
    if schema == UNNAMED:
        return sql.Identifier(name) if "public" in state.path else sql.Identifier("public", name)
    return sql.Identifier(schema, name)
