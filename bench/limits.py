"""How far each command is from the floor (`bench/floor.py`), from ten sequences to a hundred thousand.

    python -m bench.limits [--shapes ten thousand flat tenants huge] [--scale 0.1] [--rounds 3] [--only check fix]

Prints, by shape and command: seconds, how many times the floor's, and what of client and server CPU a sequence takes.
The floor reads and judges nothing, and its time is without the start of Python and the connection: for ten sequences a
command is nothing but that start. Medians of rounds in turn; ratios are medians of each round's.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.contenders import PGSEQ, Contender, contenders
from bench.measure import Bench, Run
from bench.run import SETTINGS, SHAPES
from bench.shapes import STATES, Shape, State
from pgseq.embedded import temporary_server

IN_SYNC, OUT_OF_SYNC = STATES
#: Each command as it is typed, and what it finds.
COMMANDS: Final[Mapping[str, tuple[str, State]]] = {
    "check": ("check", IN_SYNC),
    "check, table": ("check", OUT_OF_SYNC),
    "check, json": ("check --format json", OUT_OF_SYNC),
    "verify": ("verify", IN_SYNC),
    "range": ("range", IN_SYNC),
    "why": ("why", OUT_OF_SYNC),
    "guard plan": ("guard plan", IN_SYNC),
    "fix --dry-run": ("fix --dry-run", OUT_OF_SYNC),
    "fix": ("fix --yes", OUT_OF_SYNC),
}
LAYOUTS: Final = ("ten", "thousand", "flat", "tenants", "huge")


def main() -> None:
    """Build the shapes, run each command beside the floor, print."""
    asked = _arguments()
    (floor,) = (contender for contender in contenders() if contender.name == "floor")
    with tempfile.TemporaryDirectory() as folder, temporary_server(settings=SETTINGS) as server:
        bench = Bench(server=server, folder=Path(folder), limit=3600)
        for shape in SHAPES:
            if shape.name in asked.shapes:
                scaled = replace(shape, tables=max(1, round(shape.tables * asked.scale)))
                bench.prepare(scaled)
                where = "one schema" if shape.schemas == 1 else f"{shape.schemas:,} schemas"
                print(f"{scaled.sequences:,} sequences, {where}", flush=True)
                for name in asked.only:
                    words, state = COMMANDS[name]
                    command = Contender(name=name, command=f"{PGSEQ} {words} > answer", answers=frozenset({0, 1}))
                    rounds = min(asked.rounds, shape.rounds or asked.rounds)
                    pairs = [
                        (bench.run(floor, scaled, state), bench.run(command, scaled, state)) for _ in range(rounds)
                    ]
                    print(f"  {name:14}{_cells(pairs, scaled)}", flush=True)


def _cells(pairs: list[tuple[Run, Run]], shape: Shape) -> str:
    if failure := next((run.failure for pair in pairs for run in pair if run.failure), None):
        return f"failed: {failure}"
    runs = [run for _, run in pairs]
    seconds = statistics.median(run.seconds for run in runs)
    times = statistics.median(run.seconds / floor.seconds for floor, run in pairs)
    client, server = (
        statistics.median(values) / shape.sequences * 1e6
        for values in ([run.client_cpu for run in runs], [run.server_cpu for run in runs])
    )
    memory = max(run.client_kb for run in runs) / 1024
    return f"{seconds:8.2f} s {times:7.2f} × floor {client:9,.0f} µs client {server:7,.0f} µs server {memory:5.0f} MB"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.limits", description="how far commands are from the floor")
    parser.add_argument("--shapes", nargs="+", choices=LAYOUTS, default=LAYOUTS, help="databases to measure")
    parser.add_argument("--only", nargs="+", choices=[*COMMANDS], default=[*COMMANDS], help="commands to measure")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the tables, for a trial")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each")
    return parser.parse_args()


if __name__ == "__main__":
    main()
