"""How fast `pgseq lint` reads: a dump of the given size is made, read in a process of its own, and removed.

    python -m bench.lint [SIZE] [SHAPE…] [--write]

SIZE in MB (default 1000); SHAPE: copy, csv, rows and inserts (INSERTs of 1000 rows, and of one, for a tenth of SIZE);
million and millions (one INSERT of 2,000,000 rows, and of 12,000,000, at the default SIZE), string (one of a tenth of
SIZE); default: all. Prints seconds, MB/s, and the greatest memory that the process took; with --write, its section of
docs/benchmarks.md is written.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import apart

#: What pg_dump writes before the data of a serial column.
HEAD = b"""\
CREATE TABLE public.users (id integer NOT NULL, name text, email text, created timestamptz);
CREATE SEQUENCE public.users_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;
ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);
"""
#: Rows written at a time.
BATCH = 10_000
ROWS_PER_INSERT = 1000
#: Runs the command and says how much memory it took at most, in kB, and what it said.
CHILD = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.returncode)
"""


def copy(first: int) -> bytes:
    """Rows of a COPY in text format."""
    return b"".join(
        b"%d\tAlice Example %d\talice%d@example.org\t2024-01-01 00:00:00+00\n" % (n, n, n)
        for n in range(first, first + BATCH)
    )


def csv(first: int) -> bytes:
    """Rows of a COPY in csv format."""
    return b"".join(
        b'%d,"Alice, Example %d",alice%d@example.org,2024-01-01 00:00:00+00\n' % (n, n, n)
        for n in range(first, first + BATCH)
    )


def inserts(first: int) -> bytes:
    """INSERTs of one row each."""
    return b"".join(b"INSERT INTO public.users VALUES %s;\n" % _row(n) for n in range(first, first + BATCH))


def rows(first: int) -> bytes:
    """INSERTs of many rows each, as pg_dump --rows-per-insert writes them."""
    return b"".join(
        b"INSERT INTO public.users VALUES\n\t"
        + b",\n\t".join(_row(n) for n in range(start, start + ROWS_PER_INSERT))
        + b";\n\n"
        for start in range(first, first + BATCH, ROWS_PER_INSERT)
    )


def million(first: int) -> bytes:
    """Rows of one INSERT, of 10 bytes each."""
    return b"".join(b",(%d)" % n for n in range(1_000_000 + first, 1_000_000 + first + BATCH))


def millions(first: int) -> bytes:
    """Rows of one INSERT, of 6 bytes each."""
    return b"".join(b",(%d)" % (100 + n % 900) for n in range(first, first + BATCH))


def string(first: int) -> bytes:
    """Some of a literal."""
    return b"x" * BATCH


def _row(number: int) -> bytes:
    return b"(%d, 'Alice Example %d', 'alice%d@example.org', '2024-01-01 00:00:00+00')" % (number, number, number)


#: Name → what stands before the rows, the rows, what stands behind them, the part of SIZE.
SHAPES: dict[str, tuple[bytes, Callable[[int], bytes], bytes, float]] = {
    "copy": (b"COPY public.users (id, name, email, created) FROM stdin;\n", copy, b"\\.\n", 1),
    "csv": (b"COPY public.users FROM stdin WITH (FORMAT csv);\n", csv, b"\\.\n", 1),
    "rows": (b"", rows, b"", 0.1),
    "inserts": (b"", inserts, b"", 0.1),
    "million": (b"INSERT INTO public.users VALUES (1)", million, b";\n", 0.0191),
    "millions": (b"INSERT INTO public.users VALUES (1)", millions, b";\n", 0.0687),
    "string": (b"INSERT INTO public.users VALUES (7, '", string, b"');\n", 0.1),
}


def main() -> None:
    """Measure and print."""
    words = [word for word in sys.argv[1:] if word != "--write"]
    lines = ["| dump | MB | s | MB/s | MB of memory |", "|---|--:|--:|--:|--:|"]
    for shape in words[1:] or SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "dump.sql"
            made = write(path, shape, int(words[0]) if words else 1000)
            start = time.perf_counter()
            memory, code = _run(path)
            seconds = time.perf_counter() - start
        assert code == 1, "the ids were not found"
        size = made / 2**20
        lines.append(f"| {shape} | {size:.0f} | {seconds:.1f} | {size / seconds:.1f} | {memory / 1024:.0f} |")
        print(lines[-1], flush=True)
    if "--write" in sys.argv:
        how = (
            "Whole processes, one run each; `rows` and `inserts` are INSERTs of 1000 rows and of one, `million` and "
            "`millions` one INSERT of 2,000,000 and of 12,000,000 rows in one line, `string` one literal"
        )
        apart.record("lint", "Speed of lint", how, "\n".join(lines))


def write(path: Path, shape: str, size: int) -> int:
    """Write a dump of about `size` MB, or a part of it; how many bytes they are."""
    before, batch, behind, part = SHAPES[shape]
    with path.open("wb") as file:
        file.write(HEAD + before)
        for first in _firsts():
            if file.tell() >= size * part * 2**20:
                break
            file.write(batch(first))
        file.write(behind)
    return path.stat().st_size


def _firsts() -> Iterator[int]:
    first = 1
    while True:
        yield first
        first += BATCH


def _run(path: Path) -> tuple[int, int]:
    pgseq = Path(sys.executable).with_name("pgseq")
    command = [sys.executable, "-c", CHILD, str(pgseq), "lint", str(path), "--color", "never"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=dict(os.environ))
    memory, code = done.stdout.split()
    return int(memory), int(code)


if __name__ == "__main__":
    main()
