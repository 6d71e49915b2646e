"""A standby of a server: it can be checked, and nothing on it can be repaired."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import pytest

from pgseq import embedded
from tests.support.database import Server, in_memory


@contextlib.contextmanager
def standby(primary: Server) -> Iterator[Server]:
    """A hot standby for the length of a block, on a socket of its own.

    The test is skipped where the installation has no pg_basebackup: 15 and 18 have it.
    """
    if not (primary.embedded.binaries / "pg_basebackup").exists():
        pytest.skip(f"no pg_basebackup for PostgreSQL {primary.major}")
    with in_memory():
        replica = embedded.EmbeddedServer.prepare(primary.embedded.binaries)
    try:
        replica.run("pg_basebackup", "-D", str(replica.data), "-d", primary.dsn(), "-R", "-c", "fast", "--no-sync")
        replica.configure({"listen_addresses": ""})
        yield Server(major=primary.major, embedded=replica.start())
    finally:
        replica.remove()


def catch_up(primary: Server, replica: Server) -> None:
    """Wait until the standby has replayed all that was committed on the primary so far."""
    primary.admin("CHECKPOINT")  # flushes what synchronous_commit = off has left in memory
    ((position,),) = primary.admin("SELECT pg_current_wal_flush_lsn()")
    deadline = time.monotonic() + 30
    while replica.admin(f"SELECT pg_last_wal_replay_lsn() < '{position}'") != [(False,)]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the standby does not reach {position}")
        time.sleep(0.01)
