"""`pgseq sync` beside `pgcopydb copy sequences`: where each leaves the target, and how long each takes.

    python -m bench.sync [--count 10000] [--rounds 3] [--write]

Needs pgcopydb (Debian's package, installed or unpacked below .cache/debian). With --write, the tables of
docs/cutover.md are written.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from bench import apart
from bench.shapes import Shape, build, left, put
from pgseq.embedded import temporary_server, wheel_binaries
from pgseq.embedded.server import EmbeddedServer

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "cutover.md"
_TABLE: Final = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
#: Durability as PostgreSQL comes; no vacuum in the middle of a run.
SETTINGS: Final = {"fsync": "on", "autovacuum": "off"}
#: Room for the locks of a serializable transaction that reads all sequences.
LOCKS: Final = {"max_locks_per_transaction": "1024", "max_pred_locks_per_transaction": "1024"}
#: A run of a tool from a source DSN to a target DSN.
Tool = Callable[[str, str], "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One sequence `s` with the column `t.id` that it feeds, on both ends."""

    title: str
    source: str
    target: str
    #: What both have: CREATE SEQUENCE's options.
    options: str = ""


SITUATIONS: Final = (
    Situation(title="target behind", source="SELECT setval('s', 100)", target=""),
    Situation(
        title="target ahead: it has been written to since the cut",
        source="SELECT setval('s', 100)",
        target="SELECT setval('s', 150); INSERT INTO t SELECT generate_series(1, 150)",
    ),
    Situation(
        title="rows on the target beyond the source's position",
        source="SELECT setval('s', 100)",
        target="INSERT INTO t SELECT generate_series(1, 120)",
    ),
    Situation(
        title="never called on the source, in use on the target",
        source="SELECT 1",
        target="SELECT setval('s', 5); INSERT INTO t SELECT generate_series(1, 5)",
    ),
    Situation(title="set with is_called = false", source="SELECT setval('s', 50, false)", target=""),
    Situation(
        title="descending, target ahead",
        options="INCREMENT -1 MINVALUE -1000 MAXVALUE -1 START -1",
        source="SELECT setval('s', -100)",
        target="SELECT setval('s', -150); INSERT INTO t SELECT generate_series(-150, -1)",
    ),
    Situation(
        title="even ids on the target, odd ones on the source",
        source="ALTER SEQUENCE s INCREMENT 2; SELECT setval('s', 101)",
        target="ALTER SEQUENCE s INCREMENT 2; SELECT setval('s', 2, false)",
    ),
    Situation(
        title="renamed on the target, the same column",
        source="SELECT setval('s', 100)",
        target="ALTER SEQUENCE s RENAME TO renamed",
    ),
    Situation(
        title="another sequence exists on the source alone",
        source="SELECT setval('s', 100); CREATE SEQUENCE a",
        target="",
    ),
    Situation(
        title="another sequence is narrower on the target",
        source="SELECT setval('s', 100); CREATE SEQUENCE a; SELECT setval('a', 3000000000)",
        target="CREATE SEQUENCE a AS integer",
    ),
)


def main() -> int:
    """Compare, measure, tell."""
    asked = _arguments()
    with temporary_server(settings=SETTINGS) as source, temporary_server(settings=SETTINGS) as target:
        tools: dict[str, Tool] = {"pgseq sync": _pgseq, "pgcopydb copy sequences": _pgcopydb}
        tables = {"who_rewinds": _compared(source, target, tools)}
        if asked.count:
            tables["times"] = _timed(source, target, tools, asked.count, asked.rounds)
    for table in tables.values():
        print(table, "\n")
    if asked.write:
        text = PAGE.read_text("utf-8")
        PAGE.write_text(_TABLE.sub(lambda at: at[1] + tables.get(at[2], "") + "\n" + at[3], text), "utf-8")
        if "times" in tables:
            apart.record("sync", "sync beside pgcopydb", "Whole processes, in turn, on two servers", tables["times"])
    return 0


def _compared(source: EmbeddedServer, target: EmbeddedServer, tools: dict[str, Tool]) -> str:
    rows = []
    for situation in SITUATIONS:
        outcomes = []
        for tool in tools.values():
            with _pair(source, target) as (left_dsn, entered_dsn):
                _set_up(situation, left_dsn, entered_dsn)
                before, _ = _next(entered_dsn)
                done = tool(left_dsn, entered_dsn)
                outcomes.append(_verdict(left_dsn, entered_dsn, before, done))
        rows.append(f"| {situation.title} | {' | '.join(outcomes)} |")
    return "\n".join([f"| the target's next value | {' | '.join(tools)} |", "|---|---|---|", *rows])


