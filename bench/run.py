"""`make bench`: pgseq beside what people use, on a PostgreSQL of its own. Linux; some 10 GB of disk for `huge`.

    python -m bench.run [--shapes flat tenants] [--only "pgseq fix" "wiki script"] [--rounds 3] [--scale 0.1]
                        [--limit 60] [--write]

Prints the medians and the targets. Exit code 1 when a target is missed, or cannot be told though its shapes were asked
for in full. With --write, docs/benchmarks.md and its chart are written.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg

from bench import page
from bench.contenders import contenders
from bench.measure import Bench, Run
from bench.shapes import STATES, Shape
from bench.targets import Results, targets
from pgseq.embedded import temporary_server

SHAPES: Final = (
    Shape(name="ten", schemas=1, tables=10),
    Shape(name="hundred", schemas=1, tables=100),
    Shape(name="thousand", schemas=1, tables=1_000),
    Shape(name="flat", schemas=1, tables=10_000),
    Shape(name="tenants", schemas=100, tables=100),
    Shape(name="huge", schemas=1_000, tables=100, rounds=1),
)
#: Durability as PostgreSQL comes; no vacuum in the middle of a run.
SETTINGS: Final = {"fsync": "on", "autovacuum": "off"}


def main() -> int:
    """Build, measure, tell."""
    asked = _arguments()
    chosen = [_scaled(shape, asked.scale) for shape in SHAPES if shape.name in asked.shapes]
    with tempfile.TemporaryDirectory() as folder, temporary_server(settings=SETTINGS) as server:
        bench = Bench(server=server, folder=Path(folder), limit=asked.limit)
        for shape in chosen:
            _tell(f"built {shape.name}, {shape.sequences:,} sequences: {bench.prepare(shape):.0f} s")
        facts = _facts(bench, asked.rounds)
        results = Results.of(_measured(bench, chosen, asked.rounds, asked.only))
    found = targets(results, {shape.name: shape for shape in chosen})
    print(*facts, "", sep="\n")
    print(page.summary(results, chosen))
    print(page.verdicts(found))
    if asked.write:
        page.write(results, chosen, found, facts)
    bad = (False, None) if asked.shapes == _names() else (False,)
    return int(any(one.met in bad for one in found))


def _facts(bench: Bench, rounds: int) -> list[str]:
    with psycopg.connect(bench.server.dsn()) as connection:
        ((version,),) = connection.execute("SHOW server_version").fetchall()
    return page.machine(version, bench.commit_seconds(), rounds)


def _measured(bench: Bench, chosen: Sequence[Shape], rounds: int, only: Sequence[str]) -> Iterator[Run]:
    """Every contender in turn, round after round. Who failed, or was ended at the limit, is not run again."""
    given_up: set[tuple[str, Shape, str]] = set()
    for shape in chosen:
        most = min(rounds, shape.rounds or rounds)
        for number in range(1, most + 1):
            for state in STATES:
                for contender in contenders():
                    if not contender.takes(shape) or (contender.name, shape, state) in given_up:
                        continue
                    if only and contender.name not in only:
                        continue
                    run = bench.run(contender, shape, state)
                    if run.ended or run.failure:
                        given_up.add((contender.name, shape, state))
                    words = f"{contender.name} {run.seconds:.2f} s {run.progress}{run.failure}"
                    _tell(f"{shape.name} {number}/{most}, {state}: {words}")
                    yield run


def _scaled(shape: Shape, scale: float) -> Shape:
    return replace(shape, tables=max(1, round(shape.tables * scale)))


def _names() -> list[str]:
    return [shape.name for shape in SHAPES]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description="pgseq beside what people use")
    parser.add_argument("--shapes", nargs="+", choices=_names(), default=_names(), help="databases to measure")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="programs to measure; all if not given")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program on each database")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the tables, for a trial")
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a program is ended")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and its chart")
    return parser.parse_args()


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
