"""A network that goes away while a statement runs."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pgseq.pg.connect import connect
from tests.support.database import Database


def keepalive(dsn: str) -> tuple[int, int, int, int]:
    """Whether a connection is probed, after how many silent seconds, how often, and how many times."""
    with connect(dsn) as connection, socket.socket(fileno=connection.fileno()) as taken:
        options = (
            (socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
            (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
            (socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
        )
        enabled, idle, interval, count = (taken.getsockopt(*option) for option in options)
        taken.detach()
    return bool(enabled), idle, interval, count


def tcp(database: Database) -> str:
    """The database by way of TCP."""
    return f"host=127.0.0.1 port={database.server.embedded.port} user=postgres dbname={database.name}"


def test_noticed_in_a_minute_and_a_half(database: Database) -> None:
    assert keepalive(tcp(database)) == (True, 60, 10, 3)


def test_or_as_the_caller_says(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keepalive(f"{tcp(database)} keepalives_idle=5") == (True, 5, 10, 3)
    assert keepalive(f"{tcp(database)} keepalives=0")[0] is False
    services = tmp_path / "services"
    services.write_text(f"[ours]\nhost=127.0.0.1\nport={database.server.embedded.port}\nkeepalives_count=7\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    assert keepalive(f"service=ours user=postgres dbname={database.name}") == (True, 60, 10, 7)
