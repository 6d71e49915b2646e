"""The one folder of a temporary server, and how it is known again as ours."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from pgseq.embedded.account import Account
from pgseq.embedded.programs import run
from pgseq.errors import PgseqError, UsageError

PREFIX: Final = "pgseq-"

#: Says that the folder is ours to remove, and with which programs to stop what runs in it.
MARKER: Final = "pgseq-server.json"

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


@dataclass(frozen=True, slots=True)
class Guardian:
    """The process that makes a server's folder, and removes it when Python ends in whatever way.

    It makes the folder itself, so that there is no moment in which the folder is there and nobody minds it.
    """

    process: subprocess.Popen[bytes]
    folder: Path

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
        return cls(process, Path(folder))

    def mark(self, binaries: Path) -> None:
        """Say in the folder that it is ours, and with which programs what runs in it is stopped."""
        (self.folder / MARKER).write_text(json.dumps({"binaries": str(binaries)}), encoding="utf-8")

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
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    with contextlib.suppress(BrokenPipeError):  # Python has ended meanwhile
        os.write(sys.stdout.fileno(), os.fsencode(folder))
    os.close(sys.stdout.fileno())
    if not sys.stdin.buffer.read():
        time.sleep(0.2)
        if (folder / MARKER).exists():
            stop_kept(folder)
        else:
            _remove_tree(folder)


def stop_kept(folder: Path) -> None:
    """Stop and remove a server that was left running by `Server.keep()`.

    It is stopped by pg_ctl as the folder's owner: whatever the folder says, nobody else's process is hit.
    Errors: UsageError when the folder is not one of ours, PgseqError when the server does not stop.
    """
    marker, data = folder / MARKER, folder / "data"
    if folder.is_symlink() or not folder.name.startswith(PREFIX) or not marker.is_file():
        raise UsageError(f"{folder} is not the folder of a server that pgseq started.")
    account = Account.owner(folder)
    pg_ctl = Path(json.loads(marker.read_text(encoding="utf-8"))["binaries"]) / "pg_ctl"
    if (data / "postmaster.pid").exists():
        status = run(pg_ctl, ["status", "-D", str(data)], account=account, folder=folder)
        if status.returncode == 0:
            done = run(pg_ctl, ["stop", "-D", str(data), "-m", "immediate"], account=account, folder=folder)
            if done.returncode:
                raise PgseqError(f"The server in {folder} does not stop: {done.stdout.strip()}")
    remove_folder(folder)


def remove_folder(folder: Path) -> None:
    """Remove a server's folder, the marker last: after an interruption here, it is still known as ours."""
    for path in folder.iterdir():
        if path.is_dir():
            _remove_tree(path)
        elif path.name != MARKER:
            path.unlink()
    _remove_tree(folder)


def _remove_tree(folder: Path) -> None:
    """Remove a folder, also when a server that is ending still makes and removes files in it.

    Errors: OSError when it is still so after five seconds.
    """
    deadline = time.monotonic() + 5
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
