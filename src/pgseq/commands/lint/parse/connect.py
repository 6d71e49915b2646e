r"""The database that psql's \connect names, read by libpq's rules.

Rules: PostgreSQL documentation, psql, "\connect".
"""

from __future__ import annotations

import re
from typing import Final

from pgseq import conninfo
from pgseq.errors import UsageError

_ARGUMENT: Final = re.compile(r"\"(?P<double>(?:[^\"]|\"\")*)\"|'(?P<single>(?:[^'\\]|''|\\.)*)'|(?P<plain>\S+)")
_ESCAPED: Final = re.compile(r"\\(.)|''")


def database(text: str) -> str:
    r"""The database in the arguments of \connect; empty where it stays the same."""
    arguments = [_unquoted(argument) for argument in _ARGUMENT.finditer(text)]
    if arguments and arguments[0].startswith("-reuse-previous"):
        del arguments[0]
    first = arguments[0] if arguments else ""
    if not conninfo.is_string(first):
        return "" if first == "-" else first
    try:
        return conninfo.parse(first).get("dbname", "")
    except UsageError:
        return first  # No server can be reached by it: a database that is no other's.


def _unquoted(argument: re.Match[str]) -> str:
    if argument["double"] is not None:
        return argument["double"].replace('""', '"')
    if argument["single"] is not None:
        return _ESCAPED.sub(lambda escaped: escaped[1] or "'", argument["single"])
    return argument["plain"]
