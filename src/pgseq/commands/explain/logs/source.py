"""Logs as blocks of bytes that end with a line: files, plain or gzip, once or followed as they grow; pipes; lines."""

from __future__ import annotations

import gzip
import os
import select
import time
import zlib
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Final, cast

from pgseq.errors import UsageError

#: Bytes read at a time.
BLOCK: Final = 4 * 2**20
#: No log has longer lines.
LINE: Final = 4 * BLOCK
#: Seconds between looks at a file that is followed.
PAUSE: Final = 0.3
_GZIP: Final = b"\x1f\x8b"


#: Blocks that end with a line each, and whether no more is known to follow.
Blocks = Iterator[tuple[bytes, bool]]


def blocks(path: Path, *, follow: bool = False) -> Blocks:
    """The file's bytes, each block ending with a line, and whether no more is known to follow.

    With `follow` it does not end: after the last block it waits for more, also in a new file of the same name.
    Raises UsageError for a file that cannot be read.
    """
    try:
        file = _open(path)
    except OSError as error:
        raise UsageError(f"log {path} cannot be read: {error.strerror}", "name a file that you may read") from None
    try:
        rest = b""
        while True:
            if data := file.read(BLOCK):
                whole, rest = _cut(rest + data)
                if whole:
                    yield whole, False
            elif follow:
                yield b"", True
                time.sleep(PAUSE)
                file, rest = _reopened(file, path, rest)
            else:
                yield rest, True
                return
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"log {path} cannot be read on: {error}", "is the file complete?") from None
    finally:
        file.close()


def stream(pipe: FileIO, begun: bytes = b"", *, follow: bool = False) -> Blocks:
    """The same of a pipe, of which `begun` is read already, until its other end is closed; with `follow`, nothing more
    is known to follow where nothing comes for a moment."""
    rest = begun
    while data := pipe.read(BLOCK):
        whole, rest = _cut(rest + data)
        if whole:
            yield whole, False
        if follow and not select.select([pipe], [], [], PAUSE)[0]:
            yield b"", True
    yield rest, True


def of_lines(lines: Iterable[str | bytes]) -> Blocks:
    """The same of lines, with or without their ends."""
    block = bytearray()
    for line in lines:
        data = line.encode(errors="replace") if isinstance(line, str) else line
        block += data if data.endswith(b"\n") else data + b"\n"
        if len(block) >= BLOCK:
            yield bytes(block), False
            block.clear()
    yield bytes(block), True


def beginning(pipe: FileIO) -> tuple[bytes, bool]:
    """The first block of a pipe, and whether it is all that the pipe gives."""
    begun = b""
    while len(begun) < BLOCK:
        data = pipe.read(BLOCK)
        if not data:
            return begun, True
        begun += data
    return begun, False


def _cut(data: bytes) -> tuple[bytes, bytes]:
    """Whole lines, and the beginning of another."""
    cut = data.rfind(b"\n") + 1
    if not cut and len(data) > LINE:
        return b"", b""
    return data[:cut], data[cut:]


def _open(path: Path) -> BinaryIO:
    file = path.open("rb")
    packed = file.peek(2).startswith(_GZIP)
    if not packed:
        return file
    file.close()
    return cast(BinaryIO, gzip.open(path, "rb"))


def _reopened(file: BinaryIO, path: Path, rest: bytes) -> tuple[BinaryIO, bytes]:
    """The same file, or the one that has taken its name since (rotation), or itself from its start (truncated)."""
    try:
        now = path.stat()
    except OSError:
        return file, rest
    known = os.fstat(file.fileno())
    if (known.st_ino, known.st_dev) != (now.st_ino, now.st_dev):
        file.close()
        return _open(path), b""
    if now.st_size < file.tell():
        file.seek(0)
        return file, b""
    return file, rest
