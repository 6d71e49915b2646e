"""Integers as texts write them, of any length. Pure."""

from __future__ import annotations

from typing import Final

from pgseq.text.patterns import lazily

#: What a sequence's position, or a value of type bigint, can be.
BIGINT: Final = range(-(2**63), 2**63)
#: The nearest integers that no sequence can hold.
_BELOW, _ABOVE = BIGINT.start - 1, BIGINT.stop
_INTEGER: Final = lazily(r"([+-]?)0*+([0-9]*+)(?<=[0-9])")


def integer(text: str) -> int | None:
    """The integer that `text` writes in digits; None for anything else. One outside of bigint is the nearest such one.

    int() refuses more than 4,300 digits, and takes time by the square of them.
    """
    if len(text) < 19 and text.isascii() and text.isdigit():
        return int(text)
    match = _INTEGER.fullmatch(text)
    if match is None:
        return None
    sign, digits = match.groups()
    if len(digits) > len(str(_ABOVE)):
        return _BELOW if sign == "-" else _ABOVE
    value = int(sign + (digits or "0"))
    return max(min(value, _ABOVE), _BELOW)
