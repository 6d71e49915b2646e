"""Would reading a table run a function of its owner's? What the planner evaluates, from pg_node_tree. Pure.

The planner evaluates what is constant in the expressions of a table's indexes, statistics and partition keys, with the
rights of whoever reads (eval_const_expressions() in clauses.c, called by RelationGetIndexExpressions(),
get_relation_statistics() and RelationBuildPartitionKey()). A function is evaluated where all its arguments are
constants; one in SQL is put in its place first, and what is constant in its body is evaluated.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pgseq.model.sequences import Problem

#: Longer expressions are not read, in characters of pg_node_tree.
LONGEST: Final = 100_000
#: Deeper ones neither.
DEEPEST: Final = 200
#: From this oid on an object is not the server's own (FirstNormalObjectId in transam.h).
FIRST_NORMAL: Final = 16384

_TOKEN = re.compile(r"[(){}]|(?:\\.|[^\s(){}\\])+", re.DOTALL)

#: Nodes that stand for their only argument: a constant only where that is one.
_TRANSPARENT: Final = {"RELABELTYPE": "arg", "COERCEVIAIO": "arg", "COLLATEEXPR": "arg"}
#: Nodes that call a function, and the field that names it.
_CALLS: Final = {
    "FUNCEXPR": "funcid",
    "OPEXPR": "opfuncid",
    "DISTINCTEXPR": "opfuncid",
    "NULLIFEXPR": "opfuncid",
    "SCALARARRAYOPEXPR": "opfuncid",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A row of planned_code.sql: an expression that the planner evaluates, and the functions in it."""

    relid: int
    what: str
    tree: str
    strange: list[int]
    by_column: list[int]
    name: str
    owner: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of an expression: its kind, and its fields, each the tokens, lists and nodes behind its name."""

    kind: str
    fields: dict[str, list[object]]


class NotRead(ValueError):
    """An expression that is not read: too long, too deep, or not in the form that is known."""


def judged(expressions: Iterable[Expression], tables: dict[int, str]) -> dict[int, str | Problem]:
    """By table: the mark of what the planner evaluates when it is read, or why it must not be read. Those of which
    there is no expression are left out.

    `tables` are the quoted names by oid.
    """
    by_table: dict[int, list[Expression]] = defaultdict(list)
    for expression in expressions:
        by_table[expression.relid].append(expression)
    answers: dict[int, str | Problem] = {}
    for relid, group in by_table.items():
        runs = [expression for expression in group if runs_code(expression)]
        marks = " ".join(sorted(expression.mark for expression in group))
        answers[relid] = refusal(tables[relid], runs[0]) if runs else marks
    return answers


def refusal(table: str, expression: Expression) -> Problem:
    """Why a table is not read."""
    return Problem(
        reason=f"reading {table} would run a function of {expression.owner}: {expression.name} ({expression.what})",
        hint=f"connect as {expression.owner}, or pass --trust-owners if you know what it does",
    )


def runs_code(expression: Expression) -> bool:
    """Whether the planner may run one of the strange functions; also where that cannot be told."""
    if not expression.strange:
        return False
    if set(expression.strange) - set(expression.by_column):
        return True
    try:
        nodes = _parse(expression.tree)
    except NotRead:
        return True
    strange = set(expression.strange)
    calls = [node for node in _walk(nodes) if _function(node) in strange]
    # One that is used in some other way than by a call is not seen here.
    if {_function(node) for node in calls} != strange:
        return True
    return not all(any(_varies(argument) for argument in _arguments(node)) for node in calls)


def _varies(node: object) -> bool:
    """Whether an argument is certainly no constant, whatever the planner simplifies: a column of the table, or a call
    of a function of the server's own that has such an argument and no NULL beside it."""
    if not isinstance(node, Node):
        return False
    if node.kind == "VAR":
        return True
    if node.kind in _TRANSPARENT:
        return any(_varies(argument) for argument in node.fields.get(_TRANSPARENT[node.kind], ()))
    if node.kind not in ("FUNCEXPR", "OPEXPR") or (_function(node) or FIRST_NORMAL) >= FIRST_NORMAL:
        return False
    arguments = _arguments(node)
    certain = [_varies(argument) for argument in arguments]
    return any(certain) and all(one or _known_value(argument) for one, argument in zip(certain, arguments, strict=True))


def _known_value(node: object) -> bool:
    """Whether it is a constant that is not NULL, with which a strict function would be."""
    return isinstance(node, Node) and node.kind == "CONST" and node.fields.get("constisnull") == ["false"]


def _function(node: Node) -> int | None:
    """The oid of the function that a node calls."""
    values = node.fields.get(_CALLS.get(node.kind, ""), [])
    return int(values[0]) if len(values) == 1 and isinstance(values[0], str) and values[0].isdecimal() else None


def _arguments(node: Node) -> list[object]:
    values = node.fields.get("args", [])
    return values[0] if len(values) == 1 and isinstance(values[0], list) else []


def _walk(node: object) -> Iterable[Node]:
    """All nodes, from the outside in."""
    if isinstance(node, Node):
        yield node
        for values in node.fields.values():
            yield from _walk(values)
    elif isinstance(node, list):
        for one in node:
            yield from _walk(one)


def _parse(text: str) -> list[object]:
    """The nodes of a pg_node_tree (outfuncs.c): `{KIND :field value …}`, lists in parentheses. Raises NotRead."""
    if len(text) >= LONGEST:
        raise NotRead
    top: list[object] = []
    stack: list[list[object]] = [top]
    for token in _TOKEN.findall(text):
        if token in "({":
            stack.append([])
            if len(stack) > DEEPEST:
                raise NotRead
        elif token in ")}":
            if len(stack) == 1:
                raise NotRead
            inner = stack.pop()
            stack[-1].append(_node(inner) if token == "}" else inner)
        else:
            stack[-1].append(token)
    if len(stack) != 1:
        raise NotRead
    return top


def _node(tokens: list[object]) -> Node:
    fields: dict[str, list[object]] = {}
    values: list[object] = []
    for token in tokens[1:]:
        if isinstance(token, str) and token.startswith(":"):
            values = fields.setdefault(token[1:], [])
        else:
            values.append(token)
    if not tokens or not isinstance(tokens[0], str):
        raise NotRead
    return Node(kind=tokens[0], fields=fields)
