"""Whether reading a table would run a function of its owner, judged from pg_node_tree. Pure.

The planner evaluates constant parts of the expressions of a table's indexes, statistics and partition keys, with the
privileges of the reader (eval_const_expressions() in clauses.c, called by RelationGetIndexExpressions(),
get_relation_statistics() and RelationBuildPartitionKey()). It calls a function whose arguments are all constants. It
inlines a function written in SQL first, and then evaluates the constant parts of its body.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from pgseq.model.sequences import NotSeen, Problem
from pgseq.text.patterns import lazily

#: Longest expression that is parsed, in characters of pg_node_tree.
LONGEST: Final = 100_000
#: Deepest nesting that is parsed.
DEEPEST: Final = 200
#: Lowest oid of an object that initdb did not create (FirstNormalObjectId in transam.h).
FIRST_NORMAL: Final = 16384

_TOKEN = lazily(r"[(){}]|(?:\\.|[^\s(){}\\])+", re.DOTALL)

#: Nodes that are constant exactly when their only argument is.
_TRANSPARENT: Final = {"RELABELTYPE": "arg", "COERCEVIAIO": "arg", "COLLATEEXPR": "arg"}
#: Nodes that call a function, and the field that names it.
_CALLS: Final = {
    "FUNCEXPR": "funcid",
    "OPEXPR": "opfuncid",
    "DISTINCTEXPR": "opfuncid",
    "NULLIFEXPR": "opfuncid",
    "SCALARARRAYOPEXPR": "opfuncid",
}


class Expression(Struct, frozen=True, kw_only=True):
    """A row of planned_code.sql: an expression that the planner evaluates, and the untrusted functions in it."""

    relid: int
    what: str
    tree: str
    strange: list[int]
    by_column: list[int]
    name: str
    owner: str
    mark: str


class Node(Struct, frozen=True, kw_only=True):
    """A node of an expression: its kind, and by name its fields, each a list of tokens, lists and nodes."""

    kind: str
    fields: dict[str, list[object]]


class UnknownTree(ValueError):
    """An expression that is too long, too deep, or not in a known form."""


def judge_tables(expressions: Iterable[Expression], tables: dict[int, str]) -> dict[int, str | Problem]:
    """By table: a mark of what the planner evaluates, or why the table must not be read. Tables without expressions
    are left out. `tables` maps oids to quoted names."""
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
    """Why a table is not read: it would run this expression."""
    return NotSeen(
        reason=f"reading {table} would run a function of {expression.owner}: {expression.name} ({expression.what})",
        hint=f"connect as {expression.owner}, or pass --trust-owners if you know what it does",
    )


def runs_code(expression: Expression) -> bool:
    """Whether the planner may run one of the untrusted functions; True also when that cannot be decided."""
    if not expression.strange:
        return False
    if set(expression.strange) - set(expression.by_column):
        return True
    try:
        nodes = _parse(expression.tree)
    except UnknownTree:
        return True
    strange = set(expression.strange)
    calls = [node for node in _walk(nodes) if _function(node) in strange]
    # A function that is used other than by a call is not in `calls`.
    if {_function(node) for node in calls} != strange:
        return True
    return not all(any(_varies(argument) for argument in _arguments(node)) for node in calls)


def _varies(node: object) -> bool:
    """Whether an argument can never become a constant: a column of the table, or a call of a built-in function with
    such an argument and no NULL among the others."""
    if not isinstance(node, Node):
        return False
    if node.kind == "VAR":
        return True
    if node.kind in _TRANSPARENT:
        return any(_varies(argument) for argument in node.fields.get(_TRANSPARENT[node.kind], ()))
    if node.kind not in ("FUNCEXPR", "OPEXPR") or (_function(node) or FIRST_NORMAL) >= FIRST_NORMAL:
        return False
    arguments = _arguments(node)
    varying = [_varies(argument) for argument in arguments]
    return any(varying) and all(map(lambda varies, argument: varies or _known_value(argument), varying, arguments))


def _known_value(node: object) -> bool:
    """Whether it is a constant other than NULL: with a NULL, a call of a strict function is constant."""
    return isinstance(node, Node) and node.kind == "CONST" and node.fields.get("constisnull") == ["false"]


def _function(node: Node) -> int | None:
    """The oid of the function that the node calls."""
    values = node.fields.get(_CALLS.get(node.kind, ""), [])
    return int(values[0]) if len(values) == 1 and isinstance(values[0], str) and values[0].isdecimal() else None


def _arguments(node: Node) -> list[object]:
    values = node.fields.get("args", [])
    return values[0] if len(values) == 1 and isinstance(values[0], list) else []


def _walk(node: object) -> Iterable[Node]:
    """All nodes, outer ones first."""
    if isinstance(node, Node):
        yield node
        for values in node.fields.values():
            yield from _walk(values)
    elif isinstance(node, list):
        for item in node:
            yield from _walk(item)


def _parse(text: str) -> list[object]:
    """The nodes of a pg_node_tree (outfuncs.c): `{KIND :field value …}`, lists in parentheses. Raises UnknownTree."""
    if len(text) >= LONGEST:
        raise UnknownTree
    top: list[object] = []
    stack: list[list[object]] = [top]
    for token in _TOKEN.findall(text):
        if token in "({":
            stack.append([])
            if len(stack) > DEEPEST:
                raise UnknownTree
        elif token in ")}":
            if len(stack) == 1:
                raise UnknownTree
            inner = stack.pop()
            stack[-1].append(_node(inner) if token == "}" else inner)
        else:
            stack[-1].append(token)
    if len(stack) != 1:
        raise UnknownTree
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
        raise UnknownTree
    return Node(kind=tokens[0], fields=fields)
