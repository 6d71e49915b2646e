"""Patterns for PostgreSQL's lexical structure, in bytes of any encoding whose ASCII is ASCII.

Rules: src/fe_utils/psqlscan.l. No pattern backtracks into what it has passed over, so each reads its text once.
"""

from __future__ import annotations

import re
from typing import Final

WORD: Final = rb"[A-Za-z_\x80-\xff][\w$\x80-\xff]*+"
DOLLAR: Final = rb"\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+)?\$"
ESCAPED: Final = rb"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
STANDARD: Final = rb"'[^']*+(?:''[^']*+)*+'"
#: Where a comment begins or ends: they nest.
NESTED: Final = re.compile(rb"/\*|\*/")
SPACE: Final = re.compile(rb"\s*+")
TAG: Final = re.compile(DOLLAR)
#: The rest of something quoted, up to its end.
REST_ESCAPED: Final = re.compile(ESCAPED[1:], re.DOTALL)
REST_STANDARD: Final = re.compile(STANDARD[1:])
REST_NAME: Final = re.compile(rb"[^\"]*+\"")


def _run(string: bytes) -> re.Pattern[bytes]:
    """What can be passed over in one go: words, numbers, operators, and quoted text that ends within the block."""
    return re.compile(
        rb"(?:[eE]" + ESCAPED + rb"|(?![eE]')" + WORD + rb"|[0-9][\w.]*+|[^\w'\"$;()\\/\-\x80-\xff]++|" + string
        + rb"|\"[^\"]*+\"|-(?!-)|/(?!\*)|(?!" + DOLLAR + rb")\$)*+",
        re.DOTALL,
    )  # fmt: skip


#: By standard_conforming_strings.
RUNS: Final = {True: _run(STANDARD), False: _run(ESCAPED)}
#: A word, comment or quoted text; `plain` is one that standard_conforming_strings decides about.
_PLAIN: Final = re.compile(
    rb"[eE]" + ESCAPED + rb"|" + WORD + rb"|\"[^\"]*+\"|--[^\n]*+|/\*.*?(?:\*/|\Z)|(" + DOLLAR + rb").*?(?:\1|\Z)"
    + rb"|(?P<plain>" + ESCAPED + rb")",
    re.DOTALL,
)  # fmt: skip


def conformed(text: bytes) -> bytes:
    """What stands under standard_conforming_strings = off, for a grammar that knows escapes in E'…' alone."""
    return _PLAIN.sub(lambda found: b" E" + found["plain"] if found["plain"] else found.group(), text)


def decoded(text: bytes) -> str:
    """UTF-8, or what has no invalid bytes."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")
