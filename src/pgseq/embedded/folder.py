"""The one folder of a temporary server, and how it is known again as ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from pgseq.embedded.account import Account
from pgseq.embedded.programs import run
from pgseq.errors import PgseqError, UsageError

PREFIX: Final = "pgseq-"

#: Says that the folder is ours to remove, and with which programs to stop what runs in it.
MARKER: Final = "pgseq-server.json"

#: Longest path of a socket that every platform takes (sun_path: 104 bytes on macOS, 108 on Linux).
SOCKET_PATH: Final = 103


def make_folder(account: Account) -> Path:
    """A new folder, as yet our own: in the temporary folder, where a socket's path fits and the account may enter.

    Errors: UsageError when there is no such place.
    """
    longest = f"/{PREFIX}12345678/.s.PGSQL.12345"
    for parent in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        if account.enters(parent) and len(f"{parent}{longest}") <= SOCKET_PATH:
            return Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    raise UsageError("No folder for temporary files that PostgreSQL could use.", "Set TMPDIR to a short path.")


def guard(folder: Path, binaries: Path) -> subprocess.Popen[bytes]:
    """Mark a folder as ours and start its guardian.

    The guardian (`python -m pgseq.embedded FOLDER`) reads from a pipe until we dismiss it with a word, or until the
    pipe closes because Python ended in whatever way; then it stops and removes what was left.
    """
    (folder / MARKER).write_text(json.dumps({"binaries": str(binaries)}), encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "pgseq.embedded", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def dismiss(guardian: subprocess.Popen[bytes]) -> None:
    """Let the guardian end without doing anything."""
    if guardian.poll() is None:
        guardian.communicate(b"dismissed")


def stand_guard(folder: Path) -> None:
    """Be the guardian of a folder.

    The pipe closes when the last of Python and a running initdb has ended (see `Server.run`). A server that was
    started in the same moment gets the time to write its postmaster.pid.
    """
    if not sys.stdin.buffer.read():
        time.sleep(0.2)
        stop_kept(folder)


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
            shutil.rmtree(path)
        elif path.name != MARKER:
            path.unlink()
    shutil.rmtree(folder)
