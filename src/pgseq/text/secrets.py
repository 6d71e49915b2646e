"""Secrets struck out of texts: of connection strings, whatever their form, and of SQL that sets a password. Pure.

`PgseqError` and what is told of other people's texts strike out when they are made, so nothing that shows them has to.
Where a secret ends, a text that cannot be read does not tell: then nothing is left of what follows.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from pgseq.text.patterns import lazily

MASK: Final = "***"

#: libpq's parameters that are not to be shown: those with dispchar "*" (documentation of PQconndefaults), and the
#: keys that stand for a password.
KEYWORDS: Final = frozenset({"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"})
_WORD: Final = rf"(?:passwd|{'|'.join(sorted(KEYWORDS))})"
#: `password=`, `"password": `, `'password' => `, and `pwd=` of other drivers; but not a table: `public.password: …`.
_GIVEN: Final = lazily(
    rf"((?:{_WORD}[\"'\\\]]*\s{{0,9}}(?:=>|:=|=|%3D|(?<=[\"'\s]):(?!:))|\bpwd\s{{0,9}}=)\s{{0,9}}).+",
    re.IGNORECASE | re.DOTALL,
)
#: PASSWORD 'literal', as in ALTER ROLE, CREATE USER MAPPING or in the options of a foreign server.
_LITERAL: Final = lazily(
    r"(password(?:\s|/\*.{0,200}?\*/|--[^\n]{0,200}\n)+|password(?=[$']|(?:e|u&)')(?!'s\s))"
    r"(?:(?:e|u&)?(?!'\s{0,9}[:=])'(?:[^'\\]|''|\\.)*(?:'|\Z)|\$(\w*)\$.*?(?:\$\2\$|\Z))",
    re.IGNORECASE | re.DOTALL,
)
#: `://user:`, also percent-encoded, as JSON of PHP has it, and with the one slash that a path leaves of two.
_URI: Final = lazily(r"(?::|%3A)(?:\\?/|%2F){1,2}[^:/@]*?(?::|%3A)", re.IGNORECASE)
#: What stands before a user's name.
_BEFORE: Final = lazily(r"[\s/\\\"'(=,;<>\[{]")


class Hidden(str):
    """A connection string or a password that does not show itself, as in a traceback with local variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK)


def redact(text: str) -> str:
    """`text` without the secrets that it holds; itself where it holds none."""
    shown = text
    for word, instead in _arguments.get():
        shown = shown.replace(word, instead)
    folded = shown.lower()
    # What every match holds: most texts have none of these, and looking for them is quick.
    if "passw" in folded or "pwd" in folded or "_secret" in folded or "scram_" in folded:
        shown = _LITERAL.sub(rf"\1{MASK}", _GIVEN.sub(rf"\1{MASK}", shown))
    if "@" in shown or "%40" in shown:
        shown = _without_user_passwords(shown)
    return text if shown == text else shown


@contextmanager
def arguments(words: Iterable[str]) -> Iterator[None]:
    """Inside, these words of a command line, which are connection strings with secrets, are not repeated."""
    shown = {spelt: _summary(word) for word in words for spelt in (word, repr(word)[1:-1], shlex.quote(word)[1:-1])}
    token = _arguments.set(tuple(sorted(shown.items(), key=lambda pair: -len(pair[0]))))
    try:
        yield
    finally:
        _arguments.reset(token)


_arguments: ContextVar[tuple[tuple[str, str], ...]] = ContextVar("arguments", default=())


def _summary(word: str) -> str:
    """What is shown of a connection string: what stands around the password of a URI."""
    shown = _without_user_passwords(word)
    return shown if re.fullmatch(r"[\w+.-]+:/{1,2}[^\s:@]*:\*{3}@\S*", shown) and not _GIVEN.search(word) else MASK


def _without_user_passwords(text: str) -> str:
    head = _URI.search(text)
    if head is not None:
        end = max(text.rfind("@"), text.rfind("%40"))
        if end > head.end():
            # Up to the last @: a password may hold any character.
            text = f"{text[: head.end()]}{MASK}{text[end:]}"
    return "".join(_without_user_password(part) for part in re.split(r"(\s+)", text))


def _without_user_password(part: str) -> str:
    """A text without blanks, `user:password@host` in it without the password; `12:30@noon` is none."""
    end = part.rfind("@")
    colon = part.find(":", 0, end) if end > 0 else -1
    if colon < 0 or colon + 1 >= end or part[colon + 1] in "/:":
        return part
    user = _BEFORE.split(part[:colon])[-1]
    return f"{part[: colon + 1]}{MASK}{part[end:]}" if user[:1].isalpha() or user[:1] == "_" else part
