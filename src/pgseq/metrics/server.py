"""A small web server that shows the last samples: /metrics for Prometheus, and /healthz.

Python's own server of the standard library, one thread a connection; encodings are prometheus_client's.
"""

from __future__ import annotations

import base64
import binascii
import errno
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import bcrypt
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import Metric

from pgseq.errors import ConfigError, UsageError
from pgseq.metrics.web_config import WebConfig, load
from pgseq.names import display

#: Seconds after which a client that says nothing is left.
PATIENCE: Final = 10.0
#: Seconds between two looks whether to end.
POLL: Final = 0.2
#: Connections at a time; others wait.
MOST: Final = 64
#: For users that are not known, so that they take as long to be refused as a wrong password.
_NOBODY: Final = b"$2b$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"


class Latest:
    """The last samples, as prometheus_client's Collector; whoever asks before the first ones waits for them."""

    def __init__(self) -> None:
        self._families: list[Metric] = []
        self._ready = threading.Event()

    def put(self, families: list[Metric]) -> None:
        """Show these from now on."""
        self._families = families
        self._ready.set()

    def collect(self) -> Iterable[Metric]:
        """The last ones."""
        self._ready.wait()
        return self._families


@contextmanager
def serving(
    latest: Latest, address: tuple[str, int], web_config: Path | None, tell: Callable[[str], None]
) -> Iterator[str]:
    """Serve in threads of its own for the length of a block; yields the URL of /metrics.

    `tell` is called with what goes wrong meanwhile. Raises UsageError for an address that cannot be listened on,
    ConfigError for a web-config file that cannot be used.
    """
    config = _Config(web_config, tell)
    server = _listening(address, config, latest)
    threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True).start()
    host, port = server.server_address[:2]
    shown = f"[{host!s}]" if ":" in str(host) else str(host)
    try:
        yield f"{'https' if config.last.tls else 'http'}://{shown}:{port}/metrics"
    finally:
        server.shutdown()
        server.server_close()


class _Config:
    """A web-config file, read anew for each connection: certificates are replaced while it serves."""

    def __init__(self, path: Path | None, tell: Callable[[str], None]) -> None:
        self._path = path
        self._tell = tell
        self._told = ""
        self.last = load(path)

    def now(self) -> WebConfig:
        """What it says now; where it cannot be used, what it said before."""
        try:
            self.last, self._told = load(self._path), ""
        except ConfigError as error:
            if error.message != self._told:
                self._told = error.message
                self._tell(f"{error.message}; what it said before holds on")
        return self.last


def application(latest: Latest, config: _Config) -> WSGIApplication:
    """The pages, each behind basic authentication where the web-config file has users."""
    registry = CollectorRegistry(support_collectors_without_names=True)
    registry.register(latest)
    metrics: WSGIApplication = make_wsgi_app(registry)
    checking = threading.Lock()

    def pages(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        web = config.last

        def respond(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start(status, [*headers, *web.headers.items()], *rest)

        def say(status: str, text: str, *headers: tuple[str, str]) -> Iterable[bytes]:
            respond(status, [("Content-Type", "text/plain; charset=utf-8"), *headers])
            return [text.encode()]

        with checking:
            # One at a time: a guess costs a processor's time.
            welcome = _welcome(environ.get("HTTP_AUTHORIZATION", ""), web)
        if not welcome:
            return say("401 Unauthorized", "user and password are needed\n", ("WWW-Authenticate", "Basic"))
        match environ["PATH_INFO"]:
            case "/metrics":
                return metrics(environ, respond)
            case "/healthz":
                return say("200 OK", "ok\n")
            case _:
                return say("404 Not Found", "there are /metrics and /healthz\n")

    return pages


def _welcome(header: str, web: WebConfig) -> bool:
    """Whether a request may be answered, by its Authorization."""
    if not web.users:
        return True
    scheme, _, encoded = header.partition(" ")
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return False
    if scheme.lower() != "basic" or not colon:
        return False
    hashed = web.users.get(user.decode("utf-8", "replace"))
    try:
        return bcrypt.checkpw(password[:72], hashed or _NOBODY) and hashed is not None
    except ValueError:
        return False


def _listening(address: tuple[str, int], config: _Config, latest: Latest) -> _Server:
    host, port = address
    shown = display(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    try:
        family, _, _, _, bound_to = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        server = _Server(family, (str(bound_to[0]), int(bound_to[1])), config)
    except (OSError, UnicodeError) as error:
        number = getattr(error, "errno", None)
        reason = {errno.EADDRINUSE: "another program listens there"}.get(number or 0) or getattr(
            error, "strerror", None
        )
        raise UsageError(
            f"cannot listen on {shown}: {reason or 'it is no address'}", _HINTS.get(number or 0, _ADDRESS)
        ) from None
    server.set_app(application(latest, config))
    return server


_ADDRESS: Final = "name an address of this machine: --listen 127.0.0.1:9187"
_HINTS: Final = {
    errno.EADDRINUSE: "name another port, or end what listens there",
    errno.EACCES: "ports below 1024 are root's: name a higher one",
}


class _Handler(WSGIRequestHandler):
    """One connection. A request leaves no trace."""

    timeout = PATIENCE

    def log_message(self, format: str, *arguments: Any) -> None:
        """Write nothing."""


class _Server(ThreadingMixIn, WSGIServer):
    """Accepts connections; the handshake of TLS is left to the connection's own thread."""

    daemon_threads = True
    #: Else closing would wait for every connection.
    block_on_close = False

    def __init__(self, family: int, address: tuple[str, int], config: _Config) -> None:
        self.address_family = family
        self._config = config
        self._free = threading.Semaphore(MOST)
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind, without asking the resolver for a name."""
        TCPServer.server_bind(self)
        host, port = self.server_address[:2]
        self.server_name, self.server_port = str(host), int(port)
        self.setup_environ()

    def get_request(self) -> tuple[socket.socket, Any]:
        """The next connection, once one of the threads is free."""
        connection, address = super().get_request()
        tls = self._config.now().tls
        if tls is not None:
            connection = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        self._free.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away, are slow, or speak no TLS are no errors of ours."""
