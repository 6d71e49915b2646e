"""A text with several errors, taken apart: a script's output, an exception raised while another was handled. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from itertools import pairwise
from typing import Final

from pgseq.commands.explain.model import ParsedError
from pgseq.commands.explain.parse import server_messages as messages
from pgseq.commands.explain.parse.recognise import LONGEST, recognise

#: What two reports of one error may tell both, and must then tell alike; what differs most often comes first.
_TOLD: Final = (
    "values",
    "constraint",
    "value",
    "kind",
    "sqlstate",
    "schema",
    "table",
    "column",
    "sequence",
    "type",
    "columns",
)
#: One error that is told twice is told so before many others are.
RECENT: Final = 50
#: So far around a message its fields are looked for.
NEAR: Final = LONGEST // 2


def several(text: str, known: Iterable[ParsedError] = ()) -> list[ParsedError]:
    """Every error that `text` reports, in order, each once, behind those that are `known`; none where it names none
    that PostgreSQL knows.

    A driver's exception and the one that a framework raises over it are one error.
    """
    found = list(known)
    for piece in _pieces(messages.normal(text)):
        error = recognise(piece)
        if error is None:
            continue
        same = next((n for n in range(max(len(found) - RECENT, 0), len(found)) if _alike(found[n], error)), None)
        if same is None:
            found.append(error)
        else:
            found[same] = _together(found[same], error)
    return found


def _pieces(text: str) -> list[str]:
    """The text cut before each line with a message of the server's, so that what follows a message stays with it."""
    begins = messages.places(text)
    if not begins:
        return [text]
    lines = ((before, begin, text.rfind("\n", 0, begin) + 1) for before, begin in pairwise(begins))
    cuts = [0, *(line if line > before else begin for before, begin, line in lines), len(text)]
    return [
        text[max(start, begin - NEAR) : min(end, begin + NEAR)]
        for begin, (start, end) in zip(begins, pairwise(cuts), strict=True)
    ]


def _alike(one: ParsedError, other: ParsedError) -> bool:
    """Whether two reports may be of one error: nothing that both tell differs."""
    for name in _TOLD:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs and mine and theirs:
            return False
    return True


def _together(one: ParsedError, other: ParsedError) -> ParsedError:
    """One report with all that the two tell."""
    return replace(
        one, **{part.name: getattr(one, part.name) or getattr(other, part.name) for part in fields(ParsedError)}
    )
