"""Bytes as programs write them: UTF-8 or an encoding of Windows or PowerShell, with or without colours. Pure."""

from __future__ import annotations

import codecs
import re
from typing import Final

#: Colours and other control sequences of a terminal (ECMA-48, CSI).
_CONTROL: Final = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
#: A record, with all its lines, is looked for within so many bytes.
RECORD: Final = 2**18
#: Bytes of a letter that a cut may leave at the end.
_CUT: Final = 3


def colourless(data: bytes) -> bytes:
    """Bytes without a terminal's control sequences."""
    return _CONTROL.sub(b"", data) if b"\x1b[" in data else data


def line_end(data: bytes, begin: int) -> int:
    """Where the line ends that begins there, of a line that is longer than any record the end of that much of it."""
    most = min(len(data), begin + RECORD)
    return data.find(b"\n", begin, most) + 1 or most


def decoded(data: bytes) -> str:
    """The text: UTF-16 by its mark, else UTF-8, else what Windows calls 1252 (a server writes its log in the encoding
    of the database or of its locale, and a session's lines in another than the next one's)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if error.start >= len(data) - _CUT and error.reason == "unexpected end of data":
            return data[: error.start].decode()
        return data.decode("cp1252", "replace")
