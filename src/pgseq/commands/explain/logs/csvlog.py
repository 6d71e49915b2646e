"""log_destination = csvlog (PostgreSQL documentation, "Using CSV-Format Log Output"): fields may hold newlines."""

from __future__ import annotations

import re
from typing import Final

from pgseq.commands.explain.logs.entry import CODES, LogEntry
from pgseq.commands.explain.logs.text import RECORD, decoded, line_end

NEEDLES: Final[tuple[bytes, ...]] = tuple(f",{code},".encode() for code in CODES)

#: Places of the columns that matter; there have been more at the end since 13 and 14.
PLACES: Final = {
    "time": 0,
    "role": 1,
    "database": 2,
    "code": 12,
    "message": 13,
    "detail": 14,
    "context": 18,
    "statement": 19,
    "application": 22,
}
#: No server's record has more.
COLUMNS: Final = 40
_CODES: Final = frozenset(code.encode() for code in CODES)

#: log_time alone, up to its comma: a stderr line may begin with a time and have commas, too.
START: Final = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [^\s,]+,")

#: Transaction, severity in whatever language, SQLSTATE, message.
_RECORD: Final = re.compile(rb',\d*,[^,"\s\d]+\d?,[0-9A-Z]{5},"')
#: A field that is left open ends with what is looked at: nothing is looked through twice.
_FIELD: Final = re.compile(rb'(?:"((?:[^"]++|"")*+)(?:"|\Z)|([^,\n"]*+))(,|\n|\Z)')


def holds(data: bytes) -> bool:
    """Whether there is a record of a server's in the bytes, of whatever severity."""
    return _RECORD.search(data) is not None


def start(data: bytes, hit: int, floor: int) -> int:
    """The start of the last line before the hit that begins with a time stamp: other lines belong to a field."""
    line = max(data.rfind(b"\n", floor, hit) + 1, floor)
    while line > floor and not START.match(data, line):
        line = max(data.rfind(b"\n", floor, line - 1) + 1, floor)
    return line


def read(data: bytes, begin: int) -> tuple[LogEntry | None, int]:
    """The error in the record that begins there, and the record's end."""
    row: list[bytes] = []
    at, most = begin, min(len(data), begin + RECORD)
    # The standard library's reader refuses fields beyond 128 kB, and statements are longer.
    while len(row) < COLUMNS and (field := _FIELD.match(data, at, most)):
        row.append(field[2] if field[1] is None else field[1])
        at = field.end()
        if field[3] != b",":
            break
    end = at if at > begin else line_end(data, begin)
    row += [b""] * (max(PLACES.values()) + 1 - len(row))
    if row[PLACES["code"]] not in _CODES:
        return None, end
    return LogEntry.of({name: decoded(row[place].replace(b'""', b'"')) for name, place in PLACES.items()}), end
