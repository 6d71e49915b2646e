"""Split a text into the errors it reports: a script's output, an exception raised while handling another. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from pgseq.commands.explain.model import ParsedError
from pgseq.commands.explain.parse import server_messages as messages
from pgseq.commands.explain.parse.recognise import LONGEST, recognise

#: Fields that are equal in two reports of one error, where both have them; those that differ most often first.
_COMPARED: Final = (
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
#: Two reports of one error have fewer others between them.
RECENT: Final = 50
#: So far around a message its fields are looked for.
NEAR: Final = LONGEST // 2


def several(text: str, known: Iterable[ParsedError] = ()) -> list[ParsedError]:
    """Every error that `text` reports, in order, each once, behind those that are `known`; none where it names none
    that PostgreSQL knows.

    A driver's exception and the one that a framework raises over it are one error.
    """
    errors = list(known)
    for piece in _pieces(messages.normal(text)):
        error = recognise(piece)
        if error is None:
            continue
        same = next((n for n in range(max(len(errors) - RECENT, 0), len(errors)) if _alike(errors[n], error)), None)
        if same is None:
            errors.append(error)
        else:
            errors[same] = _together(errors[same], error)
    return errors


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
    for name in _COMPARED:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs and mine and theirs:
            return False
    return True


def _together(one: ParsedError, other: ParsedError) -> ParsedError:
    """One report with all that the two tell."""
    return replace(one, **{name: getattr(one, name) or getattr(other, name) for name in ParsedError.__struct_fields__})
