"""Statements as tokens, by PostgreSQL's lexical rules alone (PostgreSQL documentation, "Lexical Structure"). Pure.

The grammar is an extra, and a text from a log may be cut or be followed by a wrapper's words.
"""

from __future__ import annotations

import re
from typing import Final

from pgseq.names import parse_qualified

#: Characters of a statement that are looked at.
LONGEST: Final = 100_000
#: What a cut has left open goes on to the end: were it tried otherwise, each of many would be looked through anew.
_TOKEN: Final = re.compile(
    r"""(?P<blank>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
      | [eE]'(?:[^'\\]|''|\\.)*+(?:'|\\?\Z)
      | '(?:[^']|'')*+(?:'|\Z)
      | "(?:[^"]|"")*+(?:"|\Z)
      | \$\d+
      | (?P<dollar>\$(?:[^\W\d]\w*)?\$).*?(?:(?P=dollar)|\Z)
      | \d+(?:\.\d+)?
      | [^\W\d][\w$]*
      | ::
      | .""",
    re.VERBOSE | re.DOTALL,
)


def words(statement: str) -> list[str]:
    """The tokens of a statement, without blanks and comments."""
    return [found[0] for found in _TOKEN.finditer(statement[:LONGEST]) if found["blank"] is None]


def name(word: str) -> str:
    """An identifier as the catalog spells it; empty for any other token."""
    parts = parse_qualified(word)
    return parts[-1] if parts else ""


def items(tokens: list[str], at: int, ends: frozenset[str] = frozenset()) -> tuple[list[list[str]], int]:
    """The tokens between the commas of a list, and where the list ends: at the bracket that closes it, at one of the
    words `ends` outside of brackets, or with the tokens. `at` is behind the bracket that opens it."""
    lists: list[list[str]] = [[]]
    depth = 0
    for place in range(at, len(tokens)):
        word = tokens[place]
        if not depth and (word == ")" or word.lower() in ends):
            return lists, place
        depth += (word == "(") - (word == ")")
        if word == "," and not depth:
            lists.append([])
        else:
            lists[-1].append(word)
    return lists, len(tokens)
