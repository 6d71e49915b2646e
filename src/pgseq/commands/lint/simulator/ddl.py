"""CREATE, ALTER and DROP of tables and sequences: which columns a sequence feeds, and what it is like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.columns import column_type, default, define, identity, inherit, like, refer
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.sequences import alter, create, draw_into, drop, retype
from pgseq.commands.lint.simulator.state import PUBLIC, TEMPORARY, UNNAMED, Column, Drawn, Table, World
from pgseq.sql import grammar
from pgseq.sql.grammar import Node

_OVERLOOKED: Final = "nothing fed it so far, so its ids were not looked at"


def create_table(world: World, node: Node, place: Place) -> None:
    """CREATE TABLE, also PARTITION OF, INHERITS and LIKE."""
    table = _new(world, node["relation"])
    if table is None:
        return
    table.until_commit = node.get("oncommit") == "ONCOMMIT_DROP"
    event = Event(how="define", place=place)
    for parent in (one["RangeVar"] for one in node.get("inhRelations", ())):
        inherit(world, table, parent, event)
    for element in node.get("tableElts", ()):
        if "ColumnDef" in element:
            define(world, table, element["ColumnDef"], event)
        elif "TableLikeClause" in element:
            like(world, table, element["TableLikeClause"], event)
        elif "Constraint" in element:
            refer(world, table, element["Constraint"])


def create_table_as(world: World, node: Node, place: Place) -> None:
    """CREATE TABLE … AS and SELECT … INTO: columns of unknown types, with rows that nobody has seen."""
    into = node.get("into") or node.get("intoClause", {})
    table = _new(world, into["rel"]) if into else None
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
            for column in _read(world, query):
                table.put(Column(name=column.name, type=column.type, typmod=column.typmod, unseen=hidden))


def _read(world: World, select: Node) -> Iterator[Column]:
    """The columns of the tables in a query's FROM."""
    for kind, body in grammar.nodes(select.get("fromClause", [])):
        if kind == "RangeVar" and (table := world.table(body)) is not None:
            yield from table.columns.values()


def alter_table(world: World, node: Node, place: Place) -> None:
    """ALTER TABLE, and ALTER SEQUENCE where the grammar sees a table in it."""
    table = world.table(node["relation"])
    for command in (one["AlterTableCmd"] for one in node.get("cmds", ()) if "AlterTableCmd" in one):
        action = _ACTIONS.get(command.get("subtype", ""))
        if table is not None and action is not None:
            action(world, table, command, place)


def rename(world: World, node: Node, place: Place) -> None:
    """ALTER … RENAME TO of tables, sequences and columns."""
    if "relation" not in node:
        return
    table = world.table(node["relation"])
    if node["renameType"] == "OBJECT_COLUMN":
        if table is not None and node["subname"] in table.columns:
            column = table.columns[node["subname"]]
            column.name = node["newname"]
            # Partitions and children that share it rename theirs.
            for sharing in column.tables:
                sharing.columns = {one.name: one for one in sharing.columns.values()}
            _own_again(world, table.key, table.key, node["subname"], node["newname"])
    elif node["renameType"] in ("OBJECT_TABLE", "OBJECT_SEQUENCE"):
        _move(world, node["relation"], name=node["newname"])


def set_schema(world: World, node: Node, place: Place) -> None:
    """ALTER TABLE or SEQUENCE … SET SCHEMA."""
    if "relation" in node:
        _move(world, node["relation"], schema=node["newschema"])


def drop_objects(world: World, node: Node, place: Place) -> None:
    """DROP TABLE, SEQUENCE, SCHEMA."""
    kind = node["removeType"]
    for item in node["objects"]:
        if kind == "OBJECT_SCHEMA":
            _drop_schema(world, item["String"]["sval"])
        elif kind in ("OBJECT_TABLE", "OBJECT_SEQUENCE"):
            parts = grammar.strings(item["List"]["items"])
            named = {"relname": parts[-1]} | ({"schemaname": parts[-2]} if len(parts) > 1 else {})
            if kind == "OBJECT_TABLE" and (found := world.table(named)):
                _drop_table(world, found)
            elif kind == "OBJECT_SEQUENCE" and (sequence := world.sequence(named.get("schemaname"), parts[-1])):
                drop(world, sequence)


def _drop_schema(world: World, name: str) -> None:
    # What was made without a schema under an unknown search_path is taken to be public.
    gone = (name, UNNAMED) if name == PUBLIC else (name,)
    for table in [one for one in world.tables.values() if one.schema in gone]:
        _drop_table(world, table)
    for sequence in [one for one in world.sequences.values() if one.schema in gone]:
        drop(world, sequence)


def end_transaction(world: World) -> None:
    """COMMIT or ROLLBACK: temporary tables ON COMMIT DROP are gone."""
    for table in [one for one in world.tables.values() if one.until_commit]:
        _drop_table(world, table)


def end_session(world: World) -> None:
    """Temporary tables and sequences are gone."""
    _drop_schema(world, TEMPORARY)


def create_schema(world: World, node: Node, place: Place) -> None:
    """CREATE SCHEMA with what is made in it."""
    path, world.path = world.path, (node.get("schemaname", ""), *world.path)
    for element in node.get("schemaElts", ()):
        if "CreateStmt" in element:
            create_table(world, element["CreateStmt"], place)
        elif "CreateSeqStmt" in element:
            create_sequence(world, element["CreateSeqStmt"], place)
    world.path = path


def create_sequence(world: World, node: Node, place: Place) -> None:
    """CREATE SEQUENCE."""
    named = node["sequence"]
    if world.sequence(named.get("schemaname"), named["relname"]) and node.get("if_not_exists"):
        return
    event = Event(how="define", place=place)
    create(world, world.place_for(named), named["relname"], node.get("options", ()), event)


