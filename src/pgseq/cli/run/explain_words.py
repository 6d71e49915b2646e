"""The arguments of `explain`: which of its words name the database, and which are the text."""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from pgseq import conninfo
from pgseq.cli.options.connection import Connection
from pgseq.commands.explain.parse.named import by_name
from pgseq.commands.explain.parse.split import several

#: A code, whose page is printed.
CODE: Final = re.compile(r"PG[SL]\d+", re.IGNORECASE)
_DATABASE: Final = re.compile(r"[^\W\d][\w$.-]*")
#: What an error's text may begin with: a severity, the class of an exception.
_BEGINNING: Final = re.compile(r"ERROR|FATAL|PANIC|.*(?:Error|Exception|Violation)")


def divide(words: tuple[str, ...], connection: Connection, *, log: bool) -> tuple[Connection, tuple[str, ...]]:
    """The connection, to the database that the first word names where it does, and the words of the text.

    As with the other commands the database may come first: `pgseq explain app 'ERROR: …'`. An error's text may also
    come as several words. With a log there is no text.
    """
    if not words or connection.dbname is not None or not _names_database(words[0], words[1:], log):
        return connection, words
    return replace(connection, dbname=words[0]), words[1:]


def _names_database(first: str, rest: tuple[str, ...], log: bool) -> bool:
    if conninfo.is_meant_as_string(first) and not several(first):
        return True
    if not _DATABASE.fullmatch(first) or _BEGINNING.fullmatch(first):
        return False
    if not rest:
        return log
    text = " ".join(rest)
    if several(text):
        # Words that were not quoted: an error's first one is left out only where another beginning follows.
        return len(rest) == 1 or _BEGINNING.fullmatch(rest[0].rstrip(":")) is not None
    if len(rest) > 1 or several(f"{first} {text}"):
        return False
    return text == "-" or " " in text or CODE.fullmatch(text) is not None or by_name(text) is not None
