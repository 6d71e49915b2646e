"""Where the body of a routine ends that is not in quotes: a semicolon within it is not the statement's.

Rules: the action of {identifier} in src/fe_utils/psqlscan.l.
"""

from __future__ import annotations

import re
from typing import Final

from pgseq.lint.lexemes import DOLLAR, ESCAPED, NESTED, STANDARD, WORD

_ROUTINE: Final = re.compile(rb"create\s+(?:or\s+replace\s+)?(?:function|procedure)\b", re.IGNORECASE)


def _words(string: bytes) -> re.Pattern[bytes]:
    """What there is to count in a routine: words and parentheses; anything quoted, and where a comment begins."""
    return re.compile(
        rb"(?P<word>(?![eE]')" + WORD + rb"|[()])|--[^\n]*+|(?P<comment>/\*)|(" + DOLLAR + rb").*?\3|[eE]" + ESCAPED
        + rb"|" + string + rb"|\"[^\"]*+\"",
        re.DOTALL,
    )  # fmt: skip


_COUNTED: Final = {True: _words(STANDARD), False: _words(ESCAPED)}


def within_body(text: bytes, *, conforming: bool) -> bool:
    """Whether a statement so far ends within BEGIN ATOMIC … END of a routine: more BEGIN, and CASE below it, than END.

    The words of a body in quotes are not the routine's. `conforming`: standard_conforming_strings.
    """
    if not _ROUTINE.match(text):
        return False
    opened = parentheses = at = 0
    while found := _COUNTED[conforming].search(text, at):
        at = found.end()
        if found["comment"]:
            at = _behind_comment(text, at)
        match (found["word"] or b"").lower():
            case b"(":
                parentheses += 1
            case b")":
                parentheses -= 1
            case b"begin" if not parentheses:
                opened += 1
            case b"case" if opened and not parentheses:
                opened += 1
            case b"end" if opened and not parentheses:
                opened -= 1
    return opened > 0


def _behind_comment(text: bytes, at: int) -> int:
    """Where a comment that has begun ends, those within it passed over."""
    nested = 1
    while nested and (found := NESTED.search(text, at)):
        at = found.end()
        nested += 1 if found.group() == b"/*" else -1
    return at if not nested else len(text)
