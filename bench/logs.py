"""How fast `pgseq explain --log` reads: a log of the given size is made, read in a process of its own, and removed.

    python bench/logs.py [SIZE] [FORM…]

SIZE in MB (default 1000); FORM: stderr, csvlog, jsonlog (default: all three). One line in a thousand is a duplicate
key. No database is asked. Prints MB/s, and the greatest memory that the process took.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

#: A line in so many is an error.
RARE = 1000
#: What the rest of a busy server's log is made of: statements with their times.
STATEMENT = "SELECT o.id, o.total, c.name FROM orders AS o JOIN customers AS c ON c.id = o.customer WHERE o.id = {}"
INSERT = "INSERT INTO users (name)\n\tVALUES ('x')"
#: Runs the command and says how much memory it took at most, in kB.
CHILD = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.stdout.count(b"users_pkey"))
"""


def stderr(number: int) -> str:
    """Line `number` of a stderr log, log_line_prefix = '%m [%p] %u@%d '."""
    head = f"{_time(number)} UTC [{4000 + number % 40}] app@shop "
    if number % RARE:
        return f"{head}LOG:  duration: {number % 97}.125 ms  statement: {STATEMENT.format(number)}\n"
    return (
        f'{head}ERROR:  duplicate key value violates unique constraint "users_pkey"\n'
        f"{head}DETAIL:  Key (id)=({number // RARE}) already exists.\n"
        f"{head}STATEMENT:  {INSERT}\n"
    )


def csvlog(number: int) -> str:
    """Record `number` of a csvlog."""
    time = _time(number)
    head = f'{time} UTC,"app","shop",{4000 + number % 40},"10.0.0.7:4242",6551.1,{number},"INSERT",{time} UTC,3/4,0,'
    if number % RARE:
        text = f"duration: {number % 97}.125 ms  statement: {STATEMENT.format(number)}"
        return f'{head}LOG,00000,"{text}",,,,,,,,,"rails","client backend",,0\n'
    return (
        f'{head}ERROR,23505,"duplicate key value violates unique constraint ""users_pkey""",'
        f'"Key (id)=({number // RARE}) already exists.",,,,,"{INSERT}",,,"rails",'
        '"client backend",,0\n'
    )


def jsonlog(number: int) -> str:
    """Line `number` of a jsonlog."""
    fields = {"timestamp": f"{_time(number)} UTC", "user": "app", "dbname": "shop", "pid": 4000 + number % 40}
    if number % RARE:
        text = f"duration: {number % 97}.125 ms  statement: {STATEMENT.format(number)}"
        fields |= {"error_severity": "LOG", "message": text}
    else:
        fields |= {
            "error_severity": "ERROR",
            "state_code": "23505",
            "message": 'duplicate key value violates unique constraint "users_pkey"',
            "detail": f"Key (id)=({number // RARE}) already exists.",
            "statement": INSERT,
        }
    return json.dumps(fields | {"application_name": "rails"}, separators=(",", ":")) + "\n"


FORMS: dict[str, Callable[[int], str]] = {"stderr": stderr, "csvlog": csvlog, "jsonlog": jsonlog}


def main() -> None:
    """Measure and print."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for form in sys.argv[2:] or FORMS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "server.log"
            made = write(path, FORMS[form], size * 2**20)
            start = time.perf_counter()
            memory, found = _run(path)
            seconds = time.perf_counter() - start
        assert found == 1, "the errors were not found"
        print(f"{form:8} {made / 2**20:6.0f} MB  {made / 2**20 / seconds:5.0f} MB/s  {memory / 1024:4.0f} MB of memory")


def write(path: Path, form: Callable[[int], str], size: int) -> int:
    """Write a log of about `size` bytes; how many they are. A block of it is made once and repeated."""
    block = "".join(_block(form)).encode()
    with path.open("wb") as file:
        for _ in range(max(size // len(block), 1)):
            file.write(block)
    return path.stat().st_size


def _block(form: Callable[[int], str]) -> Iterator[str]:
    return (form(number) for number in range(50 * RARE))


def _run(path: Path) -> tuple[int, int]:
    pgseq = Path(sys.executable).with_name("pgseq")
    nowhere = {"PGHOST": str(path.parent), "PGPORT": "1"}
    command = [sys.executable, "-c", CHILD, str(pgseq), "explain", "--log", str(path), "--color", "never"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | nowhere)
    memory, found = done.stdout.split()
    return int(memory), min(int(found), 1)


def _time(number: int) -> str:
    return f"{datetime(2026, 5, 1) + timedelta(milliseconds=number):%Y-%m-%d %H:%M:%S}.{number % 1000:03}"


if __name__ == "__main__":
    main()
