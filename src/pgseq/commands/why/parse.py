"""The effects of a statement's text on id columns and sequences, by PostgreSQL's own grammar (postgast). Pure.

Texts come from pg_stat_statements, with $1 for each value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, TypedDict

from pgseq.commands.why.model import Effect
from pgseq.names import display
from pgseq.sql import grammar
from pgseq.sql.grammar import Node, Parse

#: Columns named in the short form of a statement.
NAMED: Final = 3
#: A function that pgseq calls in its own moves, which never go backwards.
_OURS: Final = "pg_sequence_parameters"


class RelationName(TypedDict):
    """The relation that a statement has an effect on."""

    schema: str | None
    relation: str | None


def effects(text: str, parse: Parse) -> tuple[Effect, ...]:
    """The effects of the statements in `text` when they run; bodies that they only define (of a function, a view, a
    rule, a default) are left out. Raises NotUnderstood."""
    return tuple(dict.fromkeys(effect for statement in parse(text) for effect in _effects(statement)))


def _effects(statement: Node) -> Iterator[Effect]:
    ((kind, body),) = statement.items()
    if kind == "ExplainStmt" and grammar.analyzes(body):
        yield from (replace(effect, explained=True) for effect in _effects(body["query"]))
    elif kind in _RUN and not body.get("into", {}).get("skipData"):
        for name, node in grammar.nodes(statement):
            yield from _READERS[name](node) if name in _READERS else ()
        # A default is kept, not called.
        yield from _setvals(statement) if kind != "AlterTableStmt" else ()


def _insert(node: Node) -> Iterator[Effect]:
    source = node.get("selectStmt", {}).get("SelectStmt")
    # OVERRIDING USER VALUE: the values given for an identity column are thrown away.
    if source is None or node.get("override") == "OVERRIDING_USER_VALUE":
        return
    rows = grammar.rows(source)
    width = None if any(grammar.star(row) for row in rows) else max(map(len, rows), default=None)
    columns = grammar.columns(node.get("cols"))
    how = " OVERRIDING SYSTEM VALUE" if node.get("override") == "OVERRIDING_SYSTEM_VALUE" else ""
    form = "VALUES" if "valuesLists" in source else "SELECT"
    yield Effect(
        kind="insert",
        **_relation(node["relation"]),
        columns=columns,
        width=width,
        drawn=frozenset(i for i in range(width or 0) if all(i < len(row) and grammar.drawn(row[i]) for row in rows)),
        text=f"INSERT INTO {_name(node['relation'])}{_listed(columns)}{how} {form} …",
    )


def _merge(node: Node) -> Iterator[Effect]:
    for clause in (clause["MergeWhenClause"] for clause in node.get("mergeWhenClauses", ())):
        values = clause.get("values", [])
        if clause.get("commandType") != "CMD_INSERT" or clause.get("override") == "OVERRIDING_USER_VALUE" or not values:
            continue
        columns = grammar.columns(clause.get("targetList"))
        yield Effect(
            kind="insert",
            **_relation(node["relation"]),
            columns=columns,
            width=len(values),
            drawn=frozenset(i for i, value in enumerate(values) if grammar.drawn(value)),
            text=f"MERGE INTO {_name(node['relation'])} … INSERT{_listed(columns)} …",
        )


def _copy(node: Node) -> Iterator[Effect]:
    if not node.get("is_from") or "relation" not in node:
        return
    columns = grammar.strings(node["attlist"]) if "attlist" in node else None
    # The file or program is left out: a command line may hold a password.
    origin = "PROGRAM …" if node.get("is_program") else "a file" if node.get("filename") else "STDIN"
    yield Effect(
        kind="copy",
        **_relation(node["relation"]),
        columns=columns,
        text=f"COPY {_name(node['relation'])}{_listed(columns)} FROM {origin}",
    )


def _update(node: Node) -> Iterator[Effect]:
    columns = grammar.columns(node.get("targetList"))
    text = f"UPDATE {_name(node['relation'])} SET{_listed(columns)} …"
    yield Effect(kind="update", **_relation(node["relation"]), columns=columns, text=text)


def _truncate(node: Node) -> Iterator[Effect]:
    if node.get("restart_seqs"):
        for target in node["relations"]:
            named = target["RangeVar"]
            yield Effect(kind="truncate", **_relation(named), text=f"TRUNCATE {_name(named)} RESTART IDENTITY")


def _alter_sequence(node: Node) -> Iterator[Effect]:
    for option in node.get("options", ()):
        if option["DefElem"].get("defname") == "restart":
            text = f"ALTER SEQUENCE {_name(node['sequence'])} RESTART{_number(option['DefElem'])}"
            yield Effect(kind="restart", **_relation(node["sequence"]), text=text)


def _alter_table(node: Node) -> Iterator[Effect]:
    for command in (one["AlterTableCmd"] for one in node.get("cmds", ()) if "AlterTableCmd" in one):
        options = command.get("def", {}).get("List", {}).get("items", ())
        for option in (one["DefElem"] for one in options if "DefElem" in one):
            if command.get("subtype") == "AT_SetIdentity" and option.get("defname") == "restart":
                column = command["name"]
                text = f"ALTER TABLE {_name(node['relation'])} ALTER COLUMN {column} RESTART{_number(option)}"
                yield Effect(kind="restart", **_relation(node["relation"]), columns=(column,), text=text)


def _setvals(tree: Any) -> list[Effect]:
    """The calls of setval(), wherever they stand; what the statement reads tells which table they are about."""
    nodes = list(grammar.nodes(tree))
    calls = [
        (grammar.strings(body["funcname"])[-1], body.get("args", [])) for name, body in nodes if name == "FuncCall"
    ]
    if any(function == _OURS for function, _ in calls):
        return []
    reads = frozenset(body["relname"] for name, body in nodes if name == "RangeVar")
    return [_setval(arguments, reads) for function, arguments in calls if function == "setval" and len(arguments) > 1]


def _setval(arguments: list[Any], reads: frozenset[str]) -> Effect:
    schema, relation = grammar.regclass(arguments[0])
    named = "$1" if relation is None else f"'{'.'.join(part for part in (schema, relation) if part)}'"
    constant = not any(kind in ("SubLink", "ColumnRef", "FuncCall") for kind, _ in grammar.nodes(arguments[1]))
    value = "a given value" if constant else "what the query computes"
    return Effect(
        kind="setval",
        schema=schema,
        relation=relation,
        constant=constant,
        arguments=len(arguments),
        reads=reads,
        text=f"setval({display(named)}, …) to {value}",
    )


def _do(node: Node) -> Iterator[Effect]:
    body = " ".join(one["DefElem"].get("arg", {}).get("String", {}).get("sval", "") for one in node.get("args", ()))
    if "setval" in body.lower():
        yield Effect(kind="setval", schema=None, relation=None, constant=False, text="a DO block that calls setval()")


_READERS: Final[dict[str, Callable[[Node], Iterator[Effect]]]] = {
    "InsertStmt": _insert,
    "MergeStmt": _merge,
    "CopyStmt": _copy,
    "UpdateStmt": _update,
    "TruncateStmt": _truncate,
    "AlterSeqStmt": _alter_sequence,
    "AlterTableStmt": _alter_table,
    "DoStmt": _do,
}
#: Kinds of statements that bring rows, move sequences or call the functions which stand in them. PREPARE is among them:
#: pg_stat_statements counts the EXECUTEs under its text, and PREPARE itself not at all (PGSS_HANDLED_UTILITY() in
#: contrib/pg_stat_statements/pg_stat_statements.c).
_RUN: Final = _READERS.keys() | {
    "SelectStmt",
    "DeleteStmt",
    "CreateTableAsStmt",
    "DeclareCursorStmt",
    "PrepareStmt",
    "ExecuteStmt",
    "CallStmt",
}


def _relation(named: Node) -> RelationName:
    return RelationName(schema=named.get("schemaname"), relation=named["relname"])


def _name(named: Node) -> str:
    return display(".".join(part for part in (named.get("schemaname"), named["relname"]) if part))


def _listed(columns: tuple[str, ...] | None) -> str:
    if columns is None:
        return ""
    more = ", …" if len(columns) > NAMED else ""
    return f" ({display(', '.join(columns[:NAMED]))}{more})"


def _number(option: Node) -> str:
    """` WITH n`, where the text gives a number."""
    number = grammar.number(option)
    return "" if number is None else f" WITH {number}"
