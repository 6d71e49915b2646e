"""Relations made of queries: CREATE VIEW, CREATE TABLE … AS, SELECT … INTO."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.state import Column, DatabaseState, Table
from pgseq.sql import grammar
from pgseq.sql.grammar import Node

#: Clauses of a query through which nothing can be inserted.
_SUMMARIZED: Final = {"distinctClause", "groupClause", "havingClause", "limitCount", "limitOffset", "larg"}


def new_table(state: DatabaseState, named: Node) -> Table | None:
    """A new table; None if the name is taken: IF NOT EXISTS keeps that table, any other statement fails."""
    table = Table(schema=state.place_for(named), name=named["relname"])
    return None if state.tables.setdefault(table.key, table) is not table else table


def create_view(state: DatabaseState, node: Node, place: Place) -> None:
    """CREATE VIEW of one table: it has the table's columns under their own names."""
    select = node["query"].get("SelectStmt", {})
    sources = select.get("fromClause", ())
    base = state.table(sources[0]["RangeVar"]) if len(sources) == 1 and "RangeVar" in sources[0] else None
    if base is None or _SUMMARIZED & select.keys():
        return
    view = Table(schema=state.place_for(node["view"]), name=node["view"]["relname"], view=True)
    if view.key in state.tables and not state.tables[view.key].view:
        return
    for target in (one["ResTarget"] for one in select.get("targetList", ())):
        fields = target.get("val", {}).get("ColumnRef", {}).get("fields", [{}])
        name = fields[-1].get("String", {}).get("sval")
        names = tuple(base.columns) if "A_Star" in fields[-1] else (name,) if target.get("name", name) == name else ()
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
    for target in query.get("targetList", ()):
        fields = target["ResTarget"].get("val", {}).get("ColumnRef", {}).get("fields", [{}])
        name = target["ResTarget"].get("name") or fields[-1].get("String", {}).get("sval")
        if name:
            table.put(Column(name=name, unseen=hidden))
        elif "A_Star" in fields[-1]:
            for column in _source_columns(state, query):
                table.put(Column(name=column.name, type=column.type, typmod=column.typmod, unseen=hidden))


def _source_columns(state: DatabaseState, select: Node) -> Iterator[Column]:
    """The columns of the tables in a query's FROM."""
    for kind, body in grammar.nodes(select.get("fromClause", [])):
        if kind == "RangeVar" and (table := state.table(body)) is not None:
            yield from table.columns.values()
