"""What the text of a failed statement shows: the values that an INSERT gives a column, what is done, to which sequence.

By PostgreSQL's lexical rules alone (PostgreSQL documentation, "Lexical Structure"): the grammar is an extra, and a text
from a log may be cut. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, Literal

from pgseq.names import parse_qualified
from pgseq.text.integers import integer

#: Privileges on a relation, as GRANT names them.
Privilege = Literal["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "USAGE"]

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
_NUMBER: Final = re.compile(r"'?([+-]?[0-9]+)'?")
_CALL: Final = re.compile(r"\b(?:nextval|setval|currval)[\s(]+'((?:[^']|'')*)'", re.IGNORECASE)
_PRIVILEGES: Final[dict[str, Privilege]] = {
    "select": "SELECT",
    "insert": "INSERT",
    "update": "UPDATE",
    "delete": "DELETE",
    "truncate": "TRUNCATE",
}


def gives(statement: str, table: str, column: str, value: int) -> bool:
    """Whether an INSERT into `table` gives `column` that value itself, and leaves no row of it to the sequence.

    DEFAULT, nextval(), a parameter and anything computed are not a value that the client gave; what a list of columns
    does not name is not looked for.
    """
    words = _words(statement)
    for at, word in enumerate(words):
        if word.lower() == "into" and at and words[at - 1].lower() == "insert":
            cells = list(_cells(words[at + 1 :], table, column))
            if any(_number(cell) == value for cell in cells) and not any(map(_drawn, cells)):
                return True
    return False


def privilege_on_table(statement: str) -> Privilege | None:
    """The privilege on a table that a statement needs first; None where the text leaves more than one possible."""
    words = [word.lower() for word in _words(statement)]
    also = _PRIVILEGES.keys() & words[1:]
    return _PRIVILEGES.get(words[0]) if words and not also else None


def privilege_on_sequence(statement: str, name: str) -> Privilege:
    """The privilege on a sequence that a statement needs: UPDATE for setval(), SELECT to read its table, else USAGE.

    Source: PostgreSQL documentation, "Sequence Manipulation Functions" and GRANT.
    """
    words = _words(statement)
    small = [word.lower() for word in words]
    if ("setval", "(") in pairwise(small):
        return "UPDATE"
    read = any(before.lower() in ("from", ".") and _name(word) == name for before, word in pairwise(words))
    return "SELECT" if read and small[0] in ("select", "copy", "with") else "USAGE"


def names(text: str, sequence: str) -> bool:
    """Whether nextval(), setval() or currval() is called for a sequence of that name in a statement, a default or a
    CONTEXT."""
    sequences = (parse_qualified(one.replace("''", "'")) for one in _CALL.findall(text))
    return any(parts is not None and parts[-1] == sequence for parts in sequences)


def qualifier(statement: str, name: str) -> str:
    """The schema that a statement writes before a relation's name; empty for none."""
    words = _words(statement)
    for schema, dot, relation in zip(words, words[1:], words[2:], strict=False):
        if dot == "." and _name(relation) == name:
            return _name(schema)
    names = (parse_qualified(one.replace("''", "'")) for one in _CALL.findall(statement))
    return next((parts[-2] for parts in names if parts and len(parts) > 1 and parts[-1] == name), "")


def _words(statement: str) -> list[str]:
    """The tokens of a statement, without blanks and comments."""
    return [found[0] for found in _TOKEN.finditer(statement[:LONGEST]) if found["blank"] is None]


def _name(word: str) -> str:
    """An identifier as the catalog spells it; empty for any other token."""
    parts = parse_qualified(word)
    return parts[-1] if parts else ""


def _cells(words: list[str], table: str, column: str) -> Iterator[list[str]]:
    """The tokens of each value that the rows behind VALUES have for `column`."""
    start = words.index("(") if "(" in words else len(words)
    named = words[:start]
    if len(named) > 2 and named[1] == ".":
        named = named[2:]
    if not named or _name(named[0]) != table:
        return
    lists = _lists(words[start:])
    columns, behind = next(lists, ([], []))
    names = [_name(one[0]) for one in columns if one]
    if column not in names or [word.lower() for word in behind] not in (
        ["values"],
        ["overriding", "system", "value", "values"],
    ):
        return
    place = names.index(column)
    for row, following in lists:
        if place < len(row):
            yield row[place]
        if following != [","]:
            return


def _lists(words: list[str]) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Each list in brackets, as the tokens between its commas, and the tokens from its end to the next one."""
    depth = 0
    items: list[list[str]] = []
    behind: list[str] = []
    for word in words:
        if word == "(" and not depth and items:
            yield items, behind
            items, behind = [], []
        depth -= word == ")"
        if depth:
            if word == "," and depth == 1:
                items.append([])
            else:
                items[-1].append(word)
        elif word == "(":
            items = [[]]
        elif word != ")":
            behind.append(word)
        depth += word == "("
    if items:
        yield items, behind


def _number(cell: list[str]) -> int | None:
    """The integer that a cell is, perhaps in brackets or cast; None for anything else."""
    words = cell[: cell.index("::")] if "::" in cell else cell
    match = _NUMBER.fullmatch("".join(word for word in words if word not in "()"))
    return integer(match[1]) if match else None


def _drawn(cell: list[str]) -> bool:
    """Whether a cell is left to the sequence."""
    return any(word.lower() in ("default", "nextval") for word in cell)
