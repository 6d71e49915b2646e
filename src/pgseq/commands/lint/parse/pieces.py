"""The pieces into which psql splits a file of SQL: frozen values."""

from __future__ import annotations

import re

from msgspec import Struct


class Place(Struct, frozen=True, kw_only=True):
    """A place in a file: line and column in characters, both from 1, and the last line."""

    file: str
    line: int
    column: int
    end: int


class Statement(Struct, frozen=True, kw_only=True):
    """A statement's text from its first word on, without the semicolon."""

    text: str
    place: Place
    #: For a later part of a long INSERT: how many characters of the beginning are repeated, and line and column of the
    #: text behind them.
    repeated: int = 0
    goes_on: tuple[int, int] = (0, 0)
    #: More parts of a long INSERT follow.
    more: bool = False
    #: psql's command that sends it, without the backslash; empty: its semicolon.
    sent_by: str = ""
    #: The middle of a long quoted text in it is left out.
    shortened: bool = False
    #: Only its beginning is kept.
    cut: bool = False


class InsertedRows(Struct, frozen=True, kw_only=True):
    """Rows of a long INSERT, each with its comma, that match the pattern of its `Opening`."""

    data: bytes


class Opening(Struct, frozen=True, kw_only=True):
    """How a long INSERT … VALUES begins."""

    #: All up to its first row.
    head: str
    #: Matches rows, each with its comma, that can be read without the grammar; None: none can.
    rows: re.Pattern[bytes] | None


class PsqlCommand(Struct, frozen=True, kw_only=True):
    """A command of psql's, from the backslash to the end of the line."""

    text: str
    place: Place

    @property
    def words(self) -> list[str]:
        """The command's name without the backslash, and its arguments."""
        return self.text[1:].split()


class Comment(Struct, frozen=True, kw_only=True):
    """A comment from `--` to the end of the line."""

    text: str
    place: Place
    #: It is alone on its line.
    alone: bool


Piece = Statement | InsertedRows | PsqlCommand | Comment
