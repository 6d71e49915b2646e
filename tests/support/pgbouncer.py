"""PgBouncer between pgseq and a server, as an account of its own on the loopback interface."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from pgseq.embedded.account import Account
from tests.support.database import Server
from tests.support.debian import pgbouncer

CONFIGURATION: Final = """\
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
admin_users = postgres
pool_mode = {mode}
default_pool_size = 2
server_idle_timeout = 1
"""


@contextlib.contextmanager
def pooled(server: Server, mode: str) -> Iterator[int]:
    """A PgBouncer before `server` for the length of a block, two server connections for each database; its port.

    `mode` is its pool_mode: session, transaction or statement. The test is skipped where there is no pgbouncer.
    """
    program = pgbouncer()
    if program is None:
        pytest.skip("no pgbouncer")
    folder, account, port = Path(tempfile.mkdtemp(prefix="pgbouncer-")), Account.for_servers(), _free_port()
    try:
        (folder / "users").write_text('"postgres" ""\n')
        settings = CONFIGURATION.format(server=server.embedded.port, port=port, folder=folder, mode=mode)
        (folder / "ini").write_text(settings)
        account.own(folder)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [program, str(folder / "ini")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                env={"PATH": os.defpath},
                start_new_session=True,
                **account.identity,
            )
        try:
            _wait(port, process, folder / "log")
            yield port
        finally:
            process.kill()
            process.wait()
    finally:
        shutil.rmtree(folder)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it listens."""
    deadline = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise RuntimeError(f"PgBouncer does not listen:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
