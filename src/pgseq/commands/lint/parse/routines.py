"""BEGIN ATOMIC bodies of routines: a semicolon within one does not end the statement.

Rules: the action of {identifier} in src/fe_utils/psqlscan.l.
"""

from __future__ import annotations

import re
from typing import Final

from pgseq.commands.lint.parse.lexemes import tokens

_ROUTINE: Final = re.compile(rb"create\s+(?:or\s+replace\s+)?(?:function|procedure)\b", re.IGNORECASE)


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
        for token in tokens(more, conforming=conforming):
            self._count((token["word"] or b"").lower())
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
