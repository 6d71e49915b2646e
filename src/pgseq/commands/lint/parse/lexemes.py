"""Patterns for PostgreSQL's lexical structure and psql's commands, in bytes of any superset of ASCII.

Rules: src/fe_utils/psqlscan.l. No pattern backtracks, so each reads its text once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

WORD: Final = rb"[A-Za-z_\x80-\xff][\w$\x80-\xff]*+"
DOLLAR: Final = rb"\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+)?\$"
ESCAPED: Final = rb"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
STANDARD: Final = rb"'[^']*+(?:''[^']*+)*+'"
#: Where a comment begins or ends: they nest.
NESTED: Final = re.compile(rb"/\*|\*/")
SPACE: Final = re.compile(rb"\s*+")
TAG: Final = re.compile(DOLLAR)
#: The rest of quoted text.
REST_ESCAPED: Final = re.compile(ESCAPED[1:], re.DOTALL)
REST_STANDARD: Final = re.compile(STANDARD[1:])
REST_NAME: Final = re.compile(rb"[^\"]*+\"")


def _run(string: bytes) -> re.Pattern[bytes]:
    """Text to skip at once: words, numbers, operators, and quoted text that ends within the block."""
    return re.compile(
        rb"(?:[eE]" + ESCAPED + rb"|(?![eE]')" + WORD + rb"|[0-9][\w.]*+|[^\w'\"$;()\\/\-\x80-\xff]++|" + string
        + rb"|\"[^\"]*+\"|-(?!-)|/(?!\*)|(?!" + DOLLAR + rb")\$)*+",
        re.DOTALL,
    )  # fmt: skip


#: psql's commands that send what has been typed before them.
SENDS: Final = re.compile(rb"\\(g|gx|gset|gexec|gdesc|crosstabview|watch|;)(?![a-z])")
#: A command within its line, where two backslashes end its arguments and SQL goes on.
ARGUMENTS: Final = re.compile(rb"\\(?!\\)(?:[^\\'\"`]++|'(?:[^'\\]|\\.|'')*+'|\"[^\"]*+\"|`[^`]*+`|\\(?!\\))*+(?=\\\\)")
#: psql's commands whose argument is the rest of the line.
WHOLE_LINE: Final = re.compile(rb"\\(?:!|copy|h|help|ef|ev|sf|sv)(?![a-z])")
#: Words of the comments that are read beside those above a way back: ours and pg_dump's.
KNOWN_COMMENTS: Final = (b"pgseq", b"PostgreSQL database", b"-- Dumped ", b"-- Name: ", b"-- Data for Name: ")
#: By standard_conforming_strings.
RUNS: Final = {True: _run(STANDARD), False: _run(ESCAPED)}


def _token(string: bytes) -> re.Pattern[bytes]:
    """A word, a parenthesis, quoted text, or the beginning of a comment."""
    return re.compile(
        rb"[eE]" + ESCAPED + rb"|(?P<word>" + WORD + rb"|[()])|\"[^\"]*+\"|--[^\n]*+|(?P<comment>/\*)"
        rb"|(?P<tag>" + DOLLAR + rb").*?(?:(?P=tag)|\Z)|(?P<plain>" + string + rb")",
        re.DOTALL,
    )  # fmt: skip


_TOKENS: Final = {True: _token(STANDARD), False: _token(ESCAPED)}


def tokens(text: bytes, *, conforming: bool) -> Iterator[re.Match[bytes]]:
    """The tokens of a text that ends outside of quotes: a `word` or a parenthesis, or quoted text; `plain` where
    standard_conforming_strings decides about it."""
    at = 0
    while token := _TOKENS[conforming].search(text, at):
        at = token.end()
        nested = 1 if token["comment"] else 0
        while nested:
            mark = NESTED.search(text, at)
            if mark is None:
                return
            at = mark.end()
            nested += 1 if mark.group() == b"/*" else -1
        yield token


def conformed(text: bytes) -> bytes:
    """Text written under standard_conforming_strings = off, for a grammar that knows escapes only in E'…'."""
    starts = [token.start() for token in tokens(text, conforming=False) if token["plain"]]
    return b" E".join(text[start:end] for start, end in pairwise([0, *starts, len(text)]))


def decoded(text: bytes) -> str:
    """The text from UTF-8, or else from Latin-1."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")
