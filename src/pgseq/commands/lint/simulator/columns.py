"""Columns: their types, feeds, parents and references."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.relations import ColumnState, SequenceState, TableState
from pgseq.commands.lint.simulator.routines import EVENTS, Routine
from pgseq.commands.lint.simulator.sequences import create, serial_name
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.model.sequences import Via
from pgseq.sql import trees
from pgseq.sql.grammar import Node, NotUnderstood

#: Names of types in parse trees, and as PostgreSQL prints them.
_TYPES: Final = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "varchar": "character varying",
    "bpchar": "character",
}
_SERIALS: Final = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}
#: CREATE_TABLE_LIKE_DEFAULTS and CREATE_TABLE_LIKE_IDENTITY of parsenodes.h.
_LIKE_DEFAULTS: Final = 1 << 3
_LIKE_IDENTITY: Final = 1 << 5


def define(state: DatabaseState, table: TableState, node: Node, event: Event) -> ColumnState:
    """A column of CREATE TABLE or ADD COLUMN; in a partition only the options that differ."""
    name = node["colname"]
    column = table.columns.get(name)
    if column is None or ("typeName" in node and _has_default(node)):
        column = table.put(ColumnState(name=name))  # A new column, not the inherited one of its parent.
    if "typeName" in node:
        serial = _SERIALS.get(trees.type_name(node["typeName"]))
        column.type, column.typmod = column_type(node["typeName"])
        if serial:
            column.type = serial
            sequence = create(state, table.schema, serial_name(state, table, name), (), event, data_type=serial)
            _give(table, column, sequence, "serial", event)
    if "raw_default" in node:
        default(state, table, column, node["raw_default"], event)
    for constraint in trees.each(node.get("constraints"), "Constraint"):
        match constraint.get("contype"):
            case "CONSTR_IDENTITY":
                identity(state, table, column, constraint, event)
            case "CONSTR_DEFAULT":
                default(state, table, column, constraint["raw_expr"], event)
            case "CONSTR_FOREIGN":
                refer(state, table, constraint | {"fk_attrs": [{"String": {"sval": name}}]})
    return column


def _has_default(node: Node) -> bool:
    """Whether a column definition has a default."""
    own = {constraint.get("contype") for constraint in trees.each(node.get("constraints"), "Constraint")}
    return bool(own & {"CONSTR_DEFAULT", "CONSTR_IDENTITY"}) or trees.type_name(node["typeName"]) in _SERIALS


def _give(
    table: TableState, column: ColumnState, sequence: SequenceState, via: Via, event: Event, *, always: bool = False
) -> None:
    """Make the column the owner of a sequence, and draw from it."""
    sequence.owner = (table.key, column.name)
    column.feed(sequence, via, always=always, event=event)


def column_type(node: Node) -> tuple[str, int]:
    """A type's name as PostgreSQL prints it, and its modifier (numerictypmodin())."""
    name = trees.type_name(node)
    base = _TYPES.get(name, name)
    numbers = [constant.get("ival", {}).get("ival", 0) for constant in trees.each(node.get("typmods"), "A_Const")]
    if node.get("arrayBounds"):
        return f"{base}[]", -1
    if not numbers:
        return base, -1
    if base == "numeric":
        return base, ((numbers[0] << 16) | ((numbers[1] if len(numbers) > 1 else 0) & 0x7FF)) + 4
    return base, numbers[0] + 4


def identity(state: DatabaseState, table: TableState, column: ColumnState, constraint: Node, event: Event) -> None:
    """GENERATED … AS IDENTITY."""
    options = constraint.get("options", ())
    named = trees.options(options).get("sequence_name")
    name = trees.relation(trees.strings(named["arg"]["List"]["items"])) if named else {}
    data_type = column.type if column.worth_watching else "bigint"
    sequence = create(
        state,
        name.get("schemaname", table.schema),
        name.get("relname") or serial_name(state, table, column.name),
        options,
        event,
        data_type=data_type,
    )
    _give(table, column, sequence, "identity", event, always=constraint.get("generated_when") == "a")


