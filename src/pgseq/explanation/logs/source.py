"""Log files as blocks of bytes that end with a line: plain or gzip, once or followed as they grow."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from pgseq.errors import UsageError

#: Bytes read at a time.
BLOCK: Final = 4 * 2**20
#: A record, with all its lines, is looked for within so many bytes.
RECORD: Final = 2**18
#: Seconds between looks at a file that is followed.
PAUSE: Final = 0.3
_GZIP: Final = b"\x1f\x8b"


def blocks(path: Path, *, follow: bool = False) -> Iterator[tuple[bytes, bool]]:
    """The file's bytes, each block ending with a line, and whether no more is known to follow.

    With `follow` it does not end: after the last block it waits for more, also in a new file of the same name.
    Raises UsageError for a file that cannot be read.
    """
    try:
        file = _open(path)
    except OSError as error:
        raise UsageError(f"log {path} cannot be read: {error.strerror}", "name a file that you may read") from None
    try:
        while True:
            yield from stream(file)
            if not follow:
                return
            time.sleep(PAUSE)
            file = _reopened(file, path)
    except (OSError, EOFError) as error:
        raise UsageError(f"log {path} cannot be read on: {error}", "is the file whole?") from None
    finally:
        file.close()


def stream(file: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The bytes of an open file up to its end, in blocks that end with a line (but for the last)."""
    rest = b""
    while data := file.read(BLOCK):
        cut = data.rfind(b"\n") + 1
        if not cut:
            rest += data
            if len(rest) > 4 * BLOCK:
                rest = b""  # No log has such lines.
            continue
        yield rest + data[:cut], False
        rest = data[cut:]
    yield rest, True


def _open(path: Path) -> IO[bytes]:
    file = path.open("rb")
    packed = file.read(2) == _GZIP
    file.seek(0)
    if not packed:
        return file
    file.close()
    return gzip.open(path, "rb")


def _reopened(file: IO[bytes], path: Path) -> IO[bytes]:
    """The same file, or the one that has taken its name since (rotation), or itself from its start (truncated)."""
    try:
        now = path.stat()
    except OSError:
        return file
    import os

    known = os.fstat(file.fileno())
    if (known.st_ino, known.st_dev) != (now.st_ino, now.st_dev):
        file.close()
        return _open(path)
    if now.st_size < file.tell():
        file.seek(0)
    return file
