"""SQL files as blocks of whole lines, so that gigabytes pass through in constant memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from pgseq.errors import UsageError
from pgseq.names import display

#: Standard input, as a file's name.
STDIN: Final = "-"
#: Bytes read at a time.
BLOCK: Final = 2**20
_BOM: Final = b"\xef\xbb\xbf"
#: What a file that is no plain text of SQL begins with: what it is, and how to make one of it.
_FOREIGN: Final = {
    b"PGDMP": ("a pg_dump archive", "pg_restore -f - {file} | pgseq lint -"),
    b"\x1f\x8b": ("compressed by gzip", "zcat {file} | pgseq lint -"),
    b"\x28\xb5\x2f\xfd": ("compressed by zstd", "zstdcat {file} | pgseq lint -"),
    b"\x04\x22\x4d\x18": ("compressed by lz4", "lz4cat {file} | pgseq lint -"),
    b"\xff\xfe": ("UTF-16", "iconv -f UTF-16 -t UTF-8 {file} | pgseq lint -"),
    b"\xfe\xff": ("UTF-16", "iconv -f UTF-16 -t UTF-8 {file} | pgseq lint -"),
}


@contextmanager
def opened(name: str) -> Iterator[Iterator[bytes]]:
    """The blocks of a file, `-` for standard input; each but the last ends with a line.

    Raises UsageError for what cannot be read, or is not plain SQL text.
    """
    if name == STDIN:
        yield _blocks(sys.stdin.buffer, "standard input")
        return
    try:
        with Path(name).open("rb") as file:
            yield _blocks(file, name)
    except OSError as error:
        hint = "name SQL files, or - for standard input"
        raise UsageError(f"{name} cannot be read: {error.strerror}", hint) from None


def _blocks(file: BinaryIO, name: str) -> Iterator[bytes]:
    first = True
    pending: list[bytes] = []
    while data := file.read(BLOCK):
        if first:
            _refuse_foreign(data, name)
            data = data.removeprefix(_BOM)
            first = False
        cut = data.rfind(b"\n") + 1
        if cut:
            yield b"".join([*pending, data[:cut]])
            pending = [data[cut:]]
        else:
            pending.append(data)
    if rest := b"".join(pending):
        yield rest


def _refuse_foreign(data: bytes, name: str) -> None:
    for magic, (kind, remedy) in _FOREIGN.items():
        if data.startswith(magic):
            raise UsageError(f"{name} is {kind}, not plain SQL", remedy.format(file=display(name)))
    # tar, the other archive of pg_dump's: POSIX, "ustar Interchange Format".
    if data[257:262] == b"ustar":
        raise UsageError(f"{name} is a tar archive, not plain SQL", f"pg_restore -f - {display(name)} | pgseq lint -")
    if b"\x00" in data:
        raise UsageError(f"{name} is not plain SQL: it has null bytes", "name a file of SQL in UTF-8 or Latin-1")
