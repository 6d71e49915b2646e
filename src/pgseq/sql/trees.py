"""Reads the parse trees of PostgreSQL's grammar (pgseq.sql.grammar). Pure.

Node and field names are those of src/include/nodes/parsenodes.h.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from pgseq.names import excerpt, parse_qualified
from pgseq.sql.grammar import Node, NotUnderstood

#: More than a bigint holds; stands for any larger number.
BEYOND: Final = 2**64
_WHOLE: Final = re.compile(r"(?P<sign>[+-]?)0*+(?P<digits>[0-9]*+)(?<=[0-9])")


def nodes(tree: Any) -> Iterator[tuple[str, Node]]:
    """Every node of a tree with its type, outermost first, without the nodes below an EXPLAIN that does not ANALYZE."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo += reversed(node)
        elif isinstance(node, dict):
            for name, value in node.items():
                if name == "ExplainStmt" and not analyzes(value):
                    continue
                if name[0].isupper() and isinstance(value, dict):
                    yield name, value
                todo.append(value)


def each(items: Any, kind: str) -> Iterator[Node]:
    """The nodes of a kind in a list; the list may be missing."""
    return (item[kind] for item in items or () if kind in item)


def options(items: Any) -> dict[str, Node]:
    """Options (DefElem) by name."""
    return {option["defname"]: option for option in each(items, "DefElem")}


def function(call: Node) -> str:
    """The name of the function that a FuncCall calls, without its schema; empty: it is none."""
    return strings(call["funcname"])[-1] if call else ""


def calls(tree: Any, *names: str) -> Iterator[Node]:
    """The FuncCalls of functions of these names in a tree; without names all of them."""
    return (body for kind, body in nodes(tree) if kind == "FuncCall" and (not names or function(body) in names))


def type_name(node: Node) -> str:
    """The name of a TypeName without its schema; empty: it has none."""
    return strings(node["names"])[-1] if node.get("names") else ""


def uncast(value: Node) -> Node:
    """An expression without its casts."""
    while "TypeCast" in value:
        value = value["TypeCast"]["arg"]
    return value


def replaced(tree: Any, instead: Callable[[Node], Node | None]) -> Any:
    """A tree with other nodes in place of those for which `instead` gives one."""
    if isinstance(tree, list):
        return [replaced(item, instead) for item in tree]
    if not isinstance(tree, dict):
        return tree
    return instead(tree) or {name: replaced(item, instead) for name, item in tree.items()}


def analyzes(explain: Node) -> bool:
    """Whether an EXPLAIN runs its statement. Rules: defGetBoolean() in src/backend/commands/define.c."""
    named = options(explain.get("options"))
    if "analyze" not in named:
        return False
    match named["analyze"].get("arg"):
        case {"Integer": value}:
            return bool(value.get("ival", 0))
        case {"String": value}:
            return str(value["sval"]).lower() in ("true", "on")
        case other:
            return other is None


def rows(source: Node) -> list[list[Any]]:
    """The rows of a VALUES, or the one target list of a SELECT; of a UNION those of all branches."""
    if "larg" in source:
        return [row for branch in branches(source) for row in rows(branch)]
    if "valuesLists" in source:
        return [row["List"].get("items", []) for row in source["valuesLists"]]
    return [[target.get("val", {}) for target in each(source.get("targetList"), "ResTarget")]]


def branches(select: Node) -> list[Node]:
    """The queries of a left-deep chain of UNION, EXCEPT or INTERSECT."""
    right = []
    while "larg" in select:
        right.append(select["rarg"])
        select = select["larg"]
    return [select, *reversed(right)]


def star(row: list[Any]) -> bool:
    """Whether a row holds a `*`, so that the text does not show its width."""
    return any(name == "A_Star" for item in row for name, _ in nodes(item))


def drawn(value: Any) -> bool:
    """Whether a value is left to the column's default, or drawn from a sequence."""
    return any(kind == "SetToDefault" for kind, _ in nodes(value)) or any(calls(value, "nextval"))


def constant(value: Node) -> str | None:
    """The text of a literal, without casts; None for any other expression."""
    literal = uncast(value).get("A_Const", {})
    for kind in ("ival", "fval", "sval"):
        if kind in literal:
            return str(literal[kind].get(kind, "" if kind == "sval" else 0))
    return None


def truth(value: Node) -> bool | None:
    """The value of a boolean literal; None for any other expression."""
    literal = uncast(value).get("A_Const", {})
    if "boolval" in literal:
        return bool(literal["boolval"].get("boolval", False))
    text = literal.get("sval", {}).get("sval", "").lower()
    return {"t": True, "true": True, "f": False, "false": False}.get(text)


def is_null(value: Node) -> bool:
    """Whether it is NULL."""
    return bool(uncast(value).get("A_Const", {}).get("isnull"))


def not_null(condition: Node) -> Node:
    """The expression of which a condition asks whether it is not NULL; an empty node for any other condition."""
    test = condition.get("NullTest", {})
    return dict(test["arg"]) if test.get("nulltesttype") == "IS_NOT_NULL" else {}


def regclass(argument: Node) -> Node | None:
    """The relation, as a RangeVar, that a literal names; None for a parameter or anything computed."""
    text = uncast(argument).get("A_Const", {}).get("sval", {}).get("sval")
    parts = parse_qualified(text) if text else None
    return relation(parts) if parts else None


def nextval(call: Node) -> Node | None:
    """The sequence, as a RangeVar, on which a FuncCall calls nextval(); None: it does not, or computes the name."""
    return regclass(call["args"][0]) if function(call) == "nextval" and call.get("args") else None


def relation(parts: tuple[str, ...]) -> Node:
    """The RangeVar of a name in parts."""
    return {"relname": parts[-1]} | ({"schemaname": parts[-2]} if len(parts) > 1 else {})


def relations(tree: Any) -> Iterator[Node]:
    """The RangeVars in a tree."""
    return (body for kind, body in nodes(tree) if kind == "RangeVar")


def columns(targets: Any) -> tuple[str, ...] | None:
    """The names of a column list, None where there is none."""
    return tuple(target["name"] for target in each(targets, "ResTarget")) if targets else None


def read_column(value: Node) -> str:
    """The column that an expression reads, without its table; empty for any other expression, and for `*`."""
    last = value.get("ColumnRef", {}).get("fields", [{}])[-1]
    return str(last.get("String", {}).get("sval", ""))


def strings(items: Any) -> tuple[str, ...]:
    """The texts of a list of String nodes."""
    return tuple(item["String"]["sval"] for item in items)


def whole(text: str) -> int | None:
    """The integer in a text of any length, BEYOND or -BEYOND if it does not fit a bigint; None: no integer."""
    match = _WHOLE.fullmatch(text)
    if match is None:
        return None
    size = BEYOND if len(match["digits"]) > 19 else int(match["digits"] or 0)
    return -size if match["sign"] == "-" else size


def number(option: Node) -> int | None:
    """The integer of an option of a sequence (a DefElem's arg); None: it has none.

    Raises NotUnderstood if it does not fit a bigint. Rules: defGetInt64() in src/backend/commands/define.c.
    """
    value = option.get("arg", {})
    if "Integer" in value:
        return int(value["Integer"].get("ival", 0))
    if "Float" not in value:
        return None
    text = value["Float"]["fval"]
    number = whole(text)
    if number is None or not -(2**63) <= number < 2**63:
        raise NotUnderstood(f'value "{excerpt(text)}" is out of range for type bigint')
    return number
