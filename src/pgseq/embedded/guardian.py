"""The process that makes a temporary server's folder, and removes it however Python ends."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from msgspec import Struct

from pgseq.embedded.account import Account
from pgseq.embedded.folder import MARKER, PREFIX, Opened, identity
from pgseq.errors import PgseqError, UsageError

#: Longest path of a socket that every platform takes (sun_path: 104 bytes on macOS, 108 on Linux).
SOCKET_PATH: Final = 103


def place_for_folders(account: Account) -> Path:
    """The temporary folder, or another where a socket's path fits and the account may enter.

    Errors: UsageError when there is no such place.
    """
    longest = f"/{PREFIX}12345678/.s.PGSQL.12345"
    for place in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        if account.enters(place) and len(f"{place}{longest}") <= SOCKET_PATH:
            return place
    raise UsageError("No folder for temporary files that PostgreSQL could use.", "Set TMPDIR to a short path.")


class Guardian(Struct, frozen=True):
    """The process that makes a server's folder, and removes it when Python ends in whatever way.

    It makes the folder itself, so that there is no moment in which the folder is there and nobody minds it.
    """

    process: subprocess.Popen[bytes]
    folder: Path
    #: Of the folder: what tells it from any other.
    identity: tuple[int, int]

    @classmethod
    def start(cls, account: Account) -> Self:
        """Start `python -m pgseq.embedded PLACE`, which makes a new folder, as yet our own.

        It reads from a pipe until it is dismissed with a word, or until the pipe closes because Python ended.
        Errors: UsageError when there is no place for a folder, PgseqError when the guardian does not make it.
        """
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pgseq.embedded", str(place_for_folders(account))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            assert process.stdout is not None
            with process.stdout as name:
                folder = os.fsdecode(name.read())
        except BaseException:
            process.communicate()
            raise
        if not folder:
            process.communicate()
            raise PgseqError("No temporary folder could be made.", "Set TMPDIR to a folder that you may write to.")
        return cls(process, Path(folder), identity(Path(folder)))

    def mark(self) -> None:
        """Say in the folder that it is ours, and which folder that is."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(self.folder / MARKER, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump({"folder": self.identity}, file)

    @property
    def pipe(self) -> Sequence[int]:
        """What a program has to keep open, for the guardian to wait for its end, too."""
        return [self.process.stdin.fileno()] if self.process.stdin else []

    def dismiss(self) -> None:
        """Let it end without doing anything."""
        if self.process.poll() is None:
            self.process.communicate(b"dismissed")

    def clear(self) -> None:
        """Let it remove what there is, and wait for that."""
        self.process.communicate()


def stand_guard(place: Path) -> None:
    """Be the guardian: make a folder in a place, tell its name, and remove it unless dismissed.

    The pipe closes when the last of Python and a running initdb has ended (see `Server.run`). A server that was
    started in the same moment gets the time to write its postmaster.pid.
    """
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    with Opened.at(path) as folder:
        with contextlib.suppress(BrokenPipeError):  # Python has ended meanwhile
            os.write(sys.stdout.fileno(), os.fsencode(path))
        os.close(sys.stdout.fileno())
        if not sys.stdin.buffer.read():
            time.sleep(0.2)
            folder.stop()
            folder.remove()
