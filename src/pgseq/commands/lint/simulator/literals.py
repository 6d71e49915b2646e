"""The integers that literals and COPY fields store in a column. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from pgseq.model.sequences import Kind
from pgseq.sql.trees import BEYOND, whole

#: More digits than any sequence's value has.
_DIGITS: Final = 20
#: Characters of the longest bigint in another base than ten, with some zeros before it.
_LONGEST: Final = 100
_OTHER_BASE: Final = re.compile(r"[+-]?0(?:[xX](?:_?[0-9a-fA-F])+|[oO](?:_?[0-7])+|[bB](?:_?[01])+)")
_CANONICAL: Final = re.compile(r"0|-?[1-9][0-9]*")


def integer(text: str, kind: Kind) -> int | None:
    """The integer that `text` stores in a column of that kind; None: no value of a sequence.

    In a text column only the canonical form counts; 7.5 in a numeric column is no value of a sequence.
    """
    if kind == "text":
        value = whole(text) if _CANONICAL.fullmatch(text) else None
        return None if value is None or abs(value) == BEYOND else value
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return _other_base(text)
    if not number.is_finite() or number.adjusted() > _DIGITS:
        return None
    # int4(3.5) rounds.
    return round(number) if kind == "integer" or number == number.to_integral_value() else None


def _other_base(text: str) -> int | None:
    """0x1F, 0o17 and 0b1, which integers may be written in from 16 on."""
    return int(text, 0) if len(text) < _LONGEST and _OTHER_BASE.fullmatch(text) else None


def integers(fields: Sequence[bytes], kind: Kind, null: bytes, *, padded: bool = False) -> list[int]:
    """The integers among the fields of COPY data; `padded` with blanks, as those of a character(n)."""
    if kind == "integer":
        try:
            return list(map(int, fields))
        except ValueError:
            pass  # A NULL among them, or a number that int() does not read.
    texts = ((field.rstrip(b" ") if padded else field).decode("latin-1") for field in fields if field != null)
    return [number for text in texts if (number := integer(text, kind)) is not None]
