"""log_destination = csvlog (PostgreSQL documentation, "Using CSV-Format Log Output"): fields may hold newlines."""

from __future__ import annotations

import re
from typing import Final

from pgseq.explanation.logs.entry import CODES, Entry
from pgseq.explanation.logs.text import decoded
from pgseq.explanation.recognise import from_fields

NEEDLES: Final[tuple[bytes, ...]] = tuple(f",{code},".encode() for code in CODES)

#: Places of the columns that matter; there have been more at the end since 13 and 14.
TIME, USER, DATABASE, STATE, MESSAGE, DETAIL, CONTEXT, STATEMENT, APPLICATION = 0, 1, 2, 12, 13, 14, 18, 19, 22

#: log_time alone, up to its comma: a stderr line may begin with a time and have commas, too.
START: Final = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [^\s,]+,")

#: Transaction, severity in whatever language, SQLSTATE, message.
_RECORD: Final = re.compile(rb',\d*,[^,"\s\d]+\d?,[0-9A-Z]{5},"')
_FIELD: Final = re.compile(rb'(?:"((?:[^"]|"")*)"|([^,\n"]*))(,|\n|$)')


def holds(data: bytes) -> bool:
    """Whether there is a record of a server's in the bytes, of whatever severity."""
    return _RECORD.search(data) is not None


def start(data: bytes, hit: int) -> int:
    """The start of the last line before the hit that begins with a time stamp: other lines belong to a field."""
    line = data.rfind(b"\n", 0, hit) + 1
    while line > 0 and not START.match(data, line):
        line = data.rfind(b"\n", 0, line - 1) + 1
    return line


def read(record: bytes) -> tuple[Entry | None, int]:
    """The error that the bytes begin with, and the record's length."""
    row: list[str] = []
    at = 0
    # The standard library's reader refuses fields beyond 128 kB, and statements are longer.
    while found := _FIELD.match(record, at):
        row.append(decoded(found[2] if found[1] is None else found[1].replace(b'""', b'"')))
        at = found.end()
        if found[3] != b",":
            break
    length = at or record.find(b"\n") + 1 or len(record)
    row += [""] * (APPLICATION + 1 - len(row))
    if row[STATE] not in CODES:
        return None, length
    reported = from_fields(
        code=row[STATE],
        message=row[MESSAGE],
        detail=row[DETAIL],
        statement=row[STATEMENT],
        context=row[CONTEXT],
        role=row[USER],
        database=row[DATABASE],
    )
    return Entry(reported=reported, time=row[TIME], user=row[USER], application=row[APPLICATION]), length
