"""A TCP proxy in front of a server, which cuts the wire after a given number of bytes."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

Direction = Literal["to server", "to client"]

#: SO_LINGER without time: close() sends RST instead of FIN.
ABORT: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Every connection ends as soon as `after` bytes have passed in one direction (of all connections together)."""

    direction: Direction
    after: int
    #: As when a firewall drops the connection (RST), not as when the other end says good-bye (FIN).
    abort: bool


@dataclass(slots=True, kw_only=True)
class Proxy:
    """A running proxy; after its cut nobody can connect any more."""

    listener: socket.socket
    server_port: int
    cut: Cut | None
    #: Bytes that have passed.
    passed: Counter[Direction] = field(default_factory=Counter)
    closed: bool = False
    _sockets: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        port: int = self.listener.getsockname()[1]
        return port

    def start(self) -> None:
        """Take connections from now on."""
        self._run(self._serve)

    def close(self) -> None:
        """End every connection."""
        with self._lock:
            self.closed = True
            abort = self.cut is not None and self.cut.abort
            for one in (self.listener, *self._sockets):
                with contextlib.suppress(OSError):
                    if abort:
                        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
                    # Wakes the thread that waits for it, which close() does not.
                    one.shutdown(socket.SHUT_RD if abort and one is not self.listener else socket.SHUT_RDWR)
                one.close()
            self._sockets.clear()

    def join(self) -> None:
        """Wait for its threads."""
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "a thread of the proxy does not end"

    def _run(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.server_port))
                with self._lock:
                    self._sockets += [client, server]
                    late = self.closed
                if late:
                    self.close()
                self._run(self._pump, client, server, "to server")
                self._run(self._pump, server, client, "to client")

    def _pump(self, source: socket.socket, sink: socket.socket, direction: Direction) -> None:
        """Pass on what comes, up to the cut."""
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data[: self._admit(direction, len(data))])
                if self.cut is not None and self.passed[self.cut.direction] >= self.cut.after:
                    self.close()
                    return
            if not self.closed:
                sink.shutdown(socket.SHUT_WR)

    def _admit(self, direction: Direction, size: int) -> int:
        """How many of `size` bytes may pass."""
        with self._lock:
            room = size
            if self.cut is not None and self.cut.direction == direction:
                room = min(size, self.cut.after - self.passed[direction])
            self.passed[direction] += room
            return room


@contextlib.contextmanager
def proxy(server_port: int, cut: Cut | None = None) -> Iterator[Proxy]:
    """A proxy in front of the server at a port of 127.0.0.1, for the length of a block."""
    running = Proxy(listener=socket.create_server(("127.0.0.1", 0)), server_port=server_port, cut=cut)
    running.start()
    try:
        yield running
    finally:
        running.close()
        running.join()