def _set_up(situation: Situation, left_dsn: str, entered_dsn: str) -> None:
    both = f"CREATE SEQUENCE s {situation.options}; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s'))"
    for dsn, script in ((left_dsn, situation.source), (entered_dsn, situation.target)):
        _run(dsn, f"{both}; {script}")


def _verdict(left_dsn: str, entered_dsn: str, before: int, done: subprocess.CompletedProcess[str]) -> str:
    """Where the target's next value went, and what is wrong with it."""
    (now, increment), (theirs, their_increment) = _next(entered_dsn), _next(left_dsn)
    way = 1 if increment > 0 else -1
    stored = now in {value for (value,) in _run(entered_dsn, "SELECT id FROM t")}
    faults = [
        text
        for text, found in (
            ("**rewound**", (now - before) * way < 0),
            ("**next insert fails**", stored),
            ("**behind the source**", (now - (theirs - their_increment)) * way <= 0),
            ("**off its grid**", (now - before) % increment != 0),
        )
        if found
    ]
    failed = f"; exit code {done.returncode}" if done.returncode else ""
    return f"{before} → {now}{', ' if faults else ''}{', '.join(faults)}{failed}"


def _next(dsn: str) -> tuple[int, int]:
    """The next value of the sequence that feeds t.id, and its increment."""
    ((value, increment),) = _run(dsn, _FED)
    return value, increment


#: The sequence on which the default of t.id depends.
_FED: Final = """
SELECT d.last_value + CASE WHEN d.is_called THEN s.seqincrement ELSE 0 END, s.seqincrement
  FROM pg_depend p
  JOIN pg_attrdef a ON a.oid = p.objid AND a.adrelid = 't'::regclass
  JOIN pg_sequence s ON s.seqrelid = p.refobjid
 CROSS JOIN pg_get_sequence_data(s.seqrelid) d
 WHERE p.classid = 'pg_attrdef'::regclass AND p.refclassid = 'pg_class'::regclass
"""


def _timed(source: EmbeddedServer, target: EmbeddedServer, tools: dict[str, Tool], count: int, rounds: int) -> str:
    shape = Shape(name="sync", schemas=1, tables=count)
    for server in (source, target):
        _run(server.dsn(), f"CREATE DATABASE {shape.database}")
        build(shape, server.dsn(shape.database))
    dsns = source.dsn(shape.database), target.dsn(shape.database)
    put("in sync", dsns[0])
    rows = {name: [_median(tool, dsns, rounds)] for name, tool in tools.items()}
    for server in (source, target):
        server.stop()
        server.configure(LOCKS)
        server.start()
    for name, tool in tools.items():
        rows[name].append(_median(tool, dsns, rounds))
    more = ", ".join(f"{setting} = {value}" for setting, value in LOCKS.items())
    head = f"| {count:,} sequences, all behind; median of {rounds} | servers as they come | {more} |"
    return "\n".join([head, "|---|--:|--:|", *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items())])


def _median(tool: Tool, dsns: tuple[str, str], rounds: int) -> str:
    """How long a tool takes, or how it failed."""
    seconds = []
    for _ in range(rounds):
        put("out of sync", dsns[1])
        start = time.perf_counter()
        done = tool(*dsns)
        seconds.append(time.perf_counter() - start)
        if behind := left(dsns[1]):
            reason = "out of shared memory" if "out of shared memory" in done.stderr else f"exit code {done.returncode}"
            return f"fails: {reason}, {behind:,} left behind"
    return f"{statistics.median(seconds):.2f} s"


def _pgseq(source: str, target: str) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("pgseq"))
    return _call([program, "sync", source, target, "--yes", "--quiet"])


def _pgcopydb(source: str, target: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("pgcopydb", path=f"{os.environ['PATH']}:{ROOT / '.cache' / 'debian' / 'usr' / 'bin'}")
    if program is None:
        sys.exit("pgcopydb is not there: apt-get install pgcopydb")
    with tempfile.TemporaryDirectory() as folder:
        return _call([program, "copy", "sequences", "--source", source, "--target", target, "--dir", f"{folder}/work"])


def _call(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PATH": f"{wheel_binaries()}:{os.environ['PATH']}"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@contextmanager
def _pair(source: EmbeddedServer, target: EmbeddedServer) -> Iterator[tuple[str, str]]:
    for server in (source, target):
        _run(server.dsn(), "CREATE DATABASE pair")
    try:
        yield source.dsn("pair"), target.dsn("pair")
    finally:
        for server in (source, target):
            _run(server.dsn(), "DROP DATABASE pair WITH (FORCE)")


def _run(dsn: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="sequences to time; 0: none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
