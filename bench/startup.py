"""How long the command line takes: `pgseq --help`, and `pgseq check` on a database of ten tables.

    python bench/startup.py [DSN]

Without a DSN a throw-away server is used (pip install 'pgseq[demo]'). With one, what is checked is that database as it
is. Prints the median of whole processes, started one after the other.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

RUNS = 15
TABLES = 10


def main() -> None:
    """Measure and print."""
    with _dsn() as dsn:
        for arguments in (
            ["--version"],
            ["--help"],
            ["check", "--help"],
            ["check", dsn],
            ["check", dsn, "--format", "json"],
        ):
            shown = " ".join("DSN" if word == dsn else word for word in arguments)
            print(f"pgseq {shown:25} {_median(arguments) * 1000:5.0f} ms")


def _median(arguments: list[str]) -> float:
    command = [str(Path(sys.executable).with_name("pgseq")), *arguments]
    return statistics.median(_seconds(command) for _ in range(RUNS))


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


@contextlib.contextmanager
def _dsn() -> Iterator[str]:
    if len(sys.argv) > 1:
        yield sys.argv[1]
        return
    import psycopg

    from pgseq.embedded import temporary_server

    with temporary_server() as server:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            for number in range(TABLES):
                connection.execute(f"CREATE TABLE t{number} (id serial PRIMARY KEY)")
                connection.execute(f"INSERT INTO t{number} SELECT generate_series(1, 100)")
        yield server.dsn()


if __name__ == "__main__":
    main()
