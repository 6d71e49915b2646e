"""Relations made of queries: CREATE VIEW, CREATE TABLE … AS, SELECT … INTO."""

from __future__ import annotations

from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.relations import ColumnState, TableState
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.sql import trees
from pgseq.sql.grammar import Node

#: Clauses of a query through which nothing can be inserted.
_SUMMARIZED: Final = {"distinctClause", "groupClause", "havingClause", "limitCount", "limitOffset", "larg"}


def new_table(state: DatabaseState, named: Node) -> TableState | None:
    """A new table; None if the name is taken: IF NOT EXISTS keeps that table, any other statement fails."""
    table = TableState(schema=state.place_for(named), name=named["relname"])
    return None if state.tables.setdefault(table.key, table) is not table else table


def create_view(state: DatabaseState, node: Node, place: Place) -> None:
    """CREATE VIEW of one table: it has the table's columns under their own names."""
    select = node["query"].get("SelectStmt", {})
    sources = select.get("fromClause", ())
    base = state.table(sources[0]["RangeVar"]) if len(sources) == 1 and "RangeVar" in sources[0] else None
    if base is None or _SUMMARIZED & select.keys():
        return
    view = TableState(schema=state.place_for(node["view"]), name=node["view"]["relname"], view=True)
    if view.key in state.tables and not state.tables[view.key].view:
        return
    for target in trees.each(select.get("targetList"), "ResTarget"):
        name = trees.read_column(target.get("val", {}))
        names = tuple(base.columns) if trees.star([target]) else (name,) if target.get("name", name) == name else ()
        for column in (base.columns[one] for one in names if one in base.columns):
            view.columns[column.name] = column
    state.tables[view.key] = view


def create_table_as(state: DatabaseState, node: Node, place: Place) -> None:
    """CREATE TABLE … AS and SELECT … INTO: columns of unknown types, with hidden rows."""
    into = node.get("into") or node.get("intoClause", {})
    table = new_table(state, into["rel"]) if into else None
    if table is None:
        return
    table.until_commit = into.get("onCommit") == "ONCOMMIT_DROP"
    table.rows = 0 if into.get("skipData") else None
    query = node.get("query", {}).get("SelectStmt", node)
    hidden = None if table.rows == 0 else Event(how="insert", place=place, hidden="the rows come from a query")
    for target in trees.each(query.get("targetList"), "ResTarget"):
        if name := target.get("name") or trees.read_column(target.get("val", {})):
            table.put(ColumnState(name=name, unseen=hidden))
        elif trees.star([target]):
            for column in (one for source in state.read_by(query.get("fromClause")) for one in source.columns.values()):
                table.put(ColumnState(name=column.name, type=column.type, typmod=column.typmod, unseen=hidden))
