"""The one folder of a temporary server, and how it is known again as ours."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import stat
import time
from pathlib import Path
from typing import Final, Self

from msgspec import Struct

from pgseq.embedded.account import Account
from pgseq.embedded.programs import run
from pgseq.errors import PgseqError, UsageError
from pgseq.model.hints import Hint, command

PREFIX: Final = "pgseq-"

#: Says that the folder is ours to remove. It stays our own also where the folder becomes an account's.
MARKER: Final = "pgseq-server.json"

_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
#: Seconds that a server may take to stop.
PATIENCE: Final = 60.0


def stop_kept(folder: Path) -> None:
    """Stop and remove a server that was left running by `Server.keep()`.

    It is ours where its marker is, which says of which folder it is: that folder is opened once, and what is done is
    done in what was opened, whatever stands at its name meanwhile. No program runs that another user has named.
    Errors: UsageError when the folder is not one of ours, PgseqError when the server does not stop.
    """
    try:
        opened = Opened.at(folder)
    except OSError:
        raise _not_ours(folder) from None
    with opened:
        if not folder.name.startswith(PREFIX) or not opened.marked():
            raise _not_ours(folder)
        opened.stop()
        opened.remove()


def _not_ours(folder: Path) -> UsageError:
    return UsageError(
        f"{folder} is not the folder of a server that pgseq started for you.",
        Hint(command("demo", "", "--keep"), " prints the line that stops it; run it as the user who started it"),
    )


def identity(folder: Path) -> tuple[int, int]:
    """What tells a folder from any other, also of its name. Errors: OSError."""
    return _identity(folder.lstat())


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def remove_folder(folder: Path, known: tuple[int, int]) -> None:
    """Remove a server's folder, which was `known` when it was made. Errors: OSError."""
    with Opened.at(folder) as opened:
        if opened.identity == known:
            opened.remove()


class Opened(Struct, frozen=True):
    """A server's folder, opened once: everything goes by that, and nothing by its name."""

    path: Path
    #: Its descriptor.
    file: int

    @classmethod
    def at(cls, path: Path) -> Self:
        """Open a folder. Errors: OSError where there is none, or a link."""
        return cls(path, os.open(path, _FOLDER))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.file)

    @property
    def identity(self) -> tuple[int, int]:
        """What tells it from any other."""
        return _identity(os.fstat(self.file))

    def marked(self) -> bool:
        """Whether its marker is our own, and was made for this folder: its owner may have brought another."""
        text = self._text(MARKER, os.geteuid())
        with contextlib.suppress(ValueError, TypeError):
            return text is not None and json.loads(text) == {"folder": list(self.identity)}
        return False

    def stop(self) -> None:
        """Stop the server in it, as a crash: as the folder's owner, so that nobody else's process is hit.

        Errors: PgseqError when it does not stop.
        """
        owner = Account.of(os.fstat(self.file).st_uid)
        deadline = time.monotonic() + PATIENCE
        signalled: int | None = None
        while (pid := self._postmaster()) is not None:
            if pid != signalled:
                # The system's shell: a program of the folder is what its owner has made of it.
                run(Path("/bin/sh"), ["-c", 'kill -s QUIT "$0"', str(pid)], account=owner, folder=Path("/"))
                signalled = pid
            if time.monotonic() > deadline:
                raise PgseqError(f"The server in {self.path} does not stop.", f"kill -QUIT {pid}")
            time.sleep(0.02)

    def append(self, name: str) -> int:
        """A descriptor for writing at the end of a file in it, through no link. Errors: OSError."""
        return self._open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def remove(self) -> None:
        """Remove it with all that is in it, the marker last: after an interruption here, it is still known as ours.

        Also when a server that is ending still makes and removes files. Errors: OSError when it is still so after five
        seconds.
        """
        deadline = time.monotonic() + 5
        while True:
            try:
                self._empty()
                return self._remove_name()
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _empty(self) -> None:
        names = sorted(os.listdir(self.file), key=MARKER.__eq__)
        for name in names:
            if stat.S_ISDIR(os.stat(name, dir_fd=self.file, follow_symlinks=False).st_mode):
                # By descriptors, too: it follows no link that is put in its way (rmtree.avoids_symlink_attacks).
                shutil.rmtree(name, dir_fd=self.file)
            else:
                os.unlink(name, dir_fd=self.file)

    def _remove_name(self) -> None:
        """Take the folder's name away, where it still is its name; rmdir() takes nothing that is not empty."""
        with contextlib.suppress(FileNotFoundError):
            if identity(self.path) == self.identity:
                self.path.rmdir()

    def _postmaster(self) -> int | None:
        """The process that postmaster.pid names, where it runs in the data directory; None: there is none."""
        text = self._text("data/postmaster.pid", os.fstat(self.file).st_uid)
        line = "" if text is None else text.partition("\n")[0].strip()
        if not re.fullmatch(r"[1-9][0-9]{0,9}", line):
            return None
        try:
            data = os.stat("data", dir_fd=self.file, follow_symlinks=False)
            return int(line) if os.path.samestat(data, os.stat(f"/proc/{line}/cwd")) else None
        except OSError:
            # A process that is gone, or another's that has its number now; macOS has no /proc to tell.
            return None if Path("/proc/self").exists() else int(line)

    def _text(self, name: str, owner: int) -> str | None:
        """What the beginning of a regular file in it says that belongs to `owner`; None: there is no such file."""
        try:
            file = self._open(name, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            return None
        with open(file, "rb") as opened:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode) or status.st_uid != owner or status.st_mode & 0o022:
                return None
            return opened.read(4096).decode(errors="replace")

    def _open(self, name: str, flags: int) -> int:
        folder, _, file = name.rpartition("/")
        if not folder:
            return os.open(file, flags | os.O_NOFOLLOW, 0o600, dir_fd=self.file)
        inner = os.open(folder, _FOLDER, dir_fd=self.file)
        try:
            return os.open(file, flags | os.O_NOFOLLOW, 0o600, dir_fd=inner)
        finally:
            os.close(inner)
