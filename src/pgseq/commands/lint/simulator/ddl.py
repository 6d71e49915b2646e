"""CREATE, ALTER and DROP of tables, sequences and schemas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.parse.source import STDIN
from pgseq.commands.lint.simulator.columns import column_type, default, define, identity, inherit, like, refer
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.queries import new_table
from pgseq.commands.lint.simulator.relations import PUBLIC, TEMPORARY, UNNAMED, ColumnState, TableState
from pgseq.commands.lint.simulator.sequences import alter, create, draw_into, drop, retype
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.sql import trees
from pgseq.sql.grammar import Node

_OVERLOOKED: Final = "nothing fed it so far, so its ids were not looked at"


class MadeTwice(Exception):
    """A file makes a table that another file has made: it is for another database."""


def _refuse_second(state: DatabaseState, named: Node, file: str) -> None:
    """Raises MadeTwice for a table of another file; a temporary one has ended with the session of that file."""
    known = state.tables.get((state.place_for(named), named["relname"]))
    if known is None or known.made_in in ("", file) or file in ("", STDIN):
        return
    if known.schema == TEMPORARY:
        del state.tables[known.key]
    elif not state.live:
        raise MadeTwice(known.made_in)


def create_table(state: DatabaseState, node: Node, place: Place) -> None:
    """CREATE TABLE, also PARTITION OF, INHERITS and LIKE."""
    if not node.get("if_not_exists"):
        _refuse_second(state, node["relation"], place.file)
    table = new_table(state, node["relation"])
    if table is None:
        return
    table.made_in = place.file
    table.until_commit = node.get("oncommit") == "ONCOMMIT_DROP"
    event = Event(how="define", place=place)
    for parent in trees.each(node.get("inhRelations"), "RangeVar"):
        inherit(state, table, parent, event)
    for element in node.get("tableElts", ()):
        if "ColumnDef" in element:
            define(state, table, element["ColumnDef"], event)
        elif "TableLikeClause" in element:
            like(state, table, element["TableLikeClause"], event)
        elif "Constraint" in element:
            refer(state, table, element["Constraint"])


def alter_table(state: DatabaseState, node: Node, place: Place) -> None:
    """ALTER TABLE, and those ALTER SEQUENCE that the grammar parses as ALTER TABLE."""
    table = state.table(node["relation"])
    for command in trees.each(node.get("cmds"), "AlterTableCmd"):
        action = _ACTIONS.get(command.get("subtype", ""))
        # A view has defaults of its own.
        if table is not None and not table.view and action is not None:
            action(state, table, command, place)


def rename(state: DatabaseState, node: Node, place: Place) -> None:
    """ALTER … RENAME TO of tables, sequences and columns."""
    if "relation" not in node:
        return
    table = state.table(node["relation"])
    if node["renameType"] == "OBJECT_COLUMN":
        if table is not None and node["subname"] in table.columns:
            column = table.columns[node["subname"]]
            column.name = node["newname"]
            # Partitions and children share the column.
            for sharing in column.tables:
                sharing.columns = {one.name: one for one in sharing.columns.values()}
            for sequence in state.owned(table.key, node["subname"]):
                sequence.owner = (table.key, node["newname"])
    elif node["renameType"] in ("OBJECT_TABLE", "OBJECT_SEQUENCE"):
        _move(state, node["relation"], name=node["newname"])


def set_schema(state: DatabaseState, node: Node, place: Place) -> None:
    """ALTER TABLE or SEQUENCE … SET SCHEMA."""
    if "relation" in node:
        _move(state, node["relation"], schema=node["newschema"])


def drop_objects(state: DatabaseState, node: Node, place: Place) -> None:
    """DROP TABLE, SEQUENCE, SCHEMA."""
    kind = node["removeType"]
    for item in node["objects"]:
        if kind == "OBJECT_SCHEMA":
            _drop_schema(state, item["String"]["sval"])
        elif kind in ("OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_SEQUENCE"):
            named = trees.relation(trees.strings(item["List"]["items"]))
            if kind in ("OBJECT_TABLE", "OBJECT_VIEW") and (table := state.table(named)):
                _drop_table(state, table)
            elif kind == "OBJECT_SEQUENCE" and (sequence := state.sequence(named)):
                drop(state, sequence)


def _drop_schema(state: DatabaseState, name: str) -> None:
    # What was made without a schema under an unknown search_path is taken to be public.
    gone = (name, UNNAMED) if name == PUBLIC else (name,)
    for table in [one for one in state.tables.values() if one.schema in gone]:
        _drop_table(state, table)
    for sequence in [one for one in state.sequences.values() if one.schema in gone]:
        drop(state, sequence)


def end_transaction(state: DatabaseState) -> None:
    """COMMIT or ROLLBACK: drop temporary tables ON COMMIT DROP."""
    for table in [one for one in state.tables.values() if one.until_commit]:
        _drop_table(state, table)


def end_session(state: DatabaseState) -> None:
    """Drop temporary tables and sequences."""
    _drop_schema(state, TEMPORARY)


def create_schema(state: DatabaseState, node: Node, place: Place) -> None:
    """CREATE SCHEMA with its elements."""
    path, state.path = state.path, (node.get("schemaname", ""), *state.path)
    for sequence in trees.each(node.get("schemaElts"), "CreateSeqStmt"):
        create_sequence(state, sequence, place)
    for table in trees.each(node.get("schemaElts"), "CreateStmt"):
        create_table(state, table, place)
    state.path = path


def create_sequence(state: DatabaseState, node: Node, place: Place) -> None:
    """CREATE SEQUENCE."""
    named = node["sequence"]
    if state.sequence(named) and node.get("if_not_exists"):
        return
    event = Event(how="define", place=place)
    create(state, state.place_for(named), named["relname"], node.get("options", ()), event)


def alter_sequence(state: DatabaseState, node: Node, place: Place) -> None:
    """ALTER SEQUENCE."""
    sequence = state.sequence(node["sequence"])
    if sequence is not None:
        alter(state, sequence, node.get("options", ()), place)


def _move(state: DatabaseState, named: Node, *, schema: str | None = None, name: str | None = None) -> None:
    """Rename a table or sequence, or move it to a schema; a table takes its own sequences along."""
    table = state.table(named)
    if table is not None:
        before = table.key
        del state.tables[before]
        table.schema, table.name = schema or table.schema, name or table.name
        state.tables[table.key] = table
        for sequence in state.owned(before):
            sequence.owner = (table.key, sequence.owner[1]) if sequence.owner else None
            if schema is not None:
                _move(state, {"schemaname": sequence.schema, "relname": sequence.name}, schema=schema)
        return
    moved = state.sequence(named)
    if moved is not None:
        del state.sequences[moved.key]
        moved.schema, moved.name = schema or moved.schema, name or moved.name
        state.sequences[moved.key] = moved


def _drop_table(state: DatabaseState, table: TableState) -> None:
    del state.tables[table.key]
    for sequence in state.owned(table.key):
        drop(state, sequence)


def _column(table: TableState, command: Node) -> ColumnState:
    return table.columns.get(command["name"]) or table.put(ColumnState(name=command["name"]))


def _add_column(state: DatabaseState, table: TableState, command: Node, place: Place) -> None:
    """ADD COLUMN: every row draws from its sequence."""
    node, drawn = command["def"]["ColumnDef"], Event(how="drawn", place=place)
    if node["colname"] in table.columns:
        return
    column = define(state, table, node, Event(how="define", place=place))
    if column.via != "owned":
        draw_into(state, column, table.rows, drawn, some=False)


def _drop_column(state: DatabaseState, table: TableState, command: Node, place: Place) -> None:
    table.columns.pop(command["name"], None)
    for sequence in state.owned(table.key, command["name"]):
        drop(state, sequence)


def _set_default(state: DatabaseState, table: TableState, command: Node, place: Place) -> None:
    """SET or DROP DEFAULT, ADD GENERATED … AS IDENTITY."""
    column, event = _column(table, command), Event(how="define", place=place)
    overlooked = _overlooked(table, column)
    if command["subtype"] == "AT_AddIdentity":
        identity(state, table, column, command["def"]["Constraint"], event)
    else:
        default(state, table, column, command.get("def", {}), event)
    if overlooked and column.sequence is not None:
        column.hide(Event(how="insert", place=place, hidden=_OVERLOOKED))


def _overlooked(table: TableState, column: ColumnState) -> bool:
    """Whether the ids of a column were not recorded, because another column of its table was fed and it was not."""
    known = column.sequence is not None or column.stored or column.unseen is not None
    return not known and bool(table.fed) and table.rows != 0


def _set_identity(state: DatabaseState, table: TableState, command: Node, place: Place) -> None:
    column = _column(table, command)
    options = command["def"]["List"]["items"]
    for option in trees.each(options, "DefElem"):
        if option["defname"] == "generated":
            column.always = trees.number(option) == ord("a")
    if column.sequence is not None:
        alter(state, column.sequence, options, place)


def _drop_identity(state: DatabaseState, table: TableState, command: Node, place: Place) -> None:
    column = _column(table, command)
    if column.via == "identity" and column.sequence is not None:
        drop(state, column.sequence)


def _set_type(state: DatabaseState, table: TableState, command: Node, place: Place) -> None:
    column = _column(table, command)
    column.type, column.typmod = column_type(command["def"]["ColumnDef"]["typeName"])
    if column.via == "identity" and column.sequence is not None and column.worth_watching:
        retype(column.sequence, column.type)


def _attach(state: DatabaseState, table: TableState, command: Node, place: Place) -> None:
    partition = state.table(command["def"]["PartitionCmd"]["name"])
    if partition is not None:
        above = {"schemaname": table.schema, "relname": table.name}
        inherit(state, partition, above, Event(how="define", place=place))


def _add_parent(state: DatabaseState, table: TableState, command: Node, place: Place) -> None:
    inherit(state, table, command["def"]["RangeVar"], Event(how="define", place=place))


def _add_constraint(state: DatabaseState, table: TableState, command: Node, place: Place) -> None:
    refer(state, table, command["def"]["Constraint"])


_ACTIONS: Final[dict[str, Callable[[DatabaseState, TableState, Node, Place], None]]] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_ColumnDefault": _set_default,
    "AT_AddIdentity": _set_default,
    "AT_SetIdentity": _set_identity,
    "AT_DropIdentity": _drop_identity,
    "AT_AlterColumnType": _set_type,
    "AT_AttachPartition": _attach,
    "AT_AddInherit": _add_parent,
    "AT_AddConstraint": _add_constraint,
}
