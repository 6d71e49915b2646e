"""What hostile or very large inputs cost `pgseq explain`: each is made, read in a process of its own, and removed.

    python -m bench.explain_load [SCALE] [INPUT…] [--write]

SCALE is a share of the sizes (default 1); INPUT: default all, see INPUTS. The database, on a server of its own, has a
table for each of the first 1000 causes. Prints seconds, those of CPU, and the greatest memory of the process; with
--write, the section of docs/benchmarks.md is written.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from bench import apart
from pgseq.embedded import temporary_server

TABLES = 1000
CAUSES = 20_000
PROCESSES = 40
#: Lines, or records, at a scale of 1.
MILLION = 1_000_000
#: Bytes of the inputs that are no log.
GARBAGE = 11 * 2**20
STATEMENT = "INSERT INTO t{} (name) VALUES ('{}')"
TABLE = "CREATE TABLE t{0} (id serial PRIMARY KEY); INSERT INTO t{0} VALUES (1), (2)"
#: Runs the command and says how much memory it took at most, in kB, its seconds of CPU, and how it ended.
CHILD = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, used.ru_utime + used.ru_stime, done.returncode)
"""


def errors(count: int, causes: int) -> Iterator[bytes]:
    """A stderr log, log_line_prefix = '%m [%p] %u@%d '."""
    for n in range(count):
        head = f"{_time(n)} UTC [{4000 + n % PROCESSES}] app@shop "
        yield (
            f'{head}ERROR:  duplicate key value violates unique constraint "t{n % causes}_pkey"\n'
            f"{head}DETAIL:  Key (id)=({n // causes + 1}) already exists.\n"
        ).encode()


def csvlog(count: int, causes: int) -> Iterator[bytes]:
    """The same as a csvlog, with the statements."""
    for n in range(count):
        yield (
            f'{_time(n)} UTC,"app","shop",{4000 + n % PROCESSES},"[local]",6551.1,{n},"INSERT",{_time(n)} UTC,3/4,0,'
            f'ERROR,23505,"duplicate key value violates unique constraint ""t{n % causes}_pkey""",'
            f'"Key (id)=({n // causes + 1}) already exists.",,,,,"{STATEMENT.format(n % causes, n)}",,,'
            '"rails","client backend",,0\n'
        ).encode()


def others(count: int, causes: int) -> Iterator[bytes]:
    """Errors that no sequence could cause, each in other words."""
    for n in range(count):
        head = f"{_time(n)} UTC [{4000 + n % PROCESSES}] app@shop "
        yield f'{head}ERROR:  column "c{n % causes}" does not exist at character {n}\n'.encode()


def line(count: int, each: int) -> Iterator[bytes]:
    """`ERROR:  ` again and again, so many in a line; one line for 0."""
    for _ in range(count):
        yield b"x ERROR:  " * (each or 1) + (b"\n" if each else b"")


def quotes(count: int, each: int) -> Iterator[bytes]:
    """The beginning of a csvlog, and codes behind quotes that do not close."""
    yield b'2026-05-01 10:00:00.000 UTC,"app","shop",1,\n'
    for _ in range(count):
        yield b'"a,23505,'


#: Name → what it is, what makes it, how many, of what sort, whether a database is asked.
INPUTS: dict[str, tuple[str, Callable[[int, int], Iterator[bytes]], int, int, bool]] = {
    "million": ("1,000,000 errors of 20,000 causes", errors, MILLION, CAUSES, True),
    "csvlog": ("1,000,000 errors of 20,000 causes in a csvlog", csvlog, MILLION, CAUSES, True),
    "one": ("50,000 errors of one cause", errors, MILLION // 20, 1, False),
    "others": ("200,000 other errors, each in other words", others, MILLION // 5, MILLION, False),
    "line": ("11 MB of `ERROR:  ` in one line", line, GARBAGE // 10, 0, False),
    "lines": ("11 MB of `ERROR:  `, 40 in a line", line, GARBAGE // 401, 40, False),
    "quotes": ("11 MB of quotes that do not close", quotes, GARBAGE // 9, 0, False),
}


def main() -> None:
    """Measure and print."""
    words = [word for word in sys.argv[1:] if word != "--write"]
    load = os.getloadavg()[0]
    scale = float(words[0]) if words else 1.0
    rows = ["| input | MB | seconds | of CPU | MB of memory |", "|---|--:|--:|--:|--:|"]
    with tempfile.TemporaryDirectory() as folder, temporary_server() as server:
        _tables(server.dsn())
        for name in words[1:] or INPUTS:
            title, make, count, kind, asks = INPUTS[name]
            path = Path(folder) / "server.log"
            with path.open("wb") as file:
                file.writelines(make(max(int(count * scale), 1), kind))
            start = time.perf_counter()
            memory, used = _run(path, server.dsn("shop") if asks else None)
            seconds = time.perf_counter() - start
            rows.append(
                f"| {title} | {path.stat().st_size / 2**20:.0f} | {seconds:.1f} | {used:.1f} | {memory / 1024:.0f} |"
            )
            print(rows[-1], flush=True)
    if "--write" in sys.argv:
        how = (
            "`pgseq explain --log`, whole processes, one run each; the first two ask a database. "
            f"Load average before the first run {load:.1f}: where others work, seconds of CPU tell more"
        )
        apart.record("explain", "explain under load", how, "\n".join(rows))


def _tables(dsn: str) -> None:
    """A database with a table for each of some causes, whose sequence is behind."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE shop")
    with psycopg.connect(psycopg.conninfo.make_conninfo(dsn, dbname="shop"), autocommit=True) as connection:
        for n in range(TABLES):
            connection.execute(TABLE.format(n))


def _run(path: Path, dsn: str | None) -> tuple[int, float]:
    """The greatest memory of the process, in kB, and its seconds of CPU."""
    pgseq = Path(sys.executable).with_name("pgseq")
    command = [sys.executable, "-c", CHILD, str(pgseq), "explain", "--log", str(path), "--color", "never"]
    nowhere = {"PGHOST": str(path.parent), "PGPORT": "1"}
    done = subprocess.run(
        [*command, *(["-d", dsn] if dsn else [])],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=os.environ | ({} if dsn else nowhere),
    )
    memory, used, code = done.stdout.split()
    assert code in ("0", "1", "3"), f"exit code {code}"
    return int(memory), float(used)


def _time(number: int) -> str:
    second, thousandth = divmod(number, 1000)
    return f"2026-05-01 {10 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.{thousandth:03}"


if __name__ == "__main__":
    main()
