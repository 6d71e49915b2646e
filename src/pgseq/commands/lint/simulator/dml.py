"""INSERT, COPY, UPDATE, MERGE, TRUNCATE, DELETE: the explicit and the drawn ids of fed columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from msgspec.structs import replace

from pgseq.commands.lint.parse.copy_data import CopyFormat, LineTooLong, fields
from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.cells import ColumnCells
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.gathering import Gathering
from pgseq.commands.lint.simulator.insert_rows import InsertRows
from pgseq.commands.lint.simulator.literals import integers
from pgseq.commands.lint.simulator.relations import SCATTERED, ColumnState, TableState
from pgseq.commands.lint.simulator.sequences import draw, draw_into, put
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.model.sequences import Position
from pgseq.sql import trees
from pgseq.sql.grammar import Node

_QUERY: Final = "the ids come from a query"
_COMPUTED: Final = "the id is computed"
_SYSTEM_VALUE: Final = "OVERRIDING_SYSTEM_VALUE"
_USER_VALUE: Final = "OVERRIDING_USER_VALUE"


def insert(state: DatabaseState, node: Node, place: Place) -> None:
    """INSERT; the rows of a long one are under `gathered` (Gathering)."""
    override = node.get("override", "")
    event = Event(how="overriding" if override == _SYSTEM_VALUE else "insert", place=place)
    rows: Gathering = node.get("gathered") or Gathering.of(state, node)
    table = rows.table
    if table is None:
        if rows.brings_ids:
            note_unknown_table(state, node["relation"], event)
        return
    for counting in rows.counting:
        state.counting.setdefault(counting.target, counting)
    _note_computed(state, table, rows, event)
    for column in table.watched:
        match _source(column, rows, override):
            case "default":
                draw_into(state, column, rows.count, event)
            case "query":
                column.hide(replace(event, hidden=_QUERY))
            case int() as at:
                _store(state, column, rows.cells[at], event, count=rows.count, query=rows.query)
    if table.truncated and any(_draws(rows, column, override) for column in table.fed):
        table.redrawn += rows.count or 1
    if "onConflictClause" in node:
        table.rows = None
        _forget_collisions(table, event)
    else:
        _count(table, rows.count)


def _note_computed(state: DatabaseState, table: TableState, rows: Gathering, event: Event) -> None:
    """Ids stored in columns whose defaults compute with nextval(): whether these come again is not known."""
    for column in table.columns.values():
        at = rows.names.index(column.name) if column.computed_from and column.name in rows.names else rows.width
        if column.computed_from is not None and (rows.hidden or at in rows.explicit):
            state.computed.setdefault((table.key, column.name), (column.computed_from, event))


def _source(column: ColumnState, rows: Gathering, override: str) -> int | Literal["default", "query", "refused"]:
    """Where a column's values come from: the cells at a place of the rows, its default, or a query; or the server
    refuses them (428C9)."""
    at = rows.place_of(column)
    # OVERRIDING USER VALUE: the values given for an identity column are thrown away.
    if at is None or (override == _USER_VALUE and column.via == "identity"):
        return "default"
    if column.always and override != _SYSTEM_VALUE and (rows.hidden or rows.cells[at].explicit):
        return "refused"
    return "query" if rows.hidden else at


def _draws(rows: Gathering, column: ColumnState, override: str) -> bool:
    """Whether some rows take a value of the column's sequence."""
    source = _source(column, rows, override)
    return source == "default" or (isinstance(source, int) and bool(rows.cells[source].drawn))


def _forget_collisions(table: TableState, event: Event) -> None:
    """ON CONFLICT: a row that is stored already does not make the statement fail."""
    for sequence in (column.sequence for column in table.fed):
        if sequence and sequence.collision and sequence.collision.drawn_by is event:
            sequence.collision = None


def copy(state: DatabaseState, node: Node, place: Place) -> list[tuple[int, ColumnState]] | None:
    """COPY … FROM: the fields to read from its data, by position; None: no data follow, or no field matters."""
    event = Event(how="copy", place=place)
    if "relation" not in node:
        return None
    table = state.table(node["relation"])
    if table is None:
        note_unknown_table(state, node["relation"], event)
        return None
    table.rows = None
    names = trees.strings(node["attlist"]) if "attlist" in node else tuple(table.columns)
    for column in table.columns.values():
        if column.computed_from is not None and column.name in names:
            state.computed.setdefault((table.key, column.name), (column.computed_from, event))
    columns_at = [(names.index(column.name), column) for column in table.watched if column.name in names]
    for column in table.watched:
        if column.name not in names:
            draw_into(state, column, None, event)
    if node.get("filename") or node.get("is_program"):
        hide(
            (column for _, column in columns_at), Event(how="copy", place=place, hidden="the data are in another file")
        )
        return None
    return sorted(columns_at, key=lambda pair: pair[0]) or None


