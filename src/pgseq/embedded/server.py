"""A temporary server: made, started, stopped, started again, removed."""

from __future__ import annotations

import contextlib
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Self

from pgseq.embedded.account import Account
from pgseq.embedded.folder import MARKER, Opened, remove_folder
from pgseq.embedded.guardian import Guardian
from pgseq.embedded.programs import ENVIRONMENT, copied_to, copy, run, run_in_place, wheel_binaries
from pgseq.errors import PgseqError, UsageError

#: Seconds that a start or a stop may take before it counts as failed.
PATIENCE: Final = 60.0

StopMode = Literal["fast", "immediate"]


@dataclass(slots=True, kw_only=True)
class EmbeddedServer:
    """A PostgreSQL server of our own. It can be stopped and started again with its data until it is removed.

    Superuser is `postgres`, authentication is trust: whoever may enter the folder (mode 0700) may connect, and
    whoever is on this machine where the server listens on TCP.
    """

    #: Holds `postgres`, `initdb` and `pg_ctl`.
    binaries: Path
    #: Ours to remove: data, socket, log.
    folder: Path
    #: Also names the socket.
    port: int
    #: Whom it runs as.
    account: Account
    guardian: Guardian = field(repr=False)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    #: Whether it was handed over to whoever will call `stop_kept`.
    kept: bool = False

    @classmethod
    def prepare(cls, binaries: Path | None = None, *, port: int = 5432) -> Self:
        """Make the folder of a server, without data as yet, and put it under guard.

        Arguments: `binaries` is a folder with PostgreSQL's programs (None: `wheel_binaries()`).
        Errors: UsageError where no server can run here.
        """
        source = binaries or wheel_binaries()
        account = Account.for_servers()
        in_place = run_in_place(source, account)
        guardian = Guardian.start(account)
        folder = guardian.folder
        try:
            programs = source if in_place else copied_to(folder / "server", source)
            guardian.mark()
            if not in_place:
                copy(source, folder / "server")
            account.own(folder, MARKER)
        except BaseException:
            guardian.clear()
            raise
        return cls(binaries=programs, folder=folder, port=port, account=account, guardian=guardian)

    @classmethod
    def create(
        cls,
        binaries: Path | None = None,
        *,
        settings: Mapping[str, str] | None = None,
        listen: bool = False,
        initdb_args: Sequence[str] = (),
    ) -> Self:
        """Make a server with an empty cluster (encoding UTF8, locale C); it is not started yet.

        Arguments: `settings` go to postgresql.conf; `listen` adds TCP on 127.0.0.1 at a free port to the
        socket; `initdb_args` are appended to initdb's command line.
        Errors: UsageError as in `prepare`, PgseqError with initdb's output when it fails.
        """
        server = cls.prepare(binaries, port=_free_port() if listen else 5432)
        try:
            cluster = ["-D", str(server.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
            server.run("initdb", "--no-sync", *cluster, *initdb_args)
            addresses = "127.0.0.1" if listen else ""
            server.configure({"fsync": "off", "listen_addresses": addresses} | dict(settings or {}))
        except BaseException:
            server.remove()
            raise
        return server

    @property
    def data(self) -> Path:
        """The cluster's data directory."""
        return self.folder / "data"

    @property
    def pid(self) -> int | None:
        """Process id of the running postmaster, None when stopped."""
        return self.process.pid if self.process and self.process.poll() is None else None

    def dsn(self, dbname: str = "postgres") -> str:
        """Connection string (libpq's keyword form) through the socket."""
        return f"host={_quoted(str(self.folder))} port={self.port} dbname={_quoted(dbname)} user=postgres"

    def log_text(self) -> str:
        """All that the server has logged so far."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def run(self, program: str, *arguments: str) -> str:
        """Run one of the server's programs as the server's account; the guardian waits for its end, too.

        Return: what it printed. Errors: PgseqError with that when it fails.
        """
        held = self.guardian.pipe
        done = run(self.binaries / program, arguments, account=self.account, folder=self.folder, held=held)
        if done.returncode:
            raise PgseqError(f"{program} failed: {done.stdout.strip()}")
        return done.stdout

    def configure(self, settings: Mapping[str, str]) -> None:
        """Append settings to postgresql.conf, for the next start; port and socket remain the server's own."""
        own = {"port": str(self.port), "unix_socket_directories": str(self.folder)}
        with (
            Opened.at(self.folder) as folder,
            open(folder.append("data/postgresql.conf"), "a", encoding="utf-8") as file,
        ):
            for name, value in (dict(settings) | own).items():
                literal = value.replace("'", "''")
                file.write(f"{name} = '{literal}'\n")

    def start(self) -> Self:
        """Start the server, return when it accepts connections.

        Errors: PgseqError with the end of the log when it does not.
        """
        if self.pid:
            return self
        with Opened.at(self.folder) as folder, open(folder.append("log"), "ab") as log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C in a terminal is for Python alone
                **self.account.identity,
            )
        deadline = time.monotonic() + PATIENCE
        while self.pid and time.monotonic() < deadline:
            if self._ready():
                return self
            time.sleep(0.01)
        self.stop("immediate")
        raise PgseqError(f"PostgreSQL did not start: {self.log_text()[-2000:].strip()}")

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server and keep its data; `immediate` is a crash, and the next start recovers from it."""
        if self.process and self.pid:
            self.process.send_signal(signal.SIGINT if mode == "fast" else signal.SIGQUIT)
            self.process.wait(PATIENCE)
        self.process = None

    def remove(self) -> None:
        """Stop the server and remove everything of it."""
        self.stop("immediate")
        remove_folder(self.folder, self.guardian.identity)
        self.guardian.dismiss()

    def keep(self) -> None:
        """Let the server run on after Python's end, until `stop_kept(folder)`."""
        self.kept = True
        self.guardian.dismiss()

    def _ready(self) -> bool:
        """Whether the postmaster says so in the eighth line of postmaster.pid, where pg_ctl looks, too."""
        with contextlib.suppress(FileNotFoundError):
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return len(lines) > 7 and lines[7].strip() == "ready"
        return False


@contextlib.contextmanager
def temporary_server(
    binaries: Path | None = None,
    *,
    settings: Mapping[str, str] | None = None,
    listen: bool = False,
    initdb_args: Sequence[str] = (),
) -> Iterator[EmbeddedServer]:
    """A running server for the length of a block; after it nothing is left, unless `keep()` was called in it.

    Arguments and errors are those of `Server.create` and `Server.start`.
    """
    server = EmbeddedServer.create(binaries, settings=settings, listen=listen, initdb_args=initdb_args)
    try:
        yield server.start()
    finally:
        if not server.kept:
            server.remove()


def _free_port() -> int:
    """A TCP port that nobody listens at, below those that systems give to outgoing connections.

    So nothing takes it in passing while the server is stopped for a moment.
    """
    for port in random.sample(range(20000, 30000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise UsageError("No free TCP port from 20000 to 29999 on 127.0.0.1.")


def _quoted(value: str) -> str:
    """A value of a connection string, in quotes where libpq wants them."""
    if value and not set(value) & set(" \\'"):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
