"""The values of some columns in COPY data, block by block. Pure.

Formats: PostgreSQL documentation, COPY, "File Formats".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from pgseq.sql import trees
from pgseq.sql.grammar import Node

#: Rows of csv in a batch.
BATCH: Final = 5000
#: The raw fields of each wanted column.
Fields = Sequence[Sequence[bytes]]
#: Bytes kept of a line longer than a block, and of a run between two marks in it: more than any id has.
_LONGEST: Final = 2**23
_SHORT: Final = 100
#: Characters of a field of csv.
_FIELD: Final = 2**24


class LineTooLong(Exception):
    """A line of COPY data is longer than can be read."""


class CopyFormat(Struct, frozen=True, kw_only=True):
    """The format options of a COPY."""

    format: str = "text"
    delimiter: str = "\t"
    null: str = "\\N"
    quote: str = '"'
    escape: str = '"'
    header: bool = False

    @property
    def readable(self) -> bool:
        """Whether its fields can be read: not in binary, nor if the server refuses the options."""
        return self.format in ("text", "csv") and all(
            len(mark.encode()) == 1 for mark in (self.delimiter, self.quote, self.escape)
        )

    @property
    def marks(self) -> bytes:
        """The characters that separate its fields."""
        return "".join((self.delimiter, self.quote, self.escape, "\\\r\n")).encode()


def form(node: Node) -> CopyFormat:
    """The form of a CopyStmt."""
    options: dict[str, Any] = {}
    for option in trees.each(node.get("options"), "DefElem"):
        value = option.get("arg", {"Boolean": {"boolval": True}})
        options[option["defname"]] = value.get("String", {}).get("sval", value.get("Boolean", {}).get("boolval", False))
    kind = options.get("format", "text")
    quote = options.get("quote", '"')
    return CopyFormat(
        format=kind,
        delimiter=options.get("delimiter", "," if kind == "csv" else "\t"),
        null=options.get("null", "" if kind == "csv" else "\\N"),
        quote=quote,
        escape=options.get("escape", quote),
        header=options.get("header", False) not in (False, "false", "off", "0"),
    )


def lines(blocks: Iterator[bytes], marks: bytes) -> Iterator[bytes]:
    """Blocks of whole lines, from blocks that may end in the midst of one.

    A line that began in an earlier block has its fields shortened: of whatever stands between two `marks` the beginning
    is left, so that ids stay what they are. Raises LineTooLong.
    """
    listed = re.escape(marks + b"\n")
    run = re.compile(rb"(?:\A|(?<=[%b]))([^%b]{%d})[^%b]++" % (listed, listed, _SHORT, listed))
    begun = b""
    for block in blocks:
        if begun:
            end = block.find(b"\n") + 1 or len(block)
            begun += run.sub(rb"\1", block[:end])
            block = block[end:]
            if begun.endswith(b"\n"):
                yield begun
                begun = b""
            elif len(begun) > _LONGEST:
                raise LineTooLong
        end = block.rfind(b"\n") + 1
        if end:
            yield block[:end]
        begun += block[end:]
    if begun:
        yield begun


def end_of_data(block: bytes, at: int, *, within_line: bool) -> int:
    """Where the line `\\.` begins, -1 if not in this block; `within_line`: `at` is not the start of a line."""
    ends = (b"\n", b"\r", b"")
    if not within_line and block.startswith(b"\\.", at) and block[at + 2 : at + 3] in ends:
        return at
    while (end := block.find(b"\n\\.", at)) >= 0:
        if block[end + 3 : end + 4] in ends:
            return end + 1
        at = end + 1
    return -1


def fields(blocks: Iterator[bytes], form: CopyFormat, wanted: Sequence[int]) -> Iterator[Fields]:
    """The fields at the places `wanted` (from 0, ascending), some rows at a time."""
    if form.format == "csv":
        rows = _csv(blocks, form)
        while batch := list(islice(rows, BATCH)):
            whole = [row for row in batch if len(row) > wanted[-1]]
            yield [[row[place].encode("latin-1") for row in whole] for place in wanted]
        return
    line = _line(form.delimiter.encode(), wanted)
    for number, block in enumerate(blocks):
        start = block.find(b"\n") + 1 if form.header and number == 0 else 0
        matches = line.findall(block, start)
        yield [matches] if len(wanted) == 1 else list(zip(*matches, strict=True)) or [[] for _ in wanted]


def _line(delimiter: bytes, wanted: Sequence[int]) -> re.Pattern[bytes]:
    """A line of the text format, the wanted fields as groups. A backslash takes the next character along."""
    mark = re.escape(delimiter)
    field = rb"[^" + mark + rb"\n\\]*+(?:\\.[^" + mark + rb"\n\\]*+)*+"
    parts = [b"(" + field + b")" if place in wanted else field for place in range(wanted[-1] + 1)]
    return re.compile(
        rb"^(?!\Z)" + mark.join(parts) + rb"(?:" + mark + rb"[^\n]*+)?(?:\n|\Z)", re.DOTALL | re.MULTILINE
    )


def _csv(blocks: Iterator[bytes], form: CopyFormat) -> Iterator[list[str]]:
    csv.field_size_limit(_FIELD)
    # Latin-1 keeps every byte, and the fields looked at are digits.
    lines = (line.decode("latin-1") for block in blocks for line in block.splitlines(keepends=True))
    doubled = form.escape == form.quote
    reader = csv.reader(
        lines,
        delimiter=form.delimiter,
        quotechar=form.quote,
        doublequote=doubled,
        escapechar=None if doubled else form.escape,
    )
    return islice(reader, int(form.header), None)
