"""What a statement would store or move that may run any number of times, or not at all: ids are hidden from here on."""

from __future__ import annotations

from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator import ddl
from pgseq.commands.lint.simulator.columns import identity
from pgseq.commands.lint.simulator.dml import hide, note_unknown_table
from pgseq.commands.lint.simulator.evaluate import target_of
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.gathering import Gathering
from pgseq.commands.lint.simulator.literals import constant
from pgseq.commands.lint.simulator.sequences import put
from pgseq.commands.lint.simulator.setval import lose_all
from pgseq.commands.lint.simulator.state import Column, DatabaseState
from pgseq.sql import grammar
from pgseq.sql.grammar import Node

_USER_VALUE: Final = "OVERRIDING_USER_VALUE"


def doubt(state: DatabaseState, statement: Node, place: Place, source: str) -> None:
    """Take in a statement that may run; `source` names in messages what runs it."""
    for kind, node in grammar.nodes(statement):
        match kind:
            case "InsertStmt":
                _insert(state, node, Event(how="insert", place=place, hidden=f"{source} stores rows"))
            case "CopyStmt" if node.get("is_from") and "relation" in node:
                event = Event(how="copy", place=place, hidden=f"{source} stores rows")
                names = grammar.strings(node["attlist"]) if "attlist" in node else None
                _store(state, node["relation"], names, event)
            case "MergeStmt":
                _merge(state, node, Event(how="insert", place=place, hidden=f"{source} stores rows"))
            case "UpdateStmt":
                _update(state, node, Event(how="update", place=place, hidden=f"{source} updates it"))
            case "FuncCall" if grammar.strings(node["funcname"])[-1] == "setval":
                _setval(
                    state, node.get("args", []), Event(how="setval", place=place, hidden=f"{source} calls setval()")
                )
            case "AlterSeqStmt":
                _restart(state, node, Event(how="restart", place=place, hidden=f"{source} restarts it"))
            case "AlterTableStmt":
                _alter(state, node, Event(how="define", place=place, hidden=f"{source} makes an identity column"))
            case "CreateStmt":
                ddl.create_table(state, {**node, "if_not_exists": True}, place)
            case "CreateSeqStmt" if (
                state.sequence(node["sequence"].get("schemaname"), node["sequence"]["relname"]) is None
            ):
                ddl.create_sequence(state, node, place)


def _insert(state: DatabaseState, node: Node, event: Event) -> None:
    rows = Gathering.of(state, node)
    if rows.table is None:
        if rows.brings_ids:
            note_unknown_table(state, node["relation"], event)
        return
    rows.table.rows = None
    if node.get("override") == _USER_VALUE:
        return
    for column in rows.table.watched:
        at = rows.place_of(column)
        # A column left out draws, and its sequence only moves ahead.
        if at is not None and not _follows(node) and (rows.hidden or rows.cells[at].explicit_ids):
            hide([column], event)


def _follows(node: Node) -> bool:
    """Whether a trigger hands its own row on to another table: VALUES (NEW.*)."""
    return any(
        kind == "ColumnRef"
        and "A_Star" in body["fields"][-1]
        and body["fields"][0].get("String", {}).get("sval") == "new"
        for kind, body in grammar.nodes(node.get("selectStmt", {}))
    )


def _store(state: DatabaseState, named: Node, names: tuple[str, ...] | None, event: Event) -> None:
    table = state.table(named)
    if table is None:
        note_unknown_table(state, named, event)
        return
    table.rows = None
    hide((one for one in table.watched if names is None or one.name in names), event)


def _merge(state: DatabaseState, node: Node, event: Event) -> None:
    for clause in (one["MergeWhenClause"] for one in node.get("mergeWhenClauses", ())):
        values = clause.get("values", [])
        if clause.get("commandType") == "CMD_INSERT" and values:
            names = grammar.columns(clause.get("targetList"))
            stored = names and tuple(
                name for name, value in zip(names, values, strict=False) if not grammar.drawn(value)
            )
            _store(state, node["relation"], stored, event)


def _update(state: DatabaseState, node: Node, event: Event) -> None:
    table = state.table(node["relation"])
    for target in (one["ResTarget"] for one in node.get("targetList", ())):
        column = table.columns.get(target["name"]) if table else None
        if column is not None and column.sequence is not None and not grammar.drawn(target.get("val", {})):
            hide([column], event)


def _setval(state: DatabaseState, arguments: list[Node], event: Event) -> None:
    if len(arguments) < 2:
        return
    sequence = target_of(state, arguments[0])
    if sequence is not None:
        put(sequence, None, event)
    elif constant(arguments[0]) is None:
        lose_all(state, event)


def _restart(state: DatabaseState, node: Node, event: Event) -> None:
    sequence = state.sequence(node["sequence"].get("schemaname"), node["sequence"]["relname"])
    if sequence is not None and any(one["DefElem"]["defname"] == "restart" for one in node.get("options", ())):
        put(sequence, None, event)


def _alter(state: DatabaseState, node: Node, event: Event) -> None:
    table = state.table(node["relation"])
    for command in (one["AlterTableCmd"] for one in node.get("cmds", ()) if "AlterTableCmd" in one):
        match command.get("subtype"):
            case "AT_AddColumn":
                ddl.alter_table(state, node, event.place)
            case "AT_AddIdentity" | "AT_SetIdentity" if table is not None:
                _identity(state, table.columns.get(command["name"]), node, command, event)


def _identity(state: DatabaseState, column: Column | None, node: Node, command: Node, event: Event) -> None:
    table = state.table(node["relation"])
    if column is None or table is None:
        return
    if column.sequence is None and command["subtype"] == "AT_AddIdentity":
        identity(state, table, column, {}, event)
    options = command.get("def", {}).get("List", {}).get("items", ())
    restarts = any(one.get("DefElem", {}).get("defname") == "restart" for one in options)
    if column.sequence is not None and (restarts or command["subtype"] == "AT_AddIdentity"):
        put(column.sequence, None, event)
