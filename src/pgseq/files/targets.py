"""Files that are written: new ones, or regular files of one's own; never through a link, never those of others.

A folder may be one in which others make files, too (/tmp): what stands at a name there need not be what one believes.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import sys
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Final

from pgseq.errors import UsageError
from pgseq.files.trusted import handed_over, user
from pgseq.names import display

#: The mode of what only its owner is to read.
PRIVATE: Final = 0o600
#: The mode of everything else, before the umask.
COMMON: Final = 0o666
_STREAMS: Final = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
#: A named pipe that nobody reads would be waited for; a terminal would become ours.
_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def refuse(path: Path) -> None:
    """Raises UsageError for what stands at a path and is not to be written to."""
    with suppress(FileNotFoundError, NotADirectoryError):
        if not handed_over(path):
            try:
                _refuse(path, path.lstat())
            except PermissionError as error:
                raise _unwritable(path, error) from None


def write(path: Path, text: str, mode: int = COMMON) -> None:
    """Write a whole file: beside, and renamed once it is on disk, so that nobody sees half of it.

    A pipe, a terminal or /dev/null takes the text as it is. Raises UsageError.
    """
    content = text.encode()
    try:
        if handed_over(path) or not _regular_or_none(path):
            with appending(path, mode) as out:
                put(out, content)
        else:
            _replace(path, content, mode)
    except OSError as error:
        raise _unwritable(path, error) from error


def write_new(path: Path, text: str, mode: int = COMMON) -> None:
    """Write a whole file where there is none. Raises FileExistsError where something stands there, whoever made it and
    however late; UsageError."""
    try:
        # The name is taken in one step, so that of several who want it only one gets it.
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, mode)
        try:
            with FileIO(file, "w") as out:
                put(out, text.encode())
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise
    except FileExistsError:
        raise
    except OSError as error:
        raise _unwritable(path, error) from error


def appending(path: Path, mode: int = COMMON, *, create: bool = True) -> FileIO:
    """A file open for writing at its end, without a buffer: a new one with that mode, else (without `create`: only) one
    that is there, which can be read, too. Raises OSError, UsageError."""
    passed = _descriptor(path)
    if passed is not None:
        sys.stdout.flush()
        return FileIO(path, "w", opener=lambda name, flags: os.dup(passed))
    flags = os.O_APPEND | _NOFOLLOW | (os.O_WRONLY if create else os.O_RDWR)
    if create:
        with suppress(FileExistsError):
            file = os.open(path, flags | os.O_CREAT | os.O_EXCL, mode)
            return FileIO(path, "a", opener=lambda name, flags: file)
    refuse(path)
    there = os.open(path, flags | _AT_ONCE)
    try:
        status = os.fstat(there)
        _refuse(path, status)
        if hasattr(os, "set_blocking"):
            os.set_blocking(there, True)
        if create and mode == PRIVATE and stat.S_ISREG(status.st_mode) and hasattr(os, "fchmod"):
            os.fchmod(there, PRIVATE)
    except BaseException:
        os.close(there)
        raise
    return FileIO(path, "a" if create else "r+", opener=lambda name, flags: there)


def put(out: FileIO, content: bytes) -> None:
    """Write all of it, to disk where there is one. Raises OSError."""
    written = 0
    while written < len(content):
        written += out.write(content[written:])
    # A pipe or a terminal has no disk to be on.
    if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
        os.fsync(out.fileno())


def _descriptor(path: Path) -> int | None:
    """The open file that a path such as /dev/stdout or /dev/fd/63 stands for: opened anew, it might be emptied."""
    if not handed_over(path):
        return None
    number = re.search(r"\d+$", str(path))
    return int(number[0]) if number else _STREAMS[str(path)]


def _regular_or_none(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return True


def _replace(path: Path, content: bytes, mode: int) -> None:
    beside = path.with_name(f".{path.name[:200]}.{secrets.token_hex(8)}")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, mode)
    try:
        with FileIO(file, "w") as out:
            with suppress(FileNotFoundError):
                status = path.lstat()
                _refuse(path, status)
                if mode == COMMON and hasattr(os, "fchmod"):
                    os.fchmod(file, stat.S_IMODE(status.st_mode) & 0o777)
            put(out, content)
        # A rename replaces a link, and does not follow it.
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _refuse(path: Path, status: os.stat_result) -> None:
    mode, name = status.st_mode, display(str(path))
    if stat.S_ISLNK(mode):
        raise UsageError(f"{name} is a symbolic link, which is not written through", "name the file that it leads to")
    if stat.S_ISDIR(mode):
        raise UsageError(f"{name} is a folder", "name a file in it")
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        kind = "a disk" if stat.S_ISBLK(mode) else "a socket"
        raise UsageError(f"{name} is {kind}", "name a file")
    if stat.S_ISCHR(mode) or os.name != "posix":
        return
    if status.st_uid != os.geteuid():
        raise UsageError(f"{name} belongs to {user(status.st_uid)}, and is left as it is", "name another file")
    if stat.S_ISREG(mode) and status.st_nlink > 1:
        raise UsageError(f"{name} has other names (hard links), under which it would change, too", "name another file")


def _unwritable(path: Path, error: OSError) -> UsageError:
    if error.errno == errno.ENXIO:
        return UsageError(f"nobody reads from {display(str(path))}", "start what reads from it first")
    return UsageError(f"cannot write {display(str(path))}: {error.strerror}", "name another file")
