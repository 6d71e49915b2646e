"""What a file of SQL is made of, as psql cuts it: frozen values."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands: line and column in characters, both from 1, and its last line."""

    file: str
    line: int
    column: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement's text from its first word on, without the semicolon."""

    text: str
    place: Place
    #: A later part of a long INSERT: so many characters of its beginning are repeated, and line and column of what
    #: follows them.
    repeated: int = 0
    goes_on: tuple[int, int] = (0, 0)
    #: More parts of a long INSERT follow.
    more: bool = False
    #: The command of psql's that sends it, without the backslash; empty: its semicolon does.
    sent_by: str = ""
    #: Of something quoted in it the middle is left out, for its length.
    shortened: bool = False
    #: Only its beginning is kept.
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a long INSERT, each with the comma behind it, that match the pattern of its `Opening`."""

    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a long INSERT … VALUES begins."""

    #: All up to its first row.
    head: str
    #: Matches as many rows, each with the comma behind it, as can be read without the grammar; None: none can.
    rows: re.Pattern[bytes] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of psql's, from the backslash to the end of the line."""

    text: str
    place: Place

    @property
    def words(self) -> list[str]:
        """The command's name without the backslash, and its arguments."""
        return self.text[1:].split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment from `--` to the end of the line."""

    text: str
    place: Place
    #: Nothing stands before it in its line.
    alone: bool


Piece = Statement | Rows | Command | Comment
