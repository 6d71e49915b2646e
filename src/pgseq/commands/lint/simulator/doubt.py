"""What may run any number of times or not at all, or is not read: what it stores or moves is hidden from here on."""

from __future__ import annotations

from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator import ddl
from pgseq.commands.lint.simulator.columns import identity
from pgseq.commands.lint.simulator.dml import hide, note_unknown_table
from pgseq.commands.lint.simulator.evaluate import target_of
from pgseq.commands.lint.simulator.events import Event, How
from pgseq.commands.lint.simulator.insert_rows import brings_id, may_be_id
from pgseq.commands.lint.simulator.relations import ColumnState, TableState
from pgseq.commands.lint.simulator.sequences import put
from pgseq.commands.lint.simulator.setval import lose_all
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.sql import trees, words
from pgseq.sql.grammar import Node
from pgseq.sql.uses import Use, UseKind, uses

_USER_VALUE: Final = "OVERRIDING_USER_VALUE"
#: How each kind of use counts, and how messages put it.
_DONE: Final[dict[UseKind, tuple[How, str]]] = {
    "insert": ("insert", "stores rows"),
    "merge": ("insert", "stores rows"),
    "copy": ("copy", "stores rows"),
    "update": ("update", "updates it"),
    "setval": ("setval", "calls setval()"),
    "restart": ("restart", "restarts sequences"),
    "identity": ("define", "makes an identity column"),
}


def doubt(state: DatabaseState, statement: Node, place: Place, source: str) -> None:
    """Take in a statement that may run; `source` names in messages what runs it."""
    for use in uses(statement):
        _take(state, use, place, source)
    _define(state, statement, Event(how="define", place=place, hidden=f"{source} makes an identity column"))


def doubt_text(state: DatabaseState, text: str, place: Place, source: str) -> bool:
    """Take in a text that is not read: a body, a statement, the input of \\gexec. Whether it would do anything."""
    return True in [_take(state, use, place, source) for use in words.uses(text)]


def _take(state: DatabaseState, use: Use, place: Place, source: str) -> bool:
    """Take in a use; False: it needs none."""
    if use.kind not in _DONE:
        return False
    how, done = _DONE[use.kind]
    event = Event(how=how, place=place, hidden=f"{source} {done}")
    if use.kind in ("setval", "restart"):
        _move(state, use, event)
    elif use.kind == "identity":
        table = state.table(use.relation) if use.relation else None
        column = table.columns.get((use.columns or ("",))[0]) if table else None
        if table is None or column is None:
            state.dynamic_sql.append(event)
        else:
            _make_identity(state, table, column, event)
    else:
        return _store(state, use, event)
    return True


def _store(state: DatabaseState, use: Use, event: Event) -> bool:
    """Hide the ids that rows may bring: a column left out draws, and its sequence only moves ahead."""
    if use.relation is None:
        state.dynamic_sql.append(event)
        return True
    table = state.table(use.relation)
    shown = bool(use.rows) and not any(trees.star([*row]) for row in use.rows)
    if use.kind == "update" and table is None:
        return False
    if table is None:
        if not shown or any(brings_id(cell) for row in use.rows for cell in row):
            note_unknown_table(state, use.relation, event)
        return True
    if use.kind != "update":
        table.rows = None
    if use.override != _USER_VALUE and not _follows(use.node):
        names = use.columns if use.columns is not None else tuple(table.columns)
        for column in (column for column in table.watched if column.name in names):
            at = names.index(column.name)
            if not shown or any(may_be_id(row[at], column.kind) for row in use.rows if at < len(row)):
                hide([column], event)
    return True


def _follows(node: Node) -> bool:
    """Whether a trigger hands its own row on to another table: VALUES (NEW.*)."""
    return any(
        kind == "ColumnRef"
        and "A_Star" in body["fields"][-1]
        and body["fields"][0].get("String", {}).get("sval") == "new"
        for kind, body in trees.nodes(node.get("selectStmt", {}))
    )


def _move(state: DatabaseState, use: Use, event: Event) -> None:
    """setval() and RESTART: where that sequence stands is unknown, or where all do."""
    if use.relation is not None:
        table = state.table(use.relation) if use.columns else None
        column = table.columns.get(use.columns[0]) if table and use.columns else None
        sequence, computed = column.sequence if column else state.sequence(use.relation), False
    else:
        arguments = use.rows[0] if use.rows else ({}, {})
        if len(arguments) < 2:
            return  # Another function of that name.
        sequence, computed = target_of(state, arguments[0]), trees.constant(arguments[0]) is None
    if sequence is not None:
        put(sequence, None, event)
    elif computed:
        lose_all(state, event)


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


def _alter(state: DatabaseState, node: Node, event: Event) -> None:
    table = state.table(node["relation"])
    for command in trees.each(node.get("cmds"), "AlterTableCmd"):
        column = table.columns.get(command.get("name", "")) if table else None
        match command.get("subtype"):
            case "AT_AddColumn":
                ddl.alter_table(state, {**node, "cmds": [{"AlterTableCmd": command}]}, event.place)
            case "AT_AddIdentity" if table is not None and column is not None:
                _make_identity(state, table, column, event)


def _make_identity(state: DatabaseState, table: TableState, column: ColumnState, event: Event) -> None:
    if column.sequence is None:
        identity(state, table, column, {}, event)
    if column.sequence is not None:
        put(column.sequence, None, event)
