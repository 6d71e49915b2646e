"""DO: its code is not run here. What it says of setval(), INSERT and COPY is taken as done, and not to be told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pgseq.grammar import Node
from pgseq.lint.moving import lose_all
from pgseq.lint.pieces import Place
from pgseq.lint.storing import hide, stranger
from pgseq.lint.world import Deed, World
from pgseq.names import parse_qualified

_COMMENT: Final = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_NAME: Final = r"(?:\w|\"[^\"]+\")[\w$]*"
#: INSERT or COPY, its table and columns as far as the text has them: a name may be computed.
_STORES: Final = re.compile(
    r"\b(?:insert\s+into|copy(?=[^;]*\sfrom\b))\s+"
    rf"(?P<table>{_NAME}(?:\s*\.\s*{_NAME})*)?\s*(?:\((?P<columns>[^()]*)\))?",
    re.IGNORECASE,
)
_STORED: Final = "a DO block stores rows"


def do(world: World, node: Node, place: Place) -> None:
    """DO."""
    parts = (one["DefElem"].get("arg", {}).get("String", {}).get("sval", "") for one in node.get("args", ()))
    code = _COMMENT.sub(" ", " ".join(parts))
    for table, columns in _stored(code):
        _store(world, table, columns, Deed(how="insert", place=place, hidden=_STORED))
    if "setval" in code.lower():
        lose_all(world, Deed(how="setval", place=place, hidden="a DO block calls setval()"))


def _stored(code: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...] | None]]:
    """The tables that the code stores rows in, with the columns listed; a table without a name where it is computed."""
    for found in _STORES.finditer(code):
        table = parse_qualified(found["table"]) if found["table"] else None
        listed = found["columns"].split(",") if found["columns"] is not None else None
        names = [parse_qualified(one.strip()) for one in listed or ()]
        yield tuple(table or ()), None if listed is None or None in names else tuple(one[-1] for one in names if one)


def _store(world: World, name: tuple[str, ...], columns: tuple[str, ...] | None, deed: Deed) -> None:
    if not name:
        world.opaque.append(deed)
        return
    named = {"relname": name[-1]} | ({"schemaname": name[-2]} if len(name) > 1 else {})
    table = world.table(named)
    if table is None:
        stranger(world, named, deed)
        return
    # What it draws for a column left out is a step ahead, if it is one.
    hide((one for one in table.watched if columns is None or one.name in columns), deed)
