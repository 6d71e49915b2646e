"""Values as JSON texts. Only ASCII is written: whatever a name holds, a text is valid in every encoding and cannot
command a terminal."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

#: A `Hint` is a string of its own kind; for what is none, this raises TypeError.
_encode: Final = msgspec.json.Encoder(enc_hook=str.__str__).encode


def encoded(value: Any) -> str:
    """`value` on one line, laid out as json.dumps() does; a float may be spelt otherwise (1e-9 for 1e-09).

    Raises TypeError for what JSON has no word for.
    """
    try:
        text = msgspec.json.format(_encode(value), indent=0)
    except UnicodeEncodeError:
        # Half of a surrogate pair, which UTF-8 does not write.
        return json.dumps(value)
    # DEL is ASCII, and a control character all the same.
    return text.decode("ascii") if text.isascii() and b"\x7f" not in text else json.dumps(value)
