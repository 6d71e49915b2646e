"""The values of a statement's parameters, as frameworks and server logs write them beside it. Pure."""

from __future__ import annotations

import re
from typing import Final

from pgseq.text.integers import integer

_VALUE: Final = r"""['"]?(-?[0-9]{1,30})\b"""
#: SQLAlchemy, TypeORM, Doctrine, Drizzle: `parameters: (4, 'x')`, `params [4, "x"]`, `params: 4,x`.
_LIST: Final = re.compile(r"""\b(?:param(?:eter)?s|bindings|args)['"]?[^\w'"\n-]{1,6}([^\n]{1,300})""", re.IGNORECASE)
#: `$1`, `:id`, `@p0`, `%(id)s`.
_NAMED: Final = re.compile(r"\$([0-9]+)|[:@]([A-Za-z_]\w*)|%\(([^)]*)\)s")


def bound(cell: list[str], column: str, text: str) -> int | None:
    """The integer that a parameter, the value of `column`, stands for; None where `text` does not say.

    By its name or number (`$1 = '4'`, `'id': 4`, `@p0='4'`), by its column (Rails: `["id", 4]`), or by its place.
    """
    written = "".join(cell)
    match = _NAMED.match(written)
    if match is None and written.split("::")[0] not in ("?", "%s"):
        return None
    number, *names = match.groups() if match else ("1",)
    name = next(filter(None, names), "")
    label = re.escape(name) if name else rf"\${number}"
    pair = re.escape(column)
    pair_match = re.search(
        rf"""(?<!\w)[:@]?{label}['"]?\s{{0,3}}(?:=>|[:=])\s{{0,3}}{_VALUE} | \[\s?["']{pair}["'],\s?{_VALUE}""",
        text,
        re.VERBOSE,
    )
    if pair_match is not None:
        return integer(pair_match[1] or pair_match[2])
    listed = _LIST.search(text) if not name else None
    values = listed[1].split(",") if listed else []
    place = int(number) - 1 if len(number) < 4 else len(values)
    value = re.match(_VALUE, values[place].strip()) if place < len(values) else None
    return integer(value[1]) if value else None
