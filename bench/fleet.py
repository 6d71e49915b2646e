"""How many databases a second: 100 behind a slow wire by sessions at a time, and 1,000 on one server.

    python -m bench.fleet [--databases 1000] [--wait 20] [--write]

Some 8 GB of disk for the 1,000. Prints whole processes, one run each; with --write, its section of docs/benchmarks.md
is written. Exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from bench import apart
from bench.processes import Watch, server_seconds
from pgseq.embedded import temporary_server
from pgseq.embedded.server import EmbeddedServer

FEW: Final = 100
#: Sessions at a time, in the order in which they are measured.
JOBS: Final = (1, 4, 16, 32)
TEMPLATE: Final = "".join(f"CREATE TABLE t{number} (id serial PRIMARY KEY);" for number in range(3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A run: `databases` by `jobs` sessions at a time, behind a wire of `wait` ms both ways together."""

    databases: int
    wait: float
    jobs: int
    seconds: float
    #: Seconds of CPU, of pgseq and of the server.
    cpu: float
    megabytes: float

    @property
    def line(self) -> str:
        """A row of the table."""
        rate = self.databases / self.seconds
        return (
            f"| {self.databases:,} | {self.wait:g} ms | {self.jobs} | {self.seconds:.1f} | {self.cpu:.1f} | {rate:.0f} "
            f"| {self.megabytes:.0f} |"
        )


def main() -> int:
    """Build, measure, tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.fleet", description="databases a second")
    parser.add_argument("--databases", type=int, default=1000)
    parser.add_argument("--wait", type=float, default=20, help="ms of a round trip")
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    asked = parser.parse_args()
    settings = {"fsync": "off", "autovacuum": "off"}
    with tempfile.TemporaryDirectory() as folder, temporary_server(settings=settings) as server:
        build(server, asked.databases)
        load = os.getloadavg()[0]
        file = Path(folder) / "fleet.txt"
        with slow_wire(server, asked.wait) as port:
            write_list(file, f"host=127.0.0.1 port={port} user=postgres", FEW)
            slow = [measure(server, file, FEW, asked.wait, jobs) for jobs in JOBS]
        local = []
        for count in sorted({FEW, asked.databases}):
            write_list(file, server.dsn("postgres").replace("dbname=postgres", ""), count)
            local.append(measure(server, file, count, 0, 4))
    lines = [
        "| databases | round trip | sessions | s | s of CPU, server's too | databases a second | MB of memory |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    table = "\n".join([*lines, *(run.line for run in (*slow, *local))])
    print(table)
    faster = slow[0].seconds / min(run.seconds for run in slow)
    print(f"many at once: {faster:.1f} × faster than one (target 6); all: {local[-1].seconds:.0f} s (target 60)")
    if asked.write:
        how = (
            "`pgseq check --from FILE`, three sequences in each database, whole processes, one run each. Load average "
            f"before the first run {load:.1f}: where others work, seconds of CPU and ratios tell more"
        )
        apart.record("fleet", "Many databases", how, table)
    return int(faster < 6 or local[-1].seconds > 60)


def build(server: EmbeddedServer, count: int) -> None:
    """Databases of three sequences."""
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE tenant")
        with psycopg.connect(server.dsn("tenant"), autocommit=True) as template:
            template.execute(TEMPLATE.encode())
        for number in range(count):
            connection.execute(f"CREATE DATABASE tenant{number} TEMPLATE tenant STRATEGY file_copy".encode())


def write_list(file: Path, where: str, count: int) -> None:
    """A list of databases that only its owner may write to."""
    file.touch(mode=0o600)
    file.write_text("".join(f"{where} dbname=tenant{number}\n" for number in range(count)), "utf-8")


@contextlib.contextmanager
def slow_wire(server: EmbeddedServer, wait: float) -> Iterator[int]:
    """The port of a proxy in front of the server."""
    socket = str(Path(server.folder) / f".s.PGSQL.{server.port}")
    command = [sys.executable, "-m", "bench.proxy", socket, str(wait / 2)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as proxy:
        try:
            assert proxy.stdout is not None
            yield int(proxy.stdout.readline())
        finally:
            proxy.terminate()


def measure(server: EmbeddedServer, file: Path, databases: int, wait: float, jobs: int) -> Measured:
    """A check of all of them."""
    command = [str(Path(sys.executable).with_name("pgseq")), "check", "--from", str(file), "-j", str(jobs), "-q"]
    start, before = time.perf_counter(), _cpu(server)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        with Watch(program=running.pid, postmaster=server.pid or 0, database="tenant0") as watch:
            code = running.wait()
        seconds = time.perf_counter() - start
    assert code == 0, code
    cpu = _cpu(server) - before
    megabytes = watch.client_kb / 1024
    return Measured(databases=databases, wait=wait, jobs=jobs, seconds=seconds, cpu=cpu, megabytes=megabytes)


def _cpu(server: EmbeddedServer) -> float:
    """Seconds of CPU so far, of the server and of the processes that have ended here."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return server_seconds(server.pid or 0) + ended.ru_utime + ended.ru_stime


if __name__ == "__main__":
    sys.exit(main())
