"""Parts of long INSERTs, and places of errors in them. Pure."""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from pgseq.commands.lint.parse.pieces import Place, Statement
from pgseq.commands.lint.parse.placeholders import ANY
from pgseq.commands.lint.parse.splitter import FIRST
from pgseq.sql.grammar import Node, NotUnderstood

#: The fields of a VALUES that ends with its rows, and those of an INSERT that does not.
_ROWS_ALONE: Final = {"valuesLists", "limitOption", "op"}
_VALUES: Final = re.compile(r"\bvalues\Z", re.IGNORECASE)
_BEHIND: Final = {"onConflictClause", "returningClause"}


def with_setval(part: Statement) -> Statement:
    """A part that cannot be read, with the word by which `scan_text` sees that another part calls setval()."""
    return part if "setval" in part.text.lower() else replace(part, text=f"{part.text}\nsetval")


def with_placeholder(part: Statement, error: NotUnderstood, later: str) -> Statement:
    """A part that cannot be read, with the first placeholder of a later part behind it, if it has none itself from the
    error on."""
    placeholder = ANY.search(later) if not ANY.search(part.text, max(error.position - 1, 0)) else None
    return replace(part, text=f"{part.text}\n({placeholder.group()})") if placeholder else part


def place_of(piece: Statement, error: NotUnderstood) -> Place:
    """The place of an error in the file."""
    if piece.shortened:
        return piece.place
    at = max(error.position - 1, 0)
    begin, (line, column) = (0, (piece.place.line, piece.place.column))
    if at >= piece.repeated > 0:
        begin, (line, column) = piece.repeated, piece.goes_on
    lines = piece.text[begin:at].split("\n")
    return Place(
        file=piece.place.file,
        line=line + len(lines) - 1,
        column=len(lines[-1]) + (column if len(lines) == 1 else 1),
        end=piece.place.end,
    )


def head_of(text: str, insert: Node) -> str | None:
    """The text before the first row of an INSERT … VALUES that ends with a row; None for any other."""
    select = insert.get("selectStmt", {}).get("SelectStmt", {})
    if "valuesLists" not in select or not select.keys() <= _ROWS_ALONE or not insert.keys().isdisjoint(_BEHIND):
        return None
    first = _location(select["valuesLists"][0])
    head = text.encode()[:first].rstrip(b"( \t\r\n").decode() if first is not None else ""
    return f"{head} " if _VALUES.search(head) and len(head) < FIRST else None


def _location(node: Node) -> int | None:
    """The first location in a node, in bytes."""
    locations: list[int] = []
    todo: list[object] = [node]
    while todo:
        tree = todo.pop()
        if isinstance(tree, dict):
            if isinstance(tree.get("location"), int):
                locations.append(tree["location"])
            todo += tree.values()
        elif isinstance(tree, list):
            todo += tree
    return min(locations, default=None)
