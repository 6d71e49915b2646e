"""Lays out the SQL of the scripts: clauses indented by their brackets, and filled up to the width as paragraphs are.
Pure."""

from __future__ import annotations

import re
from typing import Final

#: Columns of a line.
WIDTH: Final = 120
#: What begins a line of its own.
_APART: Final = re.compile(r"--|\), \w+ .*AS |(WITH|SELECT|UNION|CROSS JOIN|IF)\b")
#: Clauses that follow another on its line where all of them fits.
_CLAUSE: Final = re.compile(r"(FROM|JOIN|LEFT JOIN|WHERE|GROUP BY|HAVING)\b")
#: Conditions that do so, too, and stand further in.
_CASE: Final = re.compile(r"WHEN\b")
#: Lines that nothing is appended to.
_CLOSED: Final = re.compile(r"--|(^|\W)(RECURSIVE|AS (MATERIALIZED )?\(|\$q\$)$")
#: Between a UNION and its SELECT.
_UNION: Final = re.compile(r"(?<=\bUNION)\n\s*(?=SELECT)|(?<=\bUNION ALL)\n\s*(?=SELECT)")
#: What a line is read by: a text between quotes, a bracket, and where it may be broken.
_TOKEN: Final = re.compile(
    r"'(?:[^']|'')*'|\$q\$.*?\$q\$|(?P<opening>[(\[])|(?P<closing>[)\]])"
    r"|(?P<break>,? (?:(?<=, )|(?=(?:AND|OR|THEN|ELSE|FILTER|\|\|) )))"
)


def filled(text: str) -> str:
    """The query in fewer lines: what continues a clause follows on its line as far as it fits."""
    lines: list[str] = []
    depth = 0

    def begin(part: str) -> None:
        nonlocal depth
        while part:
            inward = depth - part.startswith((")", "]"))
            indent = 2 * inward + (0 if _APART.match(part) or _CLAUSE.match(part) else 2)
            head, part = _cut(part, WIDTH - indent)
            lines.append(" " * indent + head)
            depth += _depth(head)

    for part in map(str.strip, _UNION.sub(" ", text).splitlines()):
        room = WIDTH - len(lines[-1]) - 1 if lines else 0
        if not lines or _begins(part, lines[-1], room):
            begin(part)
            continue
        head, rest = (part, "") if len(part) <= room else _cut(part, room, outermost=True)
        if head:
            lines[-1] += head if lines[-1].endswith("(") or head == ")" else f" {head}"
            depth += _depth(head)
        begin(rest)
    return "\n".join(lines)


def _begins(part: str, last: str, room: int) -> bool:
    """Whether a part of the text begins a line of its own, behind the line `last` with so much room."""
    if _CLOSED.search(last) or (len(part) > room and (_CLAUSE.match(part) or _CASE.match(part))):
        return True
    if part.startswith("SELECT") and last.endswith("("):
        return len(part) >= room
    return bool(_APART.match(part)) or (part.startswith("FROM") and "SELECT" not in last)


def _depth(text: str) -> int:
    """How many brackets it leaves open."""
    matches = list(_TOKEN.finditer(text.partition("-- ")[0]))
    return sum((match["opening"] is not None) - (match["closing"] is not None) for match in matches)


def _cut(text: str, room: int, *, outermost: bool = False) -> tuple[str, str]:
    """What of a text fits into `room` columns, and the rest: broken within as few brackets as may be."""
    if len(text) <= room:
        return text, ""
    depth, places = 0, [(0, 0)] if outermost else []
    for match in _TOKEN.finditer(text.partition(" --")[0]):
        depth += (match["opening"] is not None) - (match["closing"] is not None)
        if match["break"] is not None and len(text[: match.end()].rstrip()) <= room:
            places.append((max(depth, 0), match.end()))
    if outermost:
        places = [place for place in places if place[0] == 0]
    late = [place for place in places if place[1] > room * 0.6] or places or [(0, len(text))]
    at = max(late, key=lambda place: (-place[0], place[1]))[1]
    return text[:at].rstrip(), text[at:].lstrip()
