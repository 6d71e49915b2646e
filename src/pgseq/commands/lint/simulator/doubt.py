"""What a statement would store or move that may run any number of times, or not at all: ids are hidden from here on."""

from __future__ import annotations

from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator import ddl
from pgseq.commands.lint.simulator.columns import identity
from pgseq.commands.lint.simulator.dml import hide, note_unknown_table
from pgseq.commands.lint.simulator.evaluate import target_of
from pgseq.commands.lint.simulator.events import Event, How
from pgseq.commands.lint.simulator.gathering import Gathering
from pgseq.commands.lint.simulator.sequences import put
from pgseq.commands.lint.simulator.setval import lose_all
from pgseq.commands.lint.simulator.state import Column, DatabaseState, Table
from pgseq.sql import trees
from pgseq.sql.grammar import Node
from pgseq.sql.uses import Use, uses

_USER_VALUE: Final = "OVERRIDING_USER_VALUE"


def doubt(state: DatabaseState, statement: Node, place: Place, source: str) -> None:
    """Take in a statement that may run; `source` names in messages what runs it."""
    for use in uses(statement):
        match use.kind:
            case "insert":
                _insert(state, use, Event(how="insert", place=place, hidden=f"{source} stores rows"))
            case "merge" | "copy":
                how: How = "copy" if use.kind == "copy" else "insert"
                _store(state, use, Event(how=how, place=place, hidden=f"{source} stores rows"))
            case "update":
                _update(state, use, Event(how="update", place=place, hidden=f"{source} updates it"))
            case "setval":
                _setval(state, use, Event(how="setval", place=place, hidden=f"{source} calls setval()"))
            case "restart":
                _restart(state, use, Event(how="restart", place=place, hidden=f"{source} restarts it"))
    _define(state, statement, Event(how="define", place=place, hidden=f"{source} makes an identity column"))


def _define(state: DatabaseState, statement: Node, event: Event) -> None:
    """What the statement makes counts as made, unless it is there."""
    for kind, node in statement.items():
        match kind:
            case "CreateStmt":
                ddl.create_table(state, {**node, "if_not_exists": True}, event.place)
            case "CreateSeqStmt":
                ddl.create_sequence(state, {**node, "if_not_exists": True}, event.place)
            case "AlterTableStmt":
                _alter(state, node, event)


def _insert(state: DatabaseState, use: Use, event: Event) -> None:
    rows = Gathering.of(state, use.node)
    if rows.table is None:
        if rows.brings_ids:
            note_unknown_table(state, use.node["relation"], event)
        return
    rows.table.rows = None
    if use.override == _USER_VALUE or _follows(use.node):
        return
    for column in rows.table.watched:
        at = rows.place_of(column)
        # A column left out draws, and its sequence only moves ahead.
        if at is not None and (rows.hidden or rows.cells[at].explicit_ids):
            hide([column], event)


def _follows(node: Node) -> bool:
    """Whether a trigger hands its own row on to another table: VALUES (NEW.*)."""
    return any(
        kind == "ColumnRef"
        and "A_Star" in body["fields"][-1]
        and body["fields"][0].get("String", {}).get("sval") == "new"
        for kind, body in trees.nodes(node.get("selectStmt", {}))
    )


def _store(state: DatabaseState, use: Use, event: Event) -> None:
    """The rows of a COPY, or one of a MERGE."""
    named = use.relation or {}
    table = state.table(named)
    if table is None:
        note_unknown_table(state, named, event)
        return
    table.rows = None
    names = use.columns or tuple(table.columns)
    cells = use.rows[0] if use.rows else ()
    drawn = {name for name, cell in zip(names, cells, strict=False) if trees.drawn(cell)}
    hide((column for column in table.watched if column.name in names and column.name not in drawn), event)


def _update(state: DatabaseState, use: Use, event: Event) -> None:
    table = state.table(use.relation or {})
    for name, value in zip(use.columns or (), use.rows[0], strict=False):
        column = table.columns.get(name) if table else None
        if column is not None and column.sequence is not None and not trees.drawn(value):
            hide([column], event)


def _setval(state: DatabaseState, use: Use, event: Event) -> None:
    (arguments,) = use.rows
    if len(arguments) < 2:
        return
    sequence = target_of(state, arguments[0])
    if sequence is not None:
        put(sequence, None, event)
    elif trees.constant(arguments[0]) is None:
        lose_all(state, event)


def _restart(state: DatabaseState, use: Use, event: Event) -> None:
    named = use.relation or {}
    table = state.table(named) if use.columns else None
    column = table.columns.get(use.columns[0]) if table and use.columns else None
    sequence = column.sequence if column else state.sequence(named)
    if sequence is not None:
        put(sequence, None, event)


def _alter(state: DatabaseState, node: Node, event: Event) -> None:
    table = state.table(node["relation"])
    for command in trees.each(node.get("cmds"), "AlterTableCmd"):
        column = table.columns.get(command.get("name", "")) if table else None
        match command.get("subtype"):
            case "AT_AddColumn":
                ddl.alter_table(state, {**node, "cmds": [{"AlterTableCmd": command}]}, event.place)
            case "AT_AddIdentity" if table is not None and column is not None:
                _make_identity(state, table, column, event)


def _make_identity(state: DatabaseState, table: Table, column: Column, event: Event) -> None:
    if column.sequence is None:
        identity(state, table, column, {}, event)
    if column.sequence is not None:
        put(column.sequence, None, event)
