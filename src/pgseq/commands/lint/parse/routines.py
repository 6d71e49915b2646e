"""BEGIN ATOMIC bodies of routines: a semicolon within one does not end the statement.

Rules: the action of {identifier} in src/fe_utils/psqlscan.l.
"""

from __future__ import annotations

import re
from typing import Final

from pgseq.commands.lint.parse.lexemes import DOLLAR, ESCAPED, NESTED, STANDARD, WORD

_ROUTINE: Final = re.compile(rb"create\s+(?:or\s+replace\s+)?(?:function|procedure)\b", re.IGNORECASE)


def _words(string: bytes) -> re.Pattern[bytes]:
    """The tokens of a routine: words and parentheses, quoted text, and the start of a comment."""
    return re.compile(
        rb"(?P<word>(?![eE]')" + WORD + rb"|[()])|--[^\n]*+|(?P<comment>/\*)|(" + DOLLAR + rb").*?\3|[eE]" + ESCAPED
        + rb"|" + string + rb"|\"[^\"]*+\"",
        re.DOTALL,
    )  # fmt: skip


_COUNTED: Final = {True: _words(STANDARD), False: _words(ESCAPED)}


def is_routine(text: bytes) -> bool:
    """Whether a statement creates a function or procedure."""
    return _ROUTINE.match(text) is not None


class Body:
    """Follows the body of a routine through its statement."""

    def __init__(self) -> None:
        self._opened = 0
        self._parentheses = 0

    def within(self, more: bytes, *, conforming: bool) -> bool:
        """Whether the statement, with `more` of it, ends within BEGIN ATOMIC … END: more BEGIN and CASE than END.

        Quoted text does not count, and ends within `more`.

        `conforming`: standard_conforming_strings.
        """
        at = 0
        while found := _COUNTED[conforming].search(more, at):
            at = found.end()
            if found["comment"]:
                at = _behind_comment(more, at)
            self._count((found["word"] or b"").lower())
        return self._opened > 0

    def _count(self, word: bytes) -> None:
        match word:
            case b"(":
                self._parentheses += 1
            case b")":
                self._parentheses -= 1
            case b"begin" if not self._parentheses:
                self._opened += 1
            case b"case" if self._opened and not self._parentheses:
                self._opened += 1
            case b"end" if self._opened and not self._parentheses:
                self._opened -= 1


def _behind_comment(text: bytes, at: int) -> int:
    """The end of a comment that has begun; comments nest."""
    nested = 1
    while nested and (found := NESTED.search(text, at)):
        at = found.end()
        nested += 1 if found.group() == b"/*" else -1
    return at if not nested else len(text)
