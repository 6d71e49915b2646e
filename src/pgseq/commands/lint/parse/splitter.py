"""Splits a file into statements, psql's commands and comments, as psql does.

Rules: src/fe_utils/psqlscan.l (quotes, nested comments, dollar quotes, parentheses, BEGIN ATOMIC bodies) and
src/bin/psql/copy.c (data end with a line `\\.`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from typing import Final, Literal

from pgseq.commands.lint.parse import lexemes
from pgseq.commands.lint.parse.copy_data import end_of_data, lines
from pgseq.commands.lint.parse.cursor import Cursor
from pgseq.commands.lint.parse.pieces import Comment, InsertedRows, Opening, Piece, Place, PsqlCommand, Statement
from pgseq.commands.lint.parse.routines import Body, is_routine
from pgseq.commands.lint.parse.way_back import HASH_MARK, WORDS

#: An INSERT of more bytes is split between its rows: every LONG bytes if they need the grammar, otherwise every FEW.
FIRST: Final = 2**14
LONG: Final = 2**16
FEW: Final = 2**12

#: Between two rows.
_BETWEEN: Final = re.compile(rb"[\s,]*+")
_ROW_FOLLOWS: Final = re.compile(rb"\s*+,\s*+(?=\()")
#: Of longer quoted text the beginning and the end are kept, of a longer comment nothing.
_QUOTED: Final = 2**20
#: Bytes of the largest statement that a server takes.
_LARGEST: Final = 2**30

Ending = Literal["", "data", "quoted", "statement"]
#: Given an INSERT so far: how it begins, where more rows may follow.
Open = Callable[[Statement], Opening | None]


class Splitter:
    """The pieces of a file. After COPY … FROM STDIN the caller has to take the lines of `data` first.

    `whole`: every statement is given with all of its text, which takes the memory for it.

    `conforming`: standard_conforming_strings. `ended_in`: what the file ends within, if anything: COPY `data`, a
    `quoted` text or comment, a `statement` without its semicolon.
    """

    def __init__(self, blocks: Iterator[bytes], file: str, open_insert: Open, *, whole: bool = False) -> None:
        self.conforming = True
        self.ended_in: Ending = ""
        self._text = Cursor(blocks, _LARGEST) if whole else Cursor(blocks)
        self._quoted = _LARGEST if whole else _QUOTED
        self._file = file
        self._open = open_insert
        self._start = (1, 1)
        self._body: Body | None = None
        self._insert: Opening | None = None
        self._goes_on = (0, 0)
        self._in_data = False
        #: Bytes of a statement from which on it is split between rows, if it is an INSERT.
        self._limit = FIRST

    def __iter__(self) -> Iterator[Piece]:
        text, depth = self._text, 0
        while True:
            if not text.keeps and not self._begin():
                return
            start = text.at
            text.at = lexemes.RUNS[self.conforming].match(text.block, start).end()  # type: ignore[union-attr]
            if self._insert is not None and not depth and not _BETWEEN.fullmatch(text.block, start, text.at):
                self._limit = sys.maxsize  # Text follows the rows: no more splits.
            character = text.block[text.at : text.at + 1]
            if not character:
                if not text.more():
                    self.ended_in = self.ended_in or "statement"
                    yield from self._statement()
                    return
            elif character == b"-":
                yield from self._line_comment()
            elif character == b"\\":
                yield from self._command()
                depth = depth if text.keeps else 0
            elif character == b";" and depth == 0 and not self._in_body():
                yield from self._statement(1)
            elif character == b")":
                depth = max(depth - 1, 0)
                text.at += 1
                if not depth and text.length > self._limit:
                    yield from self._between_rows()
            else:
                depth += character == b"("
                self._pass(character)

    def data(self, marks: bytes = b"") -> Iterator[bytes]:
        """Blocks of whole lines up to the line `\\.`, which is skipped. `marks`: see `copy_data.lines`."""
        return lines(self.raw_data(), marks)

    def raw_data(self) -> Iterator[bytes]:
        """The data up to the line `\\.`, which is skipped, byte by byte as they are."""
        self._text.end_line()
        self._text.at = min(self._text.at + 1, len(self._text.block))
        self._in_data = True
        return self._data()

    def skip_data(self) -> None:
        """Skip the rest of the data."""
        for _ in self._data() if self._in_data else ():
            pass

    def _data(self) -> Iterator[bytes]:
        text = self._text
        while text.at < len(text.block) or text.more():
            start, end = text.at, end_of_data(text.block, text.at, within_line=text.within_line and not text.at)
            if end >= 0:
                text.at = end
                self._text.end_line()
                text.at = min(text.at + 1, len(text.block))
                self._in_data = False
                if end > start:
                    yield text.block[start:end]
                return
            text.at = len(text.block)
            yield text.block[start:]
        self._in_data, self.ended_in = False, "data"

    @property
    def place(self) -> Place:
        """The current place."""
        return self._place(*self._text.here(self._text.at))

    def _place(self, line: int, column: int) -> Place:
        return Place(file=self._file, line=line, column=column, end=line)

    def _begin(self) -> bool:
        """Go on to the first character of a statement, a comment or a command; False at the end of the file."""
        text = self._text
        while True:
            text.at = lexemes.SPACE.match(text.block, text.at).end()  # type: ignore[union-attr]
            if text.block.startswith(b";", text.at):
                text.at += 1
            elif text.at < len(text.block):
                break
            elif not text.more():
                return False
        if mark := HASH_MARK.match(text.block, text.at):
            text.at = mark.end()
        if not text.block.startswith((b"--", b"/*", b"\\"), text.at):
            self._start = text.here(text.at)
            text.begin()
        return True

    def _pass(self, opening: bytes) -> None:
        """Skip a parenthesis, a semicolon within a statement, or quoted text that this block does not end."""
        text = self._text
        match opening:
            case b"'":
                self._close(1, lexemes.REST_STANDARD if self.conforming else lexemes.REST_ESCAPED)
            case b"e" | b"E":
                self._close(2, lexemes.REST_ESCAPED)
            case b'"':
                self._close(1, lexemes.REST_NAME)
            case b"$":
                tag = lexemes.TAG.match(text.block, text.at).group()  # type: ignore[union-attr]
                self._close(len(tag), re.compile(rb".*?" + re.escape(tag), re.DOTALL))
            case b"/":
                self._block_comment()
            case _:
                text.at += 1

    def _close(self, opening: int, rest: re.Pattern[bytes]) -> None:
        """Go on behind the end of quoted text; blocks in between are not kept."""
        text, passed = self._text, 0
        text.at += opening
        while not (match := rest.match(text.block, text.at)):
            length = len(text.block) - text.at
            if not text.more(keep=passed < self._quoted):
                text.at, self.ended_in = len(text.block), "quoted"
                return
            passed += length
        text.at = match.end()

    def _block_comment(self) -> None:
        """Go on behind a comment. A long one does not belong to the statement."""
        text, nested, passed = self._text, 0, 0
        before, at = text.mark(), text.at
        while True:
            match = lexemes.NESTED.search(text.block, at)
            if match is None:
                passed += len(text.block) - text.at
                text.at = at = len(text.block)
                if passed > self._quoted:
                    text.back_to(before)
                if not text.more(keep=passed <= self._quoted):
                    self.ended_in = "quoted"
                    return
                at = 0
                continue
            at = match.end()
            nested += 1 if match.group() == b"/*" else -1
            if nested == 0:
                break
        if passed > self._quoted:
            text.leave_out(at)
        text.at = at

    def _line_comment(self) -> Iterator[Comment]:
        text = self._text
        start, line = text.at, self._text.line()
        if any(word in line for word in lexemes.KNOWN_COMMENTS) or WORDS.search(line):
            place = self._place(*text.here(start))
            before = text.block[text.block.rfind(b"\n", 0, start) + 1 : start]
            yield Comment(text=lexemes.decoded(line), place=place, alone=not before.strip())
        self._text.end_line()

    def _command(self) -> Iterator[Piece]:
        text = self._text
        line = self._text.line()
        sends = lexemes.SENDS.match(line)
        if sends and sends[1] == b";":
            yield from self._statement(2)
            return
        place = self._place(*text.here(text.at))
        goes_on = None if sends or lexemes.WHOLE_LINE.match(line) else lexemes.ARGUMENTS.match(line)
        if goes_on:
            line = goes_on.group()
        if sends:
            statements = list(self._statement(0, sends[1].decode()))
            self._text.end_line()
            yield from statements
            return
        text.leave_out(text.at + len(line) + (2 if goes_on else 0))
        if not goes_on:
            self._text.end_line()
        line = line.rstrip()
        if line in (b"\\r", b"\\reset"):
            self._forget()
        yield PsqlCommand(text=lexemes.decoded(line), place=place)

    def _statement(self, end: int = 0, sent_by: str = "") -> Iterator[Statement]:
        """The statement so far; skips `end` characters behind it."""
        statement = self._so_far(sent_by=sent_by) if self._text.keeps else None
        self._forget()
        self._text.at += end
        if statement is not None and statement.text:
            yield statement

    def _forget(self) -> None:
        self._text.forget()
        self._insert, self._body, self._limit = None, None, FIRST

    def _between_rows(self) -> Iterator[Piece]:
        """Between two rows of a long INSERT: the part up to here, and what can be read without the grammar."""
        text = self._text
        following = _ROW_FOLLOWS.match(text.block, text.at)
        if following is None:
            return
        opening = self._insert or self._open(self._so_far(more=True))
        if opening is None:
            self._limit *= 2
            return
        start = following.end()
        rows = opening.rows.match(text.block, start) if opening.rows and self.conforming else None
        end = rows.end() if rows else start
        if self._insert is not None:
            if end - start < FEW and text.length < LONG:
                return
            yield self._so_far(more=True)
        if end > start:
            yield InsertedRows(data=text.block[start:end])
        self._insert, self._limit = opening, len(opening.head)
        self._goes_on = text.here(end)
        text.at = end
        text.begin(opening.head.encode())

    def _so_far(self, *, more: bool = False, sent_by: str = "") -> Statement:
        text = self._text
        kept = text.text.rstrip()
        line, column = self._start
        return Statement(
            text=lexemes.decoded(kept if self.conforming else lexemes.conformed(kept)),
            place=Place(file=self._file, line=line, column=column, end=text.here(text.at)[0]),
            repeated=0 if self._insert is None else len(self._insert.head),
            goes_on=self._goes_on,
            more=more,
            sent_by=sent_by,
            shortened=text.shortened,
            cut=text.cut,
        )

    def _in_body(self) -> bool:
        """Whether a semicolon stands within BEGIN ATOMIC … END of a routine."""
        if self._body is None and (self._text.cut or not is_routine(self._text.beginning)):
            return False
        self._body = self._body or Body()
        return self._body.within(self._text.news(), conforming=self.conforming)