def default(state: DatabaseState, table: TableState, column: ColumnState, expression: Node, event: Event) -> None:
    """DEFAULT nextval(…). Any other default feeds nothing, unless the column owns a sequence."""
    expression = trees.uncast(expression)
    named = trees.nextval(expression.get("FuncCall", {}))
    sequence, column.computed_from = None, _computed_from(state, expression)
    _call_with_rows(table, column, expression)
    if named is not None:
        # No file has created it so far: its options and position are unknown.
        key = state.place_for(named), named["relname"]
        sequence = state.at_home(named) or state.sequences.setdefault(key, SequenceState(schema=key[0], name=key[1]))
    owned = state.owned(table.key, column.name) if not expression else []
    column.feed(sequence or next(iter(owned), None), "default" if sequence else "owned", event=event)


def _call_with_rows(table: TableState, column: ColumnState, expression: Node) -> None:
    """What the functions of a default do, an INSERT does: as those of a trigger."""
    head = f"default of {column.name}: "
    table.triggers = {name: fired for name, fired in table.triggers.items() if not name.startswith(head)}
    for function in map(trees.function, trees.calls(expression)):
        table.triggers[head + function] = (EVENTS["InsertStmt"], function)


def _computed_from(state: DatabaseState, expression: Node) -> SequenceState | None:
    """The sequence with whose values an expression computes."""
    for call in trees.calls(expression):
        if trees.function(call) == "nextval" and call.get("args") and call is not expression.get("FuncCall"):
            return state.at_home(trees.nextval(call))
        for routine in state.routines.get(trees.function(call), ()):
            if (sequence := _drawn_by(state, routine)) is not None:
                return sequence
    return None


def _drawn_by(state: DatabaseState, routine: Routine) -> SequenceState | None:
    """The sequence that the body of a routine draws from."""
    try:
        statements = [step.statement for step in routine.steps if step.statement]
    except NotUnderstood:
        return None
    return next((state.at_home(trees.nextval(call)) for call in trees.calls(statements, "nextval")), None)


def refer(state: DatabaseState, table: TableState, constraint: Node) -> None:
    """FOREIGN KEY."""
    if constraint.get("contype") != "CONSTR_FOREIGN":
        return
    other = state.table(constraint["pktable"])
    own = trees.strings(constraint.get("fk_attrs", ()))
    key = trees.strings(constraint.get("pk_attrs", ()))
    if other is not None:
        # Without names it is the primary key, most likely the fed columns.
        named = key or tuple(column.name for column in other.fed)
        table.refers |= {
            name: (other.key, target) for name, target in zip_longest(own, named[: len(own)], fillvalue="")
        }


def inherit(state: DatabaseState, table: TableState, parent: Node, event: Event) -> None:
    """Share the parent's columns, and the ids in both."""
    above = state.table(parent)
    if above is None:
        return
    for name, shared in above.columns.items():
        own = table.columns.get(name)
        if own is not None and own.sequence not in (None, shared.sequence):
            continue
        if own is not None and own is not shared:
            merge(shared, own, event)
        table.put(shared)
    # How many rows each has is unknown from here on.
    table.rows = above.rows = None


def merge(shared: ColumnState, own: ColumnState, event: Event | None) -> None:
    """Add the ids in a child's column to the parent's; `event`: the statement, if any."""
    before = dict(shared.ids)
    for value, stored_by in own.stored:
        shared.keep([value], stored_by)
    shared.unseen = shared.unseen or own.unseen
    if event is not None and (shared.ids != before or own.unseen):
        shared.fed_by = event
        if shared.sequence is not None:
            shared.sequence.touch(event)


def like(state: DatabaseState, table: TableState, node: Node, event: Event) -> None:
    """LIKE: INCLUDING DEFAULTS shares the sequence of a serial column, INCLUDING IDENTITY creates one."""
    other, options = state.table(node["relation"]), node.get("options", 0)
    for column in other.columns.values() if other else ():
        copy = table.columns.get(column.name)
        if copy is None:
            copy = table.put(ColumnState(name=column.name, type=column.type, typmod=column.typmod))
        if column.via == "identity" and column.sequence is not None and options & _LIKE_IDENTITY:
            identity(state, table, copy, {"generated_when": "a" if column.always else "d"}, event)
        elif column.via != "identity" and column.sequence is not None and options & _LIKE_DEFAULTS:
            copy.feed(column.sequence, "default", event=event)
