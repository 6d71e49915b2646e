"""Cuts a file into statements, psql's commands and comments, by the rules of psql's own lexer.

Rules: src/fe_utils/psqlscan.l (quotes, nested comments, dollar quotes, parentheses, BEGIN ATOMIC bodies) and
src/bin/psql/copy.c (data end with a line `\\.`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, Literal

from pgseq.lint.lexemes import DOLLAR, ESCAPED, NESTED, STANDARD, WORD
from pgseq.lint.pieces import Command, Piece, Place, Remark, Statement
from pgseq.lint.routines import within_body

#: An INSERT longer than so many bytes is cut between its rows.
LONG: Final = 2**18


def _run(string: bytes) -> re.Pattern[bytes]:
    """What can be passed over in one go: words, numbers, operators, and quoted text that ends within the block."""
    return re.compile(
        rb"(?:[eE]" + ESCAPED + rb"|(?![eE]')" + WORD + rb"|[0-9][\w.]*+|[^\w'\"$;()\\/\-\x80-\xff]++|" + string
        + rb"|\"[^\"]*+\"|-(?!-)|/(?!\*)|(?!" + DOLLAR + rb")\$)*+",
        re.DOTALL,
    )  # fmt: skip


_REST_ESCAPED: Final = re.compile(ESCAPED[1:], re.DOTALL)
_REST_STANDARD: Final = re.compile(STANDARD[1:])
_REST_NAME: Final = re.compile(rb"[^\"]*+\"")
#: A word, comment or quoted text; `plain` is one that standard_conforming_strings decides about.
_PLAIN: Final = re.compile(
    rb"[eE]" + ESCAPED + rb"|" + WORD + rb"|\"[^\"]*+\"|--[^\n]*+|/\*.*?\*/|(" + DOLLAR + rb").*?\1"
    + rb"|(?P<plain>" + ESCAPED + rb")",
    re.DOTALL,
)  # fmt: skip
_RUNS: Final = {True: _run(STANDARD), False: _run(ESCAPED)}
_SPACE: Final = re.compile(rb"[ \t\n\r\f\v]*+")
_TAG: Final = re.compile(DOLLAR)
_ROW_FOLLOWS: Final = re.compile(rb"\s*,\s*(?=\()")
#: psql's commands that send what has been typed before them.
_SENDS: Final = re.compile(rb"\\(g|gx|gset|gexec|gdesc|crosstabview|watch|;)(?![a-z])")
#: A command within its line, where two backslashes end its arguments and SQL goes on.
_ARGUMENTS: Final = re.compile(
    rb"\\(?!\\)(?:[^\\'\"`]++|'(?:[^'\\]|\\.|'')*+'|\"[^\"]*+\"|`[^`]*+`|\\(?!\\))*+(?=\\\\)"
)
#: psql's commands whose argument is the rest of the line.
_WHOLE: Final = re.compile(rb"\\(?:!|copy|h|help|ef|ev|sf|sv)(?![a-z])")
#: Words of the comments that somebody reads: ours, pg_dump's, and those that begin the way back of a migration.
_TELLING: Final = (b"pgseq", b"PostgreSQL database", b"migrate", b"goose", b"@UNDO", b"@undo")

Ending = Literal["", "data", "quoted", "statement"]
#: Given an INSERT so far, all up to its first row if more rows may follow; else None.
Head = Callable[[str], str | None]


class Splitter:
    """The pieces of a file. After a COPY … FROM STDIN its reader takes the lines of `data` before it goes on.

    `conforming`: standard_conforming_strings. At the end of the file `ended_in` says what it ended in, empty for
    nothing: `data` of a COPY, something `quoted` or a comment, a `statement` without its semicolon.
    """

    def __init__(self, blocks: Iterator[bytes], file: str, head: Head) -> None:
        self.conforming = True
        self.ended_in: Ending = ""
        self._blocks = blocks
        self._file = file
        self._head = head
        self._block = b""
        self._at = 0
        #: Where the statement's text goes on in this block; None: between statements.
        self._from: int | None = None
        self._parts: list[bytes] = []
        self._line = 1
        self._counted = 0
        self._start = (1, 1)
        self._insert: str | None = None
        self._goes_on = (0, 0)

    def __iter__(self) -> Iterator[Piece]:
        depth = 0
        limit = LONG
        while True:
            if self._from is None and not self._begin():
                return
            self._at = _RUNS[self.conforming].match(self._block, self._at).end()  # type: ignore[union-attr]
            found = self._block[self._at : self._at + 1]
            if not found:
                if not self._more():
                    self.ended_in = self.ended_in or "statement"
                    yield from self._statement()
                    return
            elif found == b"-":
                yield from self._remark()
            elif found == b"\\":
                yield from self._command()
                depth = 0 if self._from is None else depth
            elif found == b";" and depth == 0 and not self._in_body():
                yield from self._statement(len(found))
                limit = LONG
            elif found == b")":
                depth = max(depth - 1, 0)
                self._at += 1
                if not depth and self._length() > limit:
                    yield from self._rows_so_far()
                    limit = LONG if self._insert is not None else 2 * limit
            else:
                depth += found == b"("
                self._pass(found)

    def data(self) -> Iterator[bytes]:
        """Blocks of whole lines up to the line `\\.`, which is passed over."""
        end = self._block.find(b"\n", self._at)
        self._at = len(self._block) if end < 0 else end + 1
        while self._at < len(self._block) or self._more():
            start, end = self._at, _end_of_data(self._block, self._at)
            if end >= 0:
                newline = self._block.find(b"\n", end)
                self._at = len(self._block) if newline < 0 else newline + 1
                if end > start:
                    yield self._block[start:end]
                return
            self._at = len(self._block)
            yield self._block[start:]
        self.ended_in = "data"

    @property
    def place(self) -> Place:
        """Where the reading stands."""
        line, column = self._here(self._at)
        return Place(file=self._file, line=line, column=column, end=line)

    def _begin(self) -> bool:
        """Go on to the first character of a statement, a comment or a command; False at the end of the file."""
        while True:
            self._at = _SPACE.match(self._block, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._block):
                break
            if not self._more():
                return False
        if self._block[self._at : self._at + 1] == b";":
            self._at += 1
            return self._begin()
        if not self._block.startswith((b"--", b"/*", b"\\"), self._at):
            self._start = self._here(self._at)
            self._from = self._at
        return True

    def _pass(self, opening: bytes) -> None:
        """Pass over a parenthesis, a semicolon within a statement, or something quoted that this block does not end."""
        match opening:
            case b"'":
                self._at += 1
                self._close(_REST_STANDARD if self.conforming else _REST_ESCAPED)
            case b"e" | b"E":
                self._at += 2
                self._close(_REST_ESCAPED)
            case b'"':
                self._at += 1
                self._close(_REST_NAME)
            case b"$":
                tag = _TAG.match(self._block, self._at).group()  # type: ignore[union-attr]
                self._at += len(tag)
                self._close(re.compile(rb".*?" + re.escape(tag), re.DOTALL))
            case b"/":
                self._comment()
            case _:
                self._at += 1

    def _close(self, rest: re.Pattern[bytes]) -> None:
        """Go on behind the end of something quoted, which may be blocks away."""
        while not (found := rest.match(self._block, self._at)):
            self._at = len(self._block)
            if not self._more():
                self.ended_in = "quoted"
                return
        self._at = found.end()

    def _comment(self) -> None:
        nested = 0
        while True:
            found = NESTED.search(self._block, self._at)
            if found is None:
                self._at = len(self._block)
                if not self._more():
                    self.ended_in = "quoted"
                    return
                continue
            self._at = found.end()
            nested += 1 if found.group() == b"/*" else -1
            if nested == 0:
                return

    def _remark(self) -> Iterator[Remark]:
        end = self._block.find(b"\n", self._at)
        end = len(self._block) if end < 0 else end
        text = self._block[self._at : end]
        if any(word in text for word in _TELLING):
            line, column = self._here(self._at)
            before = self._block[self._block.rfind(b"\n", 0, self._at) + 1 : self._at]
            place = Place(file=self._file, line=line, column=column, end=line)
            yield Remark(text=_decoded(text), place=place, alone=not before.strip())
        self._at = end

    def _command(self) -> Iterator[Piece]:
        end = self._block.find(b"\n", self._at)
        end = len(self._block) if end < 0 else end
        line, column = self._here(self._at)
        text = self._block[self._at : end].rstrip()
        sends = _SENDS.match(text)
        if sends:
            yield from self._statement(2 if sends[1] == b";" else end - self._at, sends[1].decode().strip(";"))
            return
        goes_on = None if _WHOLE.match(text) else _ARGUMENTS.match(text)
        if goes_on:
            text = goes_on.group().rstrip()
            end = self._at + goes_on.end() + 2
        if self._from is not None:
            self._parts.append(self._block[self._from : self._at])
            self._from = end
        if text in (b"\\r", b"\\reset"):
            self._parts, self._from = [], None
        self._at = end
        yield Command(text=_decoded(text), place=Place(file=self._file, line=line, column=column, end=line))

    def _statement(self, end: int = 0, sent_by: str = "") -> Iterator[Statement]:
        """What has been read as a statement; `end` characters behind it are passed over."""
        if self._from is None:
            return
        statement = replace(self._so_far(), sent_by=sent_by)
        self._parts, self._from, self._insert = [], None, None
        self._at += end
        if statement.text:
            yield statement

    def _rows_so_far(self) -> Iterator[Statement]:
        """The INSERT up to here as a statement, where another row follows; the next one begins with the same head."""
        following = _ROW_FOLLOWS.match(self._block, self._at)
        if following is None:
            return
        statement = self._so_far()
        head = self._head(statement.text) if self._insert is None else self._insert
        if head is None:
            return
        yield statement
        self._insert = head
        self._at = self._from = following.end()
        self._goes_on = self._here(self._at)
        self._parts = [head.encode("utf-8" if _is_utf8(self._block) else "latin-1")]

    def _so_far(self) -> Statement:
        text = b"".join([*self._parts, self._block[self._from : self._at]]).rstrip()
        if not self.conforming:
            # The grammar knows escapes in E'…' alone.
            text = _PLAIN.sub(lambda found: b" E" + found["plain"] if found["plain"] else found.group(), text)
        line, column = self._start
        place = Place(file=self._file, line=line, column=column, end=self._here(self._at)[0])
        repeated = 0 if self._insert is None else len(self._insert)
        return Statement(text=_decoded(text), place=place, repeated=repeated, goes_on=self._goes_on)

    def _in_body(self) -> bool:
        """Whether a semicolon stands within BEGIN ATOMIC … END of a routine."""
        if self._from is None:
            return False
        text = b"".join([*self._parts, self._block[self._from : self._at]])
        return within_body(text, conforming=self.conforming)

    def _more(self) -> bool:
        """Go on to the next block; False at the end of the file."""
        data = next(self._blocks, b"")
        if not data:
            return False
        if self._from is not None:
            self._parts.append(self._block[self._from :])
            self._from = 0
        self._line += self._block.count(b"\n", self._counted)
        self._block, self._at, self._counted = data, 0, 0
        return True

    def _length(self) -> int:
        return sum(map(len, self._parts)) + self._at - (self._from or 0)

    def _here(self, at: int) -> tuple[int, int]:
        """Line and column of a place in this block, which is not before the last one asked for."""
        self._line += self._block.count(b"\n", self._counted, at)
        self._counted = at
        return self._line, len(_decoded(self._block[self._block.rfind(b"\n", 0, at) + 1 : at])) + 1


def _end_of_data(block: bytes, at: int) -> int:
    """Where the line `\\.` begins, -1 for not in this block."""
    if block.startswith(b"\\.", at) and block[at + 2 : at + 3] in (b"\n", b"\r", b""):
        return at
    while (found := block.find(b"\n\\.", at)) >= 0:
        if block[found + 3 : found + 4] in (b"\n", b"\r", b""):
            return found + 1
        at = found + 1
    return -1


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(text: bytes) -> str:
    """UTF-8, or what has no invalid bytes."""
    return text.decode("utf-8" if text.isascii() or _is_utf8(text) else "latin-1")
