r"""The database that psql's \connect names: by its name, in a connection string, or in a URI. Pure.

Rules: PostgreSQL documentation, psql, "\connect", and libpq, "Connection Strings".
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

_ARGUMENT: Final = re.compile(r"\"(?P<double>(?:[^\"]|\"\")*)\"|'(?P<single>(?:[^'\\]|''|\\.)*)'|(?P<plain>\S+)")
_SETTING: Final = re.compile(r"(?P<key>\w+)\s*=\s*(?:'(?P<quoted>(?:[^'\\]|\\.)*)'|(?P<plain>(?:[^\s\\]|\\.)*))")
_ESCAPED: Final = re.compile(r"\\(.)|''")


def database(text: str) -> str:
    """The database in the arguments of \\connect; empty where it stays the same."""
    given = [_dequoted(found) for found in _ARGUMENT.finditer(text)]
    if given and given[0].startswith("-reuse-previous"):
        del given[0]
    first = given[0] if given else ""
    if first.startswith(("postgresql://", "postgres://")):
        try:
            uri = urlsplit(first)
        except ValueError:
            return first  # No URI that a server could be reached by: a database that is no other's.
        return parse_qs(uri.query).get("dbname", [unquote(uri.path.removeprefix("/"))])[-1]
    if "=" in first:
        settings = {found["key"]: found["quoted"] or found["plain"] or "" for found in _SETTING.finditer(first)}
        return re.sub(r"\\(.)", r"\1", settings.get("dbname", ""))
    return "" if first == "-" else first


def _dequoted(found: re.Match[str]) -> str:
    if found["double"] is not None:
        return found["double"].replace('""', '"')
    if found["single"] is not None:
        return _ESCAPED.sub(lambda escaped: escaped[1] or "'", found["single"])
    return found["plain"]