def alter_sequence(world: World, node: Node, place: Place) -> None:
    """ALTER SEQUENCE."""
    sequence = world.sequence(node["sequence"].get("schemaname"), node["sequence"]["relname"])
    if sequence is not None:
        alter(world, sequence, node.get("options", ()), place)


def _new(world: World, named: Node) -> Table | None:
    """A new table; None where one of that name is there already: IF NOT EXISTS keeps it, anything else fails."""
    table = Table(schema=world.place_for(named), name=named["relname"])
    return None if world.tables.setdefault(table.key, table) is not table else table


def _move(world: World, named: Node, *, schema: str | None = None, name: str | None = None) -> None:
    """A table or sequence gets another name or schema; a table's own sequences go to the schema with it."""
    table = world.table(named)
    if table is not None:
        before = table.key
        del world.tables[before]
        table.schema, table.name = schema or table.schema, name or table.name
        world.tables[table.key] = table
        for sequence in _own_again(world, before, table.key):
            if schema is not None:
                _move(world, {"schemaname": sequence.schema, "relname": sequence.name}, schema=schema)
        return
    found = world.sequence(named.get("schemaname"), named["relname"])
    if found is not None:
        del world.sequences[found.key]
        found.schema, found.name = schema or found.schema, name or found.name
        world.sequences[found.key] = found


def _own_again(
    world: World, before: tuple[str, str], after: tuple[str, str], column: str | None = None, renamed: str | None = None
) -> list[Drawn]:
    """Write down the new name of an owner; its sequences."""
    owned = [one for one in world.sequences.values() if one.owner and one.owner[0] == before]
    owned = [one for one in owned if column is None or one.owner == (before, column)]
    for one in owned:
        one.owner = (after, renamed or (one.owner[1] if one.owner else ""))
    return owned


def _drop_table(world: World, table: Table) -> None:
    del world.tables[table.key]
    for sequence in [one for one in world.sequences.values() if one.owner and one.owner[0] == table.key]:
        drop(world, sequence)


def _column(table: Table, command: Node) -> Column:
    return table.columns.get(command["name"]) or table.put(Column(name=command["name"]))


def _add_column(world: World, table: Table, command: Node, place: Place) -> None:
    """ADD COLUMN: every row that is there draws from its sequence."""
    node, drawn = command["def"]["ColumnDef"], Event(how="drawn", place=place)
    if node["colname"] in table.columns:
        return
    column = define(world, table, node, Event(how="define", place=place))
    if column.via != "owned":
        draw_into(world, column, table.rows, drawn, some=False)


def _drop_column(world: World, table: Table, command: Node, place: Place) -> None:
    table.columns.pop(command["name"], None)
    for sequence in [one for one in world.sequences.values() if one.owner == (table.key, command["name"])]:
        drop(world, sequence)


def _set_default(world: World, table: Table, command: Node, place: Place) -> None:
    column = _column(table, command)
    overlooked = _overlooked(table, column)
    default(world, table, column, command.get("def", {}), Event(how="define", place=place))
    if overlooked and column.sequence is not None:
        column.unseen = Event(how="insert", place=place, hidden=_OVERLOOKED)


def _add_identity(world: World, table: Table, command: Node, place: Place) -> None:
    column = _column(table, command)
    if _overlooked(table, column):
        column.unseen = Event(how="insert", place=place, hidden=_OVERLOOKED)
    identity(world, table, column, command["def"]["Constraint"], Event(how="define", place=place))


def _overlooked(table: Table, column: Column) -> bool:
    """Whether there may be ids in a column that was not watched: another one of its table was fed, and it was not."""
    known = column.sequence is not None or column.stored or column.unseen is not None
    return not known and bool(table.fed) and table.rows != 0


def _set_identity(world: World, table: Table, command: Node, place: Place) -> None:
    column = _column(table, command)
    options = command["def"]["List"]["items"]
    for option in (one["DefElem"] for one in options):
        if option["defname"] == "generated":
            column.always = grammar.number(option) == ord("a")
    if column.sequence is not None:
        alter(world, column.sequence, options, place)


def _drop_identity(world: World, table: Table, command: Node, place: Place) -> None:
    column = _column(table, command)
    if column.via == "identity" and column.sequence is not None:
        drop(world, column.sequence)


def _set_type(world: World, table: Table, command: Node, place: Place) -> None:
    column = _column(table, command)
    column.type, column.typmod = column_type(command["def"]["ColumnDef"]["typeName"])
    if column.via == "identity" and column.sequence is not None and column.worth_watching:
        retype(column.sequence, column.type)


def _attach(world: World, table: Table, command: Node, place: Place) -> None:
    partition = world.table(command["def"]["PartitionCmd"]["name"])
    if partition is not None:
        above = {"schemaname": table.schema, "relname": table.name}
        inherit(world, partition, above, Event(how="define", place=place))


def _add_parent(world: World, table: Table, command: Node, place: Place) -> None:
    inherit(world, table, command["def"]["RangeVar"], Event(how="define", place=place))


def _add_constraint(world: World, table: Table, command: Node, place: Place) -> None:
    refer(world, table, command["def"]["Constraint"])


_ACTIONS: Final[dict[str, Callable[[World, Table, Node, Place], None]]] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_ColumnDefault": _set_default,
    "AT_AddIdentity": _add_identity,
    "AT_SetIdentity": _set_identity,
    "AT_DropIdentity": _drop_identity,
    "AT_AlterColumnType": _set_type,
    "AT_AttachPartition": _attach,
    "AT_AddInherit": _add_parent,
    "AT_AddConstraint": _add_constraint,
}
