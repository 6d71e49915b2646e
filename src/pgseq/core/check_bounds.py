"""The least and greatest value that a CHECK constraint leaves, where it is plain: comparisons with constants, joined by
AND. Anything else bounds nothing. Pure.

The text is that of pg_get_constraintdef(), which puts operators into parentheses (PostgreSQL documentation, "System
Catalog Information Functions").
"""

from __future__ import annotations

import re
from typing import Final

from pgseq.text.integers import integer
from pgseq.text.patterns import lazily

_TOKEN: Final = lazily(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|::|<=|>=|<>|[<>=()]|[^\s()<>=:"\']+|.', re.DOTALL)
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
#: Types that a constant or the column is cast to without another meaning.
_TYPES: Final = lazily(r"(smallint|integer|bigint|numeric)\Z")

Bounds = tuple[int | None, int | None]


def bounds(definition: str, column: str) -> Bounds:
    """The least and greatest value of `column` (quoted where SQL needs it; VALUE in a domain) that the constraint
    allows; None: no bound."""
    text = definition.removeprefix("CHECK ").removesuffix(" NOT VALID").removesuffix(" NO INHERIT")
    lowest: int | None = None
    highest: int | None = None
    for tokens in _conjuncts(_TOKEN.findall(text)):
        low, high = _compared(tokens, column)
        lowest = low if lowest is None else lowest if low is None else max(lowest, low)
        highest = high if highest is None else highest if high is None else min(highest, high)
    return lowest, highest


def _conjuncts(tokens: list[str]) -> list[list[str]]:
    """The parts joined by AND at the top, each without parentheses around it."""
    waiting, parts = [tokens], []
    while waiting:
        inner = _bare([token for token in waiting.pop() if not token.isspace()])
        pieces = _split(inner)
        if len(pieces) > 1:
            waiting += pieces
        else:
            parts.append(inner)
    return parts


def _bare(tokens: list[str]) -> list[str]:
    while tokens[:1] == ["("] and _closing(tokens) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _closing(tokens: list[str]) -> int:
    """Where the parenthesis that opens the tokens closes."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token == "(") - (token == ")")
        if depth == 0:
            return place
    return -1


def _split(tokens: list[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if token == "AND" and depth == 0:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def _compared(tokens: list[str], column: str) -> Bounds:
    """The bounds by one comparison of the column with a constant."""
    places = [place for place, token in enumerate(tokens) if token in _MIRRORED]
    if len(places) != 1:
        return None, None
    left, operator, right = tokens[: places[0]], tokens[places[0]], tokens[places[0] + 1 :]
    if _operand(left) == column:
        value = _constant(right)
    elif _operand(right) == column:
        value, operator = _constant(left), _MIRRORED[operator]
    else:
        return None, None
    if value is None:
        return None, None
    return {
        "<": (None, value - 1),
        "<=": (None, value),
        ">": (value + 1, None),
        ">=": (value, None),
        "=": (value, value),
    }[operator]


def _operand(tokens: list[str]) -> str | None:
    """An operand without its parentheses and a cast between numbers; None: more than a name or a constant."""
    tokens = _bare(tokens)
    while len(tokens) > 2 and tokens[-2] == "::" and _TYPES.match(tokens[-1]):
        tokens = _bare(tokens[:-2])
    return tokens[0] if len(tokens) == 1 else None


def _constant(tokens: list[str]) -> int | None:
    text = _operand(tokens)
    if text is None or not re.fullmatch(r"'?-?\d+'?", text):
        return None
    return integer(text.strip("'"))
