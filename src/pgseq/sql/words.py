"""What a text that the grammar does not read would do to ids and sequences, by its words: in bodies and statements that
cannot be read, in texts that are computed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pgseq.names import parse_qualified
from pgseq.sql import trees
from pgseq.sql.grammar import Node
from pgseq.sql.uses import Use

_COMMENT: Final = re.compile(r"--[^\n]*+|/\*.*?\*/", re.DOTALL)
_LINE_COMMENT: Final = re.compile(r"--[^\n]*+")
_NAME: Final = r"(?:\w|\"[^\"]+\")[\w$]*+"
_TABLE: Final = rf"(?P<table>{_NAME}(?:\s*\.\s*{_NAME})*)"


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


#: INSERT or COPY, with table and columns if the text shows them: a name may be computed.
_STORES: Final = _words(rf"\b(?:insert\s+into|(?P<copy>copy))\s+{_TABLE}?\s*(?:\((?P<columns>[^()]*)\))?")
_FROM: Final = _words(r"\sfrom\b")
_UPDATES: Final = _words(rf"\bupdate\s+(?:only\s+)?{_TABLE}(?:\s+(?:as\s+)?\w+)?\s+set\s")
_WHERE: Final = _words(r"\bwhere\b")
_ASSIGNED: Final = re.compile(rf"(?<![\w$])({_NAME})\s*+(?:,[^=()]{{0,500}}+\)\s*+)?=")
_ALTERS: Final = _words(rf"\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?{_TABLE}?")
_COLUMN: Final = _words(rf"\balter\s+(?:column\s+)?(?P<column>{_NAME})?")
_GENERATED: Final = _words(r"\bgenerated\b")
_IDENTITY: Final = _words(r"\bidentity\b")


def uses(text: str) -> Iterator[Use]:
    """The uses that a text seems to have, without rows; without `relation`: its name is computed, or any sequence is
    meant. Those that make identity columns stand last."""
    text = _uncommented(text)
    statements = text.split(";")
    for statement in statements:
        yield from _stored(statement)
        yield from _updated(statement)
    if "setval" in text.lower():
        yield Use(kind="setval")
    if "restart" in text.lower():
        yield Use(kind="restart")
    for statement in statements:
        yield from _made_identity(statement)


def _uncommented(text: str) -> str:
    # Block comments are searched for only up to the last end of one.
    end = text.rfind("*/") + 2 if "*/" in text else 0
    return _COMMENT.sub(" ", text[:end]) + _LINE_COMMENT.sub(" ", text[end:])


def _stored(text: str) -> Iterator[Use]:
    last_from = max((match.start() for match in _FROM.finditer(text)), default=-1)
    for match in _STORES.finditer(text):
        if match["copy"] and match.end("copy") > last_from:
            continue
        listed = match["columns"].split(",") if match["columns"] is not None else [""]
        names = tuple(map(_plain, listed))
        yield Use(kind="insert", relation=_relation(match["table"]), columns=None if "" in names else names)


def _updated(text: str) -> Iterator[Use]:
    at = 0
    while match := _UPDATES.search(text, at):
        where = _WHERE.search(text, match.end())
        at = where.start() if where else len(text)
        columns = tuple(map(_plain, _ASSIGNED.findall(text[match.end() : at])))
        yield Use(kind="update", relation=_relation(match["table"]), columns=columns)


def _made_identity(text: str) -> Iterator[Use]:
    at = 0
    while (
        (table := _ALTERS.search(text, at))
        and (column := _COLUMN.search(text, table.end()))
        and (generated := _GENERATED.search(text, column.end()))
        and (identity := _IDENTITY.search(text, generated.end()))
    ):
        yield Use(kind="identity", relation=_relation(table["table"]), columns=(_plain(column["column"]),))
        at = identity.end()


def _relation(name: str | None) -> Node | None:
    parts = parse_qualified(name) if name else None
    return trees.relation(parts) if parts else None


def _plain(name: str | None) -> str:
    """A column's name, folded and unquoted; empty: it is computed."""
    parts = parse_qualified(name.strip()) if name else None
    return parts[-1] if parts else ""
