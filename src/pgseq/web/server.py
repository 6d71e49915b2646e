"""Serves the page on this computer alone, and opens it in a browser."""

from __future__ import annotations

import html
import os
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn

from pgseq.errors import UsageError
from pgseq.web.databases import Fix, WebDatabase, WebTarget
from pgseq.web.entrance import Entrance
from pgseq.web.job import Calling, thread
from pgseq.web.keys import Keys
from pgseq.web.pages import Pages
from pgseq.web.routes import Routes

ADDRESS: Final = "127.0.0.1"
#: Seconds that requests may still take when the page is closed.
GRACE: Final = 3
#: Seconds that a step may still take then; each is bounded by the lock timeout.
LAST_STEP: Final = 60


@dataclass(slots=True, kw_only=True)
class Site:
    """The page over some databases."""

    databases: tuple[WebDatabase, ...]
    keys: Keys
    fixing: bool

    @classmethod
    def over(
        cls, targets: Iterable[WebTarget], folder: Path, *, fixing: bool = True, calling: Calling = thread
    ) -> Site:
        """A page over these databases, with keys of its own; undo files are written to `folder`, and `calling` begins
        readings."""
        keys = Keys()
        databases = tuple(
            WebDatabase(number=number, target=target, keys=keys, folder=folder, calling=calling)
            for number, target in enumerate(targets, start=1)
        )
        return cls(databases=databases, keys=keys, fixing=fixing)

    def application(self, port: int) -> Entrance:
        """The ASGI application for that port."""
        pages = Pages(databases=self.databases, keys=self.keys, fixing=self.fixing)
        return Entrance(
            app=Routes(pages=pages, keys=self.keys).application(),
            keys=self.keys,
            hosts=frozenset({f"{ADDRESS}:{port}", f"localhost:{port}"}),
            cookie=f"pgseq-{port}",
        )

    def close(self) -> Iterator[Fix]:
        """Let what is under way go no further, and wait for it; yields the fixes among it, each when it has ended."""
        running = [fix for database in self.databases for fix in database.fixes.values() if not fix.job.finished]
        readings = [database.reading for database in self.databases if database.reading is not None]
        readings = [reading for reading in readings if reading.begun]
        for reading in readings:
            reading.stop()
        for fix in running:
            fix.job.stop()
        for fix in running:
            fix.job.wait(LAST_STEP)
            yield fix
        for reading in readings:
            reading.wait(GRACE)
        for database in self.databases:
            for fix in database.fixes.values():
                if fix.undone is not None:
                    fix.undone.wait(LAST_STEP)


def serve(site: Site, port: int, *, browser: bool, ready: Callable[[str], None]) -> None:
    """Serve the page until a signal ends it. `ready` is called with the address to open.

    Raises KeyboardInterrupt then, and UsageError where the port is taken."""
    with _listening(port) as listener:
        port = listener.getsockname()[1]
        address = f"http://{ADDRESS}:{port}{site.keys.first}"
        ready(address)
        config = uvicorn.Config(
            site.application(port),
            log_config=None,
            # What goes wrong is on the page, without secrets.
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=GRACE,
        )
        with _opened(address) if browser else nullcontext():
            uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, port))
        except OSError as error:
            raise UsageError(
                f"port {port} cannot be used: {error.strerror}", "name another one, or none: a free one is taken"
            ) from None
        listener.listen()
        yield listener


@contextmanager
def _opened(address: str) -> Iterator[None]:
    """Open the address in the user's browser, by way of a file that only he can read: the arguments of a program can be
    read by everybody on the computer, and the address holds the key."""
    with tempfile.TemporaryDirectory(prefix="pgseq-") as folder:
        file = Path(folder) / "open.html"
        file.touch(0o600)
        text = html.escape(address)
        file.write_text(f'<!DOCTYPE html><meta http-equiv="refresh" content="0; url={text}"><a href="{text}">pgseq</a>')
        if has_browser():
            webbrowser.open(file.as_uri())
        yield


def has_browser() -> bool:
    """Whether a browser with windows may be there; one without them would take the terminal."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(one) for one in ("DISPLAY", "WAYLAND_DISPLAY"))
