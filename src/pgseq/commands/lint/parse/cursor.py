"""A position in a file that is read block by block, and the text of the statement there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pgseq.commands.lint.parse.lexemes import decoded

#: Bytes of a statement beyond which only its beginning is kept, and bytes of that beginning.
MOST: Final = 2**23
BEGINNING: Final = 2**16
_WORDS: Final = 2**8
#: Bytes kept of a command or a comment.
_KEPT: Final = 2**14


class Cursor:
    """Reads blocks; one that does not end with a line is continued by the next."""

    def __init__(self, blocks: Iterator[bytes], most: int = MOST) -> None:
        self._blocks = blocks
        self._most = most
        self.block = b""
        self.at = 0
        #: The block begins within a line.
        self.within_line = False
        self._line = 1
        self._column = 1
        #: The position in this block up to which lines and columns are counted.
        self._counted = 0
        self._kept = bytearray()
        #: See `news`; None: not asked for so far.
        self._news: bytearray | None = None
        #: The position in this block where the text continues; None: no text is kept.
        self._since: int | None = None
        #: See pieces.Statement.
        self.shortened = False
        self.cut = False

    def more(self, *, keep: bool = True) -> bool:
        """Go on to the next block, and add the rest of this one to the text; False at the end of the file."""
        following = next(self._blocks, b"")
        if not following:
            return False
        if self._since is not None:
            if keep:
                self._keep(self.block[self._since :])
            else:
                self.shortened = True
            self._since = 0
        self.here(len(self.block))
        self.within_line = self.block[-1:] not in (b"", b"\n")
        self.block, self.at, self._counted = following, 0, 0
        return True

    def here(self, at: int) -> tuple[int, int]:
        """Line and column of a position in this block, not before the last one asked for."""
        passed = self.block[self._counted : at]
        self._counted = at
        lines = passed.count(b"\n")
        if lines:
            self._line += lines
            self._column = 1
            passed = passed[passed.rfind(b"\n") + 1 :]
        self._column += len(decoded(passed))
        return self._line, self._column

    @property
    def keeps(self) -> bool:
        """Whether a text is kept: a statement has begun."""
        return self._since is not None

    def begin(self, *before: bytes) -> None:
        """Keep the text from here on, with something before it."""
        self.forget()
        self._since = self.at
        for text in before:
            self._keep(text)

    def forget(self) -> None:
        """Keep nothing."""
        self._kept, self._since, self._news = bytearray(), None, None
        self.shortened = self.cut = False

    def leave_out(self, end: int) -> None:
        """Go on at `end` in this block, without adding what is before it to the text."""
        self._take()
        if self._since is not None:
            self._since = end
        self.at = end

    def line(self) -> bytes:
        """The rest of the line, as far as this block has it and it is kept."""
        end = self.block.find(b"\n", self.at)
        return self.block[self.at : min(end if end >= 0 else len(self.block), self.at + _KEPT)]

    def end_line(self) -> None:
        """Go on to the end of the line; a line that crosses blocks does not belong to the text."""
        crosses = False
        while (end := self.block.find(b"\n", self.at)) < 0:
            crosses = True
            self.leave_out(len(self.block))
            if not self.more(keep=False):
                return
        if crosses:
            self.leave_out(end)
        self.at = end

    def mark(self) -> int:
        """The length of the text, for `back_to`."""
        self._take()
        return len(self._kept)

    def back_to(self, mark: int) -> None:
        """Replace what was added to the text since by a space."""
        if not self.cut:
            self._kept[mark:] = b" "

    @property
    def text(self) -> bytes:
        """The text up to here."""
        self._take()
        return bytes(self._kept)

    @property
    def beginning(self) -> bytes:
        """Its first words."""
        self._take()
        return bytes(self._kept[:_WORDS])

    def news(self) -> bytes:
        """The text added since the last call; at first all of it."""
        if self._news is None:
            self._news = bytearray(self.text)
        self._take()
        news, self._news = bytes(self._news), bytearray()
        return news

    def _take(self) -> None:
        if self._since is not None:
            self._keep(self.block[self._since : self.at])
            self._since = self.at

    @property
    def length(self) -> int:
        """Bytes of the text up to here."""
        return len(self._kept) + (0 if self._since is None else self.at - self._since)

    def _keep(self, passed: bytes) -> None:
        if self._news is not None:
            self._news += passed
        if self.cut or not passed:
            return
        self._kept += passed
        if len(self._kept) > self._most:
            del self._kept[BEGINNING:]
            self.cut = True
