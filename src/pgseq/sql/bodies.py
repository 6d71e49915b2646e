"""The statements in the body of a routine or of a DO block, and whether each is certain to run. Pure.

Rules: PostgreSQL documentation, "PL/pgSQL": control structures; a condition, a loop and a block with EXCEPTION may run
what is in them any number of times, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from pgseq.sql import trees
from pgseq.sql.grammar import Node, NotUnderstood, Parse, TooDeep, parse_plpgsql

#: Parts of libpg_query's trees of PL/pgSQL that may run more than once, or not at all.
_LOOSE: Final = frozenset(
    f"PLpgSQL_{name}"
    for name in [
        "stmt_if",
        "if_elsif",
        "stmt_case",
        "case_when",
        "stmt_loop",
        "stmt_while",
        "stmt_fori",
        "stmt_fors",
        "stmt_forc",
        "stmt_foreach_a",
        "stmt_dynfors",
        "exception",
        "exception_block",
    ]
)
#: Fields whose expressions give the text of a statement.
_DYNAMIC: Final = {("PLpgSQL_stmt_dynexecute", "query"), ("PLpgSQL_stmt_dynfors", "query")}
_DYNAMIC_QUERY: Final = "dynquery"
#: RawParseMode of src/include/parser/parser.h.
_STATEMENT, _EXPRESSION = 0, 2
_ASSIGNED: Final = re.compile(r"\s*(?P<target>[^:=]*[^:=\s])\s*:?=(?P<value>.*)", re.DOTALL)
#: A condition that holds the first time: what it asks for has not been made.
_FIRST_TIME: Final = re.compile(r"\s*\(*\s*not\s+exists\b", re.IGNORECASE)


class BodyStatement(Struct, frozen=True, kw_only=True):
    """A statement of a body; an expression is a SELECT."""

    statement: Node | None = None
    #: In place of it: the text of an expression that gives the text of a statement.
    dynamic: str = ""
    #: It runs once whenever the body runs.
    certain: bool
    #: The variable that gets the value, as it is written: `new.id`.
    target: str = ""


def plpgsql(text: str, parse: Parse) -> list[BodyStatement]:
    """The steps of a CREATE FUNCTION or DO in PL/pgSQL. Raises NotUnderstood."""
    try:
        return list(_steps(parse_plpgsql(text), parse, certain=True))
    except RecursionError:
        raise TooDeep from None


def sql(text: str, parse: Parse) -> list[BodyStatement]:
    """The steps of a body in SQL. Raises NotUnderstood."""
    return [BodyStatement(statement=statement, certain=True) for statement in parse(text)]


def _steps(tree: Any, parse: Parse, *, certain: bool) -> Iterator[BodyStatement]:
    if isinstance(tree, list):
        for item in tree:
            yield from _steps(item, parse, certain=certain)
            certain = certain and not _may_return(item)
    elif isinstance(tree, dict):
        for kind, body in tree.items():
            yield from _part(kind, body, parse, certain=certain)


def _part(kind: str, body: Any, parse: Parse, *, certain: bool) -> Iterator[BodyStatement]:
    if kind == "PLpgSQL_stmt_if" and _FIRST_TIME.match(body["cond"]["PLpgSQL_expr"]["query"]):
        yield from _steps(body.get("then_body", []), parse, certain=certain)
        yield from _steps([body.get("elsif_list", []), body.get("else_body", [])], parse, certain=False)
        return
    certain = certain and kind not in _LOOSE and not (isinstance(body, dict) and "exceptions" in body)
    if kind == "PLpgSQL_expr":
        yield from _expression(body, parse, certain=certain)
    elif isinstance(body, dict):
        for name, part in body.items():
            if ((kind, name) in _DYNAMIC or name == _DYNAMIC_QUERY) and "PLpgSQL_expr" in part:
                yield from _dynamic(part["PLpgSQL_expr"]["query"], parse, certain=certain)
            else:
                yield from _part(name, part, parse, certain=certain)
    elif isinstance(body, list):
        yield from _steps(body, parse, certain=certain)


def _expression(expression: Node, parse: Parse, *, certain: bool) -> Iterator[BodyStatement]:
    text, mode, target = expression["query"], expression.get("parseMode", _STATEMENT), ""
    if mode > _EXPRESSION:
        assignment = _ASSIGNED.fullmatch(text)
        if assignment is None:
            raise NotUnderstood(text)
        target, text = assignment["target"], assignment["value"]
    if mode != _STATEMENT:
        text = f"SELECT {text}"
    for statement in parse(text):
        yield BodyStatement(statement=statement, certain=certain, target=target)


def _dynamic(text: str, parse: Parse, *, certain: bool) -> Iterator[BodyStatement]:
    """EXECUTE of a literal is the statement in it."""
    (select,) = parse(f"SELECT {text}")
    literal = trees.constant(select["SelectStmt"]["targetList"][0]["ResTarget"]["val"])
    if literal is None:
        yield BodyStatement(dynamic=text, certain=certain)
        return
    for statement in parse(literal):
        yield BodyStatement(statement=statement, certain=certain)


def _may_return(item: Any) -> bool:
    """Whether a condition or a loop may end the body."""
    if not isinstance(item, dict):
        return False
    return any(kind in _LOOSE and "PLpgSQL_stmt_return'" in repr(body) for kind, body in item.items())
