"""SQL files as blocks, so that gigabytes pass through in constant memory, whatever their lines are like."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from pgseq.errors import UsageError
from pgseq.model.hints import Hint, command
from pgseq.names import shell_words

#: Standard input, as a file's name.
STDIN: Final = "-"
#: Bytes read at a time.
BLOCK: Final = 2**20
#: A line of more bytes is only read where it can be cut.
LONGEST: Final = 2**24
#: Where a long line can be cut without cutting a word, a comment's beginning, an escape, a doubled quote, a dollar
#: quote's tag (up to 64 letters) or a character of UTF-8: behind a separator, or in the midst of a long word.
_SEPARATED: Final = re.compile(rb".*[\s,()=+.|](?![\x80-\xbf])", re.DOTALL)
_WORD: Final = re.compile(rb".*[\w\x80-\xff]{64}(?=[\w\xc0-\xff][\w\x80-\xff])", re.DOTALL)
#: How far back such a place is looked for.
_BACK: Final = 2**14
_BOM: Final = b"\xef\xbb\xbf"
#: What a file that is no plain text of SQL begins with: what it is, and how to make one of it.
_FOREIGN: Final = {
    b"PGDMP": ("a pg_dump archive", "pg_restore -f - {file}"),
    b"\x1f\x8b": ("compressed by gzip", "zcat {file}"),
    b"\x28\xb5\x2f\xfd": ("compressed by zstd", "zstdcat {file}"),
    b"\x04\x22\x4d\x18": ("compressed by lz4", "lz4cat {file}"),
    b"\xff\xfe": ("UTF-16", "iconv -f UTF-16 -t UTF-8 {file}"),
    b"\xfe\xff": ("UTF-16", "iconv -f UTF-16 -t UTF-8 {file}"),
}


@contextmanager
def opened(name: str) -> Iterator[Iterator[bytes]]:
    """The blocks of a file, `-` for standard input; each but the last ends with a line, or in the midst of a long one.

    Raises UsageError for what cannot be read, or is not plain SQL text.
    """
    if name == STDIN:
        yield _blocks(sys.stdin.buffer, "standard input")
        return
    try:
        with Path(name).open("rb") as file:
            before = _version(file)
            yield _blocks(file, name)
            if _version(file) != before:
                raise UsageError(f"{name} has changed while it was read", "run it again, once nobody writes to it")
    except OSError as error:
        hint = "name SQL files, or - for standard input"
        raise UsageError(f"{name} cannot be read: {error.strerror}", hint) from None


def _version(file: BinaryIO) -> tuple[int, int] | None:
    """What changes with what is in a regular file; None for any other."""
    status = os.fstat(file.fileno())
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def _blocks(file: BinaryIO, name: str) -> Iterator[bytes]:
    first = True
    pending = b""
    while data := file.read(BLOCK):
        if first:
            _refuse_foreign(data, name)
            data = data.removeprefix(_BOM)
            first = False
        pending += data
        cut = _cut(pending)
        if not cut and len(pending) > LONGEST:
            raise UsageError(f"{name} is not plain SQL: it has a line of {LONGEST >> 20} MB without a word")
        if cut:
            yield pending[:cut]
            pending = pending[cut:]
    if pending:
        yield pending


def _cut(data: bytes) -> int:
    """Where a block may end: behind its last line, or else in the midst of one that is longer than a block."""
    cut = data.rfind(b"\n") + 1
    if cut or len(data) <= BLOCK:
        return cut
    back = len(data) - _BACK
    match = _SEPARATED.match(data, back) or _WORD.match(data, back)
    return match.end() if match else 0


def _refuse_foreign(data: bytes, name: str) -> None:
    for magic, (kind, made) in _FOREIGN.items():
        if data.startswith(magic):
            raise UsageError(f"{name} is {kind}, not plain SQL", _piped(made, name))
    # tar, the other archive of pg_dump's: POSIX, "ustar Interchange Format".
    if data[257:262] == b"ustar":
        raise UsageError(f"{name} is a tar archive, not plain SQL", _piped("pg_restore -f - {file}", name))
    for odd, encoding in ((1, "UTF-16LE"), (0, "UTF-16BE")):
        # Letters of SQL, every other byte of them null; no mark says so.
        if 0 < data[odd:200:2].count(0) == len(data[odd:200:2]) and 0 not in data[1 - odd : 200 : 2]:
            made = f"iconv -f {encoding} -t UTF-8 {{file}}"
            raise UsageError(f"{name} is {encoding}, not plain SQL", _piped(made, name))
    if b"\x00" in data:
        raise UsageError(f"{name} is not plain SQL: it has null bytes", "name a file of SQL in UTF-8 or Latin-1")


def _piped(made: str, name: str) -> Hint:
    """The command that makes plain SQL of a file, before the one that reads it."""
    return Hint(f"{made.format(file=shell_words([name]))} | ", command("lint", "", "-"))
