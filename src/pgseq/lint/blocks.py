"""Code that is not run here: a DO block's, what \\gexec sends, a statement that cannot be read.

What its words say of INSERT, COPY, UPDATE, setval(), RESTART and identity columns is taken as done, and not to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pgseq.grammar import Node
from pgseq.lint.columns import identity
from pgseq.lint.deeds import Deed
from pgseq.lint.moving import lose_all
from pgseq.lint.pieces import Place
from pgseq.lint.sequences import put
from pgseq.lint.storing import hide, stranger
from pgseq.lint.world import Table, World
from pgseq.names import parse_qualified

_COMMENT: Final = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_NAME: Final = r"(?:\w|\"[^\"]+\")[\w$]*"
_TABLE: Final = rf"(?P<table>{_NAME}(?:\s*\.\s*{_NAME})*)"
#: INSERT or COPY, its table and columns as far as the text has them: a name may be computed.
_STORES: Final = re.compile(
    rf"\b(?:insert\s+into|copy(?=[^;]*\sfrom\b))\s+{_TABLE}?\s*(?:\((?P<columns>[^()]*)\))?",
    re.IGNORECASE,
)
_UPDATES: Final = re.compile(
    rf"\bupdate\s+(?:only\s+)?{_TABLE}(?:\s+(?:as\s+)?\w+)?\s+set\s(?P<list>(?:(?!\bwhere\b)[^;])*)", re.IGNORECASE
)
_ASSIGNED: Final = re.compile(rf"({_NAME})\s*(?:,[^=()]*\)\s*)?=")
_IDENTITY: Final = re.compile(
    rf"\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?{_TABLE}?[^;]*?"
    rf"\balter\s+(?:column\s+)?(?P<column>{_NAME})?\s*[^;]*?\bgenerated\b[^;]*?\bidentity\b",
    re.IGNORECASE,
)
#: What moves sequences, and how that is said.
_MOVES: Final = {"setval": "calls setval()", "restart": "restarts sequences"}


def do(world: World, node: Node, place: Place) -> None:
    """DO."""
    parts = (one["DefElem"].get("arg", {}).get("String", {}).get("sval", "") for one in node.get("args", ()))
    said(world, " ".join(parts), place, "a DO block")


def said(world: World, code: str, place: Place, by: str) -> None:
    """What the words of a text say, `by` whom."""
    code = _COMMENT.sub(" ", code)
    for name, columns in _stored(code):
        _store(world, name, columns, Deed(how="insert", place=place, hidden=f"{by} stores rows"))
    for found in _UPDATES.finditer(code):
        table, given = _table(world, found["table"]), {_plain(one) for one in _ASSIGNED.findall(found["list"])}
        if table is not None:
            hidden = Deed(how="update", place=place, hidden=f"{by} updates it")
            hide((one for one in table.watched if one.name in given), hidden)
    for word, done in _MOVES.items():
        if word in code.lower():
            lose_all(world, Deed(how="setval", place=place, hidden=f"{by} {done}"))
    for found in _IDENTITY.finditer(code):
        hidden = Deed(how="define", place=place, hidden=f"{by} makes an identity column")
        _identity(world, _table(world, found["table"]), _plain(found["column"] or ""), hidden)


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
    table = world.table(_named(name))
    if table is None:
        stranger(world, _named(name), deed)
        return
    table.rows = None
    # What it draws for a column left out is a step ahead, if it is one.
    hide((one for one in table.watched if columns is None or one.name in columns), deed)


def _identity(world: World, table: Table | None, column: str, deed: Deed) -> None:
    """A column draws from a sequence of its own, and nobody knows where it stands."""
    if table is None or column not in table.columns:
        world.opaque.append(deed)
        return
    fed = table.columns[column]
    if fed.sequence is None:
        identity(world, table, fed, {}, deed)
    if fed.sequence is not None:
        put(fed.sequence, None, deed)


def _table(world: World, name: str | None) -> Table | None:
    parts = parse_qualified(name) if name else None
    return world.table(_named(parts)) if parts else None


def _named(parts: tuple[str, ...]) -> Node:
    return {"relname": parts[-1]} | ({"schemaname": parts[-2]} if len(parts) > 1 else {})


def _plain(name: str) -> str:
    """A column's name, folded and unquoted."""
    parts = parse_qualified(name) if name else None
    return parts[-1] if parts else ""
