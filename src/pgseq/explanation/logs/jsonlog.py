"""log_destination = jsonlog (PostgreSQL 15 and later): a line a record."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final

from pgseq.explanation.logs.entry import CODES, Entry
from pgseq.explanation.logs.text import decoded
from pgseq.explanation.recognise import from_fields

#: PostgreSQL writes no blanks; collectors may.
NEEDLES: Final[tuple[bytes, ...]] = tuple(
    f'"state_code":{blank}"{code}"'.encode() for code in CODES for blank in ("", " ")
)

_TEXT: Final = re.compile(r'"(\w+)"\s*+:\s*+("(?:[^"\\]|\\.)*+")')


def holds(data: bytes) -> bool:
    """Whether there is a record of a server's in the bytes, of whatever severity."""
    return b'"error_severity":' in data


def start(data: bytes, hit: int) -> int:
    """The start of the line."""
    return data.rfind(b"\n", 0, hit) + 1


def _flat(line: str) -> dict[str, str]:
    """The texts of a line that is nested too deeply to be parsed, the first of each name."""
    fields: dict[str, str] = {}
    for found in _TEXT.finditer(line):
        with suppress(ValueError):
            fields.setdefault(found[1], json.loads(found[2]))
    return fields


def read(record: bytes) -> tuple[Entry | None, int]:
    """The error in the first line, and the line's length."""
    end = record.find(b"\n") + 1 or len(record)
    try:
        # Numbers stay texts: none is used, and int() refuses long ones.
        fields: Any = json.loads(decoded(record[:end]), parse_int=str, parse_float=str)
    except RecursionError:
        fields = _flat(decoded(record[:end]))
    except ValueError:
        return None, end
    if not isinstance(fields, dict):
        return None, end

    def text(name: str) -> str:
        value = fields.get(name)
        return value if isinstance(value, str) else ""

    reported = from_fields(
        code=text("state_code"),
        message=text("message"),
        detail=text("detail"),
        statement=text("statement"),
        context=text("context"),
        role=text("user"),
        database=text("dbname"),
    )
    return Entry(
        reported=reported, time=text("timestamp"), user=text("user"), application=text("application_name")
    ), end
