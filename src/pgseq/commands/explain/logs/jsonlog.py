"""log_destination = jsonlog (PostgreSQL 15 and later): a line a record."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final

from pgseq.commands.explain.logs.entry import CODES, LogEntry
from pgseq.commands.explain.logs.text import decoded, line_end

#: What PostgreSQL calls the fields that matter.
KEYS: Final = {
    "time": "timestamp",
    "role": "user",
    "database": "dbname",
    "code": "state_code",
    "message": "message",
    "detail": "detail",
    "context": "context",
    "statement": "statement",
    "application": "application_name",
}
#: PostgreSQL writes no blanks; collectors may.
NEEDLES: Final[tuple[bytes, ...]] = tuple(
    f'"state_code":{blank}"{code}"'.encode() for code in CODES for blank in ("", " ")
)

_TEXT: Final = re.compile(r'"(\w+)"\s*+:\s*+("(?:[^"\\]|\\.)*+")')


def holds(data: bytes) -> bool:
    """Whether there is a record of a server's in the bytes, of whatever severity."""
    return b'"error_severity":' in data


def start(data: bytes, hit: int, floor: int) -> int:
    """The start of the line."""
    return max(data.rfind(b"\n", floor, hit) + 1, floor)


def _flat(line: str) -> dict[str, str]:
    """The texts of a line that is nested too deeply to be parsed, the first of each name."""
    fields: dict[str, str] = {}
    for match in _TEXT.finditer(line):
        with suppress(ValueError):
            fields.setdefault(match[1], json.loads(match[2]))
    return fields


def read(data: bytes, begin: int) -> tuple[LogEntry | None, int]:
    """The error in the line, and the line's end."""
    end = line_end(data, begin)
    line = decoded(data[begin:end])
    try:
        # Numbers stay texts: none is used, and int() refuses long ones.
        fields: Any = json.loads(line, parse_int=str, parse_float=str)
    except RecursionError:
        fields = _flat(line)
    except ValueError:
        return None, end
    if not isinstance(fields, dict):
        return None, end

    texts = {name: value if isinstance(value := fields.get(key), str) else "" for name, key in KEYS.items()}
    return LogEntry.of(texts), end
