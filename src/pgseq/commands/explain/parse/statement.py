"""What the text of a failed statement shows: the privilege that it needs, and the sequence that it calls. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, Literal

from pgseq.commands.explain.parse.tokens import name as identifier
from pgseq.commands.explain.parse.tokens import words
from pgseq.names import parse_qualified

#: Privileges on a relation, as GRANT names them.
Privilege = Literal["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "USAGE"]

#: A call of a sequence by its name.
CALL: Final = re.compile(r"\b(?:nextval|setval|currval)[\s(]+'((?:[^']|'')*)'", re.IGNORECASE)
_PRIVILEGES: Final[dict[str, Privilege]] = {
    "select": "SELECT",
    "insert": "INSERT",
    "update": "UPDATE",
    "delete": "DELETE",
    "truncate": "TRUNCATE",
}


def privilege_on_table(statement: str) -> Privilege | None:
    """The privilege on a table that a statement needs first; None where the text leaves more than one possible."""
    small = [word.lower() for word in words(statement)]
    also = _PRIVILEGES.keys() & small[1:]
    return _PRIVILEGES.get(small[0]) if small and not also else None


def privilege_on_sequence(statement: str, name: str) -> Privilege:
    """The privilege on a sequence that a statement needs: UPDATE for setval(), SELECT to read its table, else USAGE.

    Source: PostgreSQL documentation, "Sequence Manipulation Functions" and GRANT.
    """
    tokens = words(statement)
    small = [word.lower() for word in tokens]
    if ("setval", "(") in pairwise(small):
        return "UPDATE"
    read = any(before.lower() in ("from", ".") and identifier(word) == name for before, word in pairwise(tokens))
    return "SELECT" if read and small[0] in ("select", "copy", "with") else "USAGE"


def names(text: str, sequence: str) -> bool:
    """Whether nextval(), setval() or currval() is called for a sequence of that name in a statement, a default or a
    CONTEXT."""
    sequences = (parse_qualified(one.replace("''", "'")) for one in CALL.findall(text))
    return any(parts is not None and parts[-1] == sequence for parts in sequences)


def qualifier(statement: str, name: str) -> str:
    """The schema that a statement writes before a relation's name; empty for none."""
    tokens = words(statement)
    for schema, dot, relation in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if dot == "." and identifier(relation) == name:
            return identifier(schema)
    names = (parse_qualified(one.replace("''", "'")) for one in CALL.findall(statement))
    return next((parts[-2] for parts in names if parts and len(parts) > 1 and parts[-1] == name), "")
