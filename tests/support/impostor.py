"""A scripted server on the loopback interface that says that it is another product, of which none can run here.

It lets anybody in, answers SELECT version(), and refuses all else (PostgreSQL documentation, "Message Formats").
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


_READY = _message(b"Z", b"I")


def _welcome(server_version: str) -> bytes:
    statuses = {"server_version": server_version, "client_encoding": "UTF8", "standard_conforming_strings": "on"}
    parameters = (_message(b"S", f"{name}\0{value}\0".encode()) for name, value in statuses.items())
    return _message(b"R", struct.pack("!i", 0)) + b"".join(parameters) + _READY


def _version(text: str) -> bytes:
    value = text.encode()
    column = b"version\0" + struct.pack("!ihihih", 0, 0, 25, -1, -1, 0)
    row = struct.pack("!hi", 1, len(value)) + value
    return _message(b"T", struct.pack("!h", 1) + column) + _message(b"D", row) + _message(b"C", b"SELECT 1\0") + _READY


_REFUSED = _message(b"E", b"SERROR\0C0A000\0Mnot supported\0\0") + _READY


@contextlib.contextmanager
def impostor(server_version: str, version: str) -> Iterator[int]:
    """A server whose parameter server_version and whose version() are these; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, server_version, version), daemon=True).start()
        yield listener.getsockname()[1]


def _serve(listener: socket.socket, server_version: str, version: str) -> None:
    with contextlib.suppress(OSError, struct.error):
        while True:
            client, _ = listener.accept()
            with client, client.makefile("rb") as wire:
                # The start-up message has no kind; requests for encryption come before it.
                while (length := struct.unpack("!i", wire.read(4))[0]) == 8:
                    wire.read(4)
                    client.sendall(b"N")
                wire.read(length - 4)
                client.sendall(_welcome(server_version))
                while kind := wire.read(1):
                    body = wire.read(struct.unpack("!i", wire.read(4))[0] - 4)
                    if kind == b"X":
                        break
                    client.sendall(_version(version) if body == b"SELECT version()\0" else _REFUSED)