def copied(
    state: DatabaseState,
    blocks: Iterator[bytes],
    form: CopyFormat,
    columns_at: list[tuple[int, ColumnState]],
    place: Place,
) -> None:
    """The data of a COPY … FROM STDIN."""
    columns = [column for _, column in columns_at]
    if not form.readable:
        hide(columns, Event(how="copy", place=place, hidden=f"the data are in {form.format} format"))
        return
    event, null = Event(how="copy", place=place), form.null.encode()
    try:
        for batch in fields(blocks, form, [at for at, _ in columns_at]):
            for column, texts in zip(columns, batch, strict=True):
                ids = integers(texts, column.kind, null, padded=column.type == "character")
                column.store(ids, event)
                column.explicit_count += len(ids)
    except csv.Error as error:
        hide(columns, Event(how="copy", place=place, hidden=f"the data are not csv: {error}"))
    except LineTooLong:
        hide(columns, Event(how="copy", place=place, hidden="a line of the data is too long to be read"))


def update(state: DatabaseState, node: Node, place: Place) -> None:
    """UPDATE that sets an id."""
    table = state.table(node["relation"])
    for target in trees.each(node.get("targetList"), "ResTarget"):
        column = table.columns.get(target["name"]) if table else None
        if column is not None and column.sequence is not None:
            value = target.get("val", {})
            if _all(node) and "fromClause" not in node and trees.constant(value) is not None:
                column.empty()  # The ids before the UPDATE are gone.
            _store_one(state, column, value, Event(how="update", place=place))


def merge(state: DatabaseState, node: Node, place: Place) -> None:
    """MERGE with WHEN NOT MATCHED THEN INSERT."""
    table = state.table(node["relation"])
    for clause in trees.each(node.get("mergeWhenClauses"), "MergeWhenClause"):
        if table is None or clause.get("commandType") != "CMD_INSERT":
            continue
        table.rows = None
        values = clause.get("values", [])
        names = trees.columns(clause.get("targetList")) or tuple(table.columns)
        for column in table.fed:
            at = names.index(column.name) if column.name in names else len(values)
            event = Event(how="insert", place=place)
            if at >= len(values):
                draw_into(state, column, None, event)
            else:
                _store_one(state, column, values[at], event)


def truncate(state: DatabaseState, node: Node, place: Place) -> None:
    """TRUNCATE, with RESTART IDENTITY or without."""
    tables = state.read_by(node["relations"])
    if node.get("behavior") == "DROP_CASCADE":
        _cascade(state, tables)
    for table in tables:
        _empty(table)
        if node.get("restart_seqs"):
            for sequence in state.owned(table.key):
                put(sequence, Position(last_value=sequence.start, is_called=False), None)
        elif table.fed:
            table.truncated, table.redrawn = Event(how="restart", place=place), 0


def delete(state: DatabaseState, node: Node, place: Place) -> None:
    """DELETE; with a WHERE the number of rows is unknown afterwards."""
    table = state.table(node["relation"])
    if table is None:
        return
    if _all(node):
        _empty(table)
    else:
        table.rows = None


def _all(node: Node) -> bool:
    """Whether a DELETE or UPDATE is of all rows: no condition, or WHERE true."""
    condition = node.get("whereClause", {}).get("A_Const", {}).get("boolval", {})
    return "usingClause" not in node and ("whereClause" not in node or bool(condition.get("boolval")))


def _empty(table: TableState) -> None:
    for column in table.columns.values():
        column.empty()
    table.rows = 0


def _count(table: TableState, more: int | None) -> None:
    table.rows = None if more is None or table.rows is None else table.rows + more


def hide(columns: Iterable[ColumnState], event: Event) -> None:
    """These columns receive ids that the text does not show."""
    for column in columns:
        column.hide(event)


def note_unknown_table(state: DatabaseState, named: Node, event: Event) -> None:
    """Note a table that no statement creates, and that may receive ids."""
    state.unknown_tables.setdefault((named.get("schemaname", ""), named["relname"]), event)


def _cascade(state: DatabaseState, tables: list[TableState]) -> None:
    """Add the tables that refer to these."""
    for table in tables:
        for other in state.tables.values():
            if other not in tables and any(key == table.key for key, _ in other.refers.values()):
                tables.append(other)


def _store_one(state: DatabaseState, column: ColumnState, value: Node, event: Event) -> None:
    """Store one value in an unknown number of rows."""
    cells = ColumnCells()
    cells.add(state, column, [value], InsertRows(cells=None, count=None, query=True))
    _store(state, column, cells, event, count=None, query=True)


def _store(
    state: DatabaseState, column: ColumnState, cells: ColumnCells, event: Event, *, count: int | None, query: bool
) -> None:
    """Store the cells of one column. Of a query there is one cell for all `count` rows."""
    column.explicit_count += cells.explicit_count
    for values in cells.series:
        column.store(values, event)
    for sequence, times in cells.called:
        draw(state, sequence, count if query else times, event, into=column)
    if cells.computed:
        column.hide(replace(event, hidden=_QUERY if query else _COMPUTED))
    if cells.scattered:
        column.hide(replace(event, hidden=SCATTERED))
    if cells.drawn:
        draw_into(state, column, count if query else cells.drawn, event)
    column.store(cells.known, event)
