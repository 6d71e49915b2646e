"""One run of one contender: the whole process, its memory, and what it cost the server."""

from __future__ import annotations

import os
import select
import signal
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from bench import django_project, shapes
from bench.contenders import Contender, statements
from bench.processes import Watch, server_seconds
from bench.shapes import Shape, State
from pgseq.embedded import EmbeddedServer

#: Commits that are timed.
COMMITS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was measured."""

    contender: str
    shape: str
    state: State
    #: Elapsed, of the whole process; what the floor printed of itself.
    seconds: float
    client_cpu: float
    server_cpu: float
    client_kb: int
    backend_kb: int
    #: Sequences out of sync when it was over.
    left: int
    #: Ended at its limit.
    ended: bool
    #: What it would have taken in full, from the share of its statements that had run; None: no telling.
    estimate: float | None
    #: How far it had come when it was ended.
    progress: str = ""
    #: The last words of a program that failed, or the first error that psql passed over.
    failure: str = ""

    @property
    def needed(self) -> float | None:
        """Seconds for all of the work, where it was done or can be told."""
        if self.failure:
            return None
        return self.estimate if self.ended else self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A server with a database for each shape, and a folder to work in."""

    server: EmbeddedServer
    folder: Path
    #: Seconds that a run may take.
    limit: float

    def prepare(self, shape: Shape) -> float:
        """Build a shape's database and its Django project; the seconds that took."""
        start = time.perf_counter()
        with psycopg.connect(self.server.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {shape.database}".encode())
        shapes.build(shape, self.server.dsn(shape.database))
        if shape.schemas == 1:
            tables = [table for _, table in shape.relations()]
            django_project.write(self.folder / shape.name / "django", shape.database, tables)
        return time.perf_counter() - start

    def commit_seconds(self) -> float:
        """Median time of a commit that waits for the disk, which is what most scripts do for every sequence."""
        with psycopg.connect(self.server.dsn(), autocommit=True) as connection:
            connection.execute("CREATE SEQUENCE flushed")
            return statistics.median(_timed(connection, "SELECT setval('flushed', 1)") for _ in range(COMMITS))

    def run(self, contender: Contender, shape: Shape, state: State) -> Run:
        """Measure once, from a database in `state`."""
        dsn = self.server.dsn(shape.database)
        shapes.put(state, dsn)
        # Its backend has touched every sequence, and must be gone before anybody's memory is looked at.
        self._disconnect(shape)
        (self.folder / shape.name).mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder / shape.name) as name:
            folder = Path(name)
            run = self._measure(contender, shape, state, folder)
            self._disconnect(shape)
            return run

    def _measure(self, contender: Contender, shape: Shape, state: State, folder: Path) -> Run:
        postmaster = self.server.pid or 0
        server_before, client_before = server_seconds(postmaster), _child_seconds()
        begun, start = time.time(), time.perf_counter()
        with (
            (folder / "errors").open("wb") as errors,
            subprocess.Popen(
                contender.command,
                shell=True,
                cwd=folder,
                env=self._environment(shape, folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            ) as process,
            Watch(program=process.pid, postmaster=postmaster, database=shape.database) as watch,
        ):
            ended = not _waited(process, contender.limit or self.limit)
            seconds = time.perf_counter() - start
        failed = not ended and process.returncode not in contender.answers
        client_cpu = _child_seconds() - client_before
        if contender.prints_seconds and not ended and not failed:
            seconds = float((folder / "answer").read_text().split()[0])
        run, written = statements(folder) if ended else (0, 0)
        writing = (folder / "begun").stat().st_mtime - begun if written else 0.0
        return Run(
            contender=contender.name,
            shape=shape.name,
            state=state,
            seconds=seconds,
            client_cpu=client_cpu,
            server_cpu=server_seconds(postmaster) - server_before,
            client_kb=watch.client_kb,
            backend_kb=watch.backend_kb,
            left=shapes.left(self.server.dsn(shape.database)),
            ended=ended,
            estimate=writing + (seconds - writing) * written / run if run else None,
            progress=f"{run:,} of {written:,} statements run" if written else "",
            failure=_last_line(folder / "errors", process.returncode) if failed else _complaint(folder / "errors"),
        )

    def _environment(self, shape: Shape, home: Path) -> dict[str, str]:
        """No setting of the user's own changes a run: psql is the server's."""
        path = f"{self.server.binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        address = {"PGHOST": str(self.server.folder), "PGPORT": str(self.server.port)}
        return address | {
            "PATH": path,
            "HOME": str(home),
            "TMPDIR": str(home),
            "PGUSER": "postgres",
            "PGDATABASE": shape.database,
        }

    def _disconnect(self, shape: Shape) -> None:
        """End what a program that was ended left behind, and wait until it is gone."""
        question = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
        with psycopg.connect(self.server.dsn(), autocommit=True) as connection:
            while connection.execute(question, (shape.database,)).fetchone() != (0,):
                time.sleep(0.02)


def _complaint(errors: Path) -> str:
    """The first error that psql showed: it goes on to the next statement, and its exit code is 0."""
    with errors.open(errors="replace") as lines:
        return next((line.strip() for line in lines if "ERROR:" in line), "")


def _last_line(errors: Path, code: int) -> str:
    lines = errors.read_text(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), f"exit code {code}")


def _timed(connection: psycopg.Connection[Any], statement: str) -> float:
    start = time.perf_counter()
    connection.execute(statement.encode())
    return time.perf_counter() - start


def _waited(process: subprocess.Popen[bytes], limit: float) -> bool:
    """Whether a process group ended within its limit; else it is ended.

    Not Popen.wait(limit), which looks only every 50 ms.
    """
    watched = os.pidfd_open(process.pid)
    try:
        within = bool(select.select([watched], [], [], limit)[0])
    finally:
        os.close(watched)
    if not within:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return within


def _child_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system
