"""What a statement's text does to id columns and sequences, by PostgreSQL's own grammar (pgparse). Pure.

Texts come from pg_stat_statements, with $1 for each value. Node and field names are those of
src/include/nodes/parsenodes.h.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypedDict

from pgseq.names import display, parse_qualified
from pgseq.why.facts import Act

Node = dict[str, Any]

#: Columns named in the short form of a statement.
NAMED: Final = 3
#: A function that pgseq calls in its own moves, which never go backwards.
_OURS: Final = "pg_sequence_parameters"


class Named(TypedDict):
    """What an act is done to."""

    schema: str | None
    relation: str | None


class NotUnderstood(Exception):
    """A text that the grammar does not know (another server version's, or cut off)."""


def parser() -> Callable[[str], Any] | None:
    """pgparse's parse(), None where the extra `lint` is not installed."""
    try:
        from pgparse import parse  # type: ignore[import-not-found]
    except ImportError:
        return None
    found: Callable[[str], Any] = parse
    return found


def acts(text: str, parse: Callable[[str], Any]) -> tuple[Act, ...]:
    """What the statements in `text` do. Raises NotUnderstood."""
    try:
        tree = parse(text)
    except Exception as error:  # pgparse's error class is its own, and not a ValueError
        raise NotUnderstood(str(error)) from error
    found = [act for name, body in _nodes(tree) if name in _READERS for act in _READERS[name](body)]
    return tuple(dict.fromkeys([*found, *_setvals(tree)]))


def _nodes(tree: Any) -> Iterator[tuple[str, Node]]:
    """Every node of a tree with its type, outermost first; EXPLAIN does nothing, so what is below it is left out."""
    todo = [tree]
    while todo:
        found = todo.pop()
        if isinstance(found, list):
            todo += reversed(found)
        elif isinstance(found, dict):
            for name, value in found.items():
                if name == "ExplainStmt":
                    continue
                if name[0].isupper() and isinstance(value, dict):
                    yield name, value
                todo.append(value)


def _insert(node: Node) -> Iterator[Act]:
    source = node.get("selectStmt", {}).get("SelectStmt")
    # OVERRIDING USER VALUE: the values given for an identity column are thrown away.
    if source is None or node.get("override") == "OVERRIDING_USER_VALUE":
        return
    rows = _rows(source)
    width = None if any(_star(row) for row in rows) else max(map(len, rows), default=None)
    columns = _columns(node.get("cols"))
    how = " OVERRIDING SYSTEM VALUE" if node.get("override") == "OVERRIDING_SYSTEM_VALUE" else ""
    form = "VALUES" if "valuesLists" in source else "SELECT"
    yield Act(
        kind="insert",
        **_relation(node["relation"]),
        columns=columns,
        width=width,
        drawn=frozenset(i for i in range(width or 0) if all(i < len(row) and _drawn(row[i]) for row in rows)),
        text=f"INSERT INTO {_name(node['relation'])}{_listed(columns)}{how} {form} …",
    )


def _merge(node: Node) -> Iterator[Act]:
    for clause in (one["MergeWhenClause"] for one in node.get("mergeWhenClauses", ())):
        values = clause.get("values", [])
        if clause.get("commandType") != "CMD_INSERT" or clause.get("override") == "OVERRIDING_USER_VALUE" or not values:
            continue
        columns = _columns(clause.get("targetList"))
        yield Act(
            kind="insert",
            **_relation(node["relation"]),
            columns=columns,
            width=len(values),
            drawn=frozenset(i for i, value in enumerate(values) if _drawn(value)),
            text=f"MERGE INTO {_name(node['relation'])} … INSERT{_listed(columns)} …",
        )


def _copy(node: Node) -> Iterator[Act]:
    if not node.get("is_from") or "relation" not in node:
        return
    columns = _strings(node["attlist"]) if "attlist" in node else None
    # The file or program is left out: a command line may hold a password.
    origin = "PROGRAM …" if node.get("is_program") else "a file" if node.get("filename") else "STDIN"
    yield Act(
        kind="copy",
        **_relation(node["relation"]),
        columns=columns,
        text=f"COPY {_name(node['relation'])}{_listed(columns)} FROM {origin}",
    )


def _update(node: Node) -> Iterator[Act]:
    columns = _columns(node.get("targetList"))
    text = f"UPDATE {_name(node['relation'])} SET{_listed(columns)} …"
    yield Act(kind="update", **_relation(node["relation"]), columns=columns, text=text)


def _truncate(node: Node) -> Iterator[Act]:
    if node.get("restart_seqs"):
        for one in node["relations"]:
            named = one["RangeVar"]
            yield Act(kind="truncate", **_relation(named), text=f"TRUNCATE {_name(named)} RESTART IDENTITY")


def _alter_sequence(node: Node) -> Iterator[Act]:
    for option in node.get("options", ()):
        if option["DefElem"].get("defname") == "restart":
            text = f"ALTER SEQUENCE {_name(node['sequence'])} RESTART{_number(option['DefElem'])}"
            yield Act(kind="restart", **_relation(node["sequence"]), text=text)


def _alter_table(node: Node) -> Iterator[Act]:
    for command in (one["AlterTableCmd"] for one in node.get("cmds", ()) if "AlterTableCmd" in one):
        options = command.get("def", {}).get("List", {}).get("items", ())
        for option in (one["DefElem"] for one in options if "DefElem" in one):
            if command.get("subtype") == "AT_SetIdentity" and option.get("defname") == "restart":
                column = command["name"]
                text = f"ALTER TABLE {_name(node['relation'])} ALTER COLUMN {column} RESTART{_number(option)}"
                yield Act(kind="restart", **_relation(node["relation"]), columns=(column,), text=text)


def _setvals(tree: Any) -> list[Act]:
    """The calls of setval(), wherever they stand; what the statement reads tells which table they are about."""
    nodes = list(_nodes(tree))
    calls = [(_strings(body["funcname"])[-1], body.get("args", [])) for name, body in nodes if name == "FuncCall"]
    if any(function == _OURS for function, _ in calls):
        return []
    reads = frozenset(body["relname"] for name, body in nodes if name == "RangeVar")
    return [_setval(arguments, reads) for function, arguments in calls if function == "setval" and len(arguments) > 1]


def _setval(arguments: list[Any], reads: frozenset[str]) -> Act:
    schema, relation = _regclass(arguments[0])
    named = "$1" if relation is None else f"'{'.'.join(part for part in (schema, relation) if part)}'"
    constant = not any(kind in ("SubLink", "ColumnRef", "FuncCall") for kind, _ in _nodes(arguments[1]))
    value = "a given value" if constant else "what the query computes"
    return Act(
        kind="setval",
        schema=schema,
        relation=relation,
        constant=constant,
        arguments=len(arguments),
        reads=reads,
        text=f"setval({display(named)}, …) to {value}",
    )


def _do(node: Node) -> Iterator[Act]:
    body = " ".join(one["DefElem"].get("arg", {}).get("String", {}).get("sval", "") for one in node.get("args", ()))
    if "setval" in body.lower():
        yield Act(kind="setval", schema=None, relation=None, constant=False, text="a DO block that calls setval()")


_READERS: Final[dict[str, Callable[[Node], Iterator[Act]]]] = {
    "InsertStmt": _insert,
    "MergeStmt": _merge,
    "CopyStmt": _copy,
    "UpdateStmt": _update,
    "TruncateStmt": _truncate,
    "AlterSeqStmt": _alter_sequence,
    "AlterTableStmt": _alter_table,
    "DoStmt": _do,
}


def _rows(source: Node) -> list[list[Any]]:
    """The rows of a VALUES, or the one target list of a SELECT, of a UNION's first branch."""
    while "larg" in source:
        source = source["larg"]
    if "valuesLists" in source:
        return [row["List"].get("items", []) for row in source["valuesLists"]]
    return [[target["ResTarget"].get("val", {}) for target in source.get("targetList", ())]]


def _star(row: list[Any]) -> bool:
    return any(name == "A_Star" for item in row for name, _ in _nodes(item))


def _drawn(value: Any) -> bool:
    """Whether a value is left to the column's default, or drawn from a sequence."""
    return any(
        name == "SetToDefault" or (name == "FuncCall" and _strings(body["funcname"])[-1] == "nextval")
        for name, body in _nodes(value)
    )


def _regclass(argument: Any) -> tuple[str | None, str | None]:
    """Schema and name of a sequence given as a literal; None, None for a parameter or anything computed."""
    while "TypeCast" in argument:
        argument = argument["TypeCast"]["arg"]
    text = argument.get("A_Const", {}).get("sval", {}).get("sval")
    parts = parse_qualified(text) if text else None
    if not parts:
        return None, None
    return (parts[-2] if len(parts) > 1 else None), parts[-1]


def _relation(named: Node) -> Named:
    return Named(schema=named.get("schemaname"), relation=named["relname"])


def _name(named: Node) -> str:
    return display(".".join(part for part in (named.get("schemaname"), named["relname"]) if part))


def _columns(targets: Any) -> tuple[str, ...] | None:
    return tuple(target["ResTarget"]["name"] for target in targets) if targets else None


def _strings(items: Any) -> tuple[str, ...]:
    return tuple(item["String"]["sval"] for item in items)


def _listed(columns: tuple[str, ...] | None) -> str:
    if columns is None:
        return ""
    more = ", …" if len(columns) > NAMED else ""
    return f" ({display(', '.join(columns[:NAMED]))}{more})"


def _number(option: Node) -> str:
    """` WITH n`, where the text gives a number."""
    given = option.get("arg", {})
    number = given.get("Integer", {}).get("ival", given.get("Float", {}).get("fval"))
    return "" if number is None else f" WITH {number}"
