"""docs/benchmarks.md and the chart beside it, and the same tables for the terminal."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench import apart
from bench.chart import chart
from bench.measure import Run
from bench.shapes import ROWS, STATES, Shape, State
from bench.targets import OUT_OF_SYNC, Results, Target

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "benchmarks.md"
PACKAGES: Final = ("pgseq", "psycopg", "Django")
CHART: Final = ROOT / "docs" / "benchmarks.svg"

INTRODUCTION: Final = """\
# Benchmarks

Written by `make bench`. Whole processes, from start to end, one after the other and in turn, on a PostgreSQL of their
own with default durability (`fsync` and `synchronous_commit` on, `max_locks_per_transaction = 64`) and autovacuum off,
over its socket, on one machine. Before each run every sequence is put into the state named and the server makes a
checkpoint, neither of which is measured.

- *floor*: the leanest statements that read every maximum and every position, in batches on one open connection; the
  start of Python and the connection are not in its time, nor is any judgement.
- *wiki script*, *article script*: SQL that writes `SELECT SETVAL(…)` for every sequence and is run by psql. They lock
  nothing, read nothing back, and also set sequences that were ahead.
- *pgseq script*, *pgseq script --fix*: sql/check_sequences.sql and sql/fix_sequences.sql, run by psql as they are. They
  look at, lock and move one sequence at a time in one session, and show a row for each.
- *psycopg loop*: `SELECT max(id)` and `SELECT setval(…)` for each table.
- *Django*: `sqlsequencereset` for an app with a model for each table, piped to psql.
- *pgcopydb*, where it is installed: `list sequences` tells names only; `copy sequences`, here from the database to
  itself, reads and sets positions and looks at no column, so what was out of sync remains so.

`pgseq fix` locks each table while its sequence is moved, reads everything again, and reports every move. `pgseq range`
reads its history, and adds a sample of each run.
"""


def summary(results: Results, shapes: Iterable[Shape]) -> str:
    """The tables of all shapes, in Markdown."""
    return "\n".join(_shape(results, shape) for shape in shapes)


def verdicts(found: Iterable[Target]) -> str:
    """The table of targets, in Markdown."""
    words: Mapping[bool | None, str] = {True: "met", False: "**missed**", None: "not measured"}
    return _table(("target", "measured", ""), [(one.promise, one.figure, words[one.met]) for one in found])


def write(results: Results, shapes: Sequence[Shape], found: Sequence[Target], facts: Sequence[str]) -> None:
    """Write page and chart."""
    CHART.write_text(growth(results, shapes), encoding="utf-8")
    text = [
        INTRODUCTION,
        "\n".join(f"- {fact}" for fact in facts),
        "\n## Targets\n",
        verdicts(found),
        "## Growth\n",
        f"![Seconds by number of sequences, on logarithmic axes]({CHART.name})\n",
        summary(results, shapes),
        apart.kept(),
    ]
    PAGE.write_text("\n".join(text).rstrip() + "\n", encoding="utf-8")


def machine(server_version: str, commit_seconds: float, rounds: int) -> list[str]:
    """Where and when: date, versions, machine."""
    return [
        f"{datetime.now(UTC):%Y-%m-%d}, median of {rounds} rounds; ratios are medians of the ratios of each round",
        f"PostgreSQL {server_version}, Python {platform.python_version()}",
        ", ".join(f"{name} {version}" for name in PACKAGES if (version := _version(name))),
        f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} CPUs",
        f"{ROWS} rows in every table",
        f"load average before the first run {os.getloadavg()[0]:.1f}",
        f"a commit that waits for the disk: {commit_seconds * 1000:.2f} ms",
    ]


def growth(results: Results, shapes: Sequence[Shape]) -> str:
    """The chart: seconds over sequences where all are out of sync."""
    ordered = sorted((shape for shape in shapes if shape.name != "tenants"), key=lambda shape: shape.sequences)
    lines = {
        contender: [
            (shape.sequences, seconds)
            for shape in ordered
            if (seconds := results.seconds(contender, shape.name, OUT_OF_SYNC)) is not None
        ]
        for contender in dict.fromkeys(contender for contender, _, _ in results.runs)
    }
    return chart("Seconds by number of sequences, all out of sync", lines)


def _shape(results: Results, shape: Shape) -> str:
    where = "one schema" if shape.schemas == 1 else f"{shape.schemas:,} schemas × {shape.tables:,} tables"
    head = (
        "",
        "median",
        "spread",
        "× floor",
        "sequences/s",
        "client CPU",
        "server CPU",
        "client MB",
        "backend MB",
        "left",
    )
    rounds = f" ({shape.rounds} round)" if shape.rounds else ""
    parts = [f"## {shape.name}: {shape.sequences:,} sequences, {where}{rounds}\n"]
    for state in STATES:
        rows = [
            _row(runs, shape, results.seconds("floor", shape.name, state))
            for (_, name, of), runs in results.runs.items()
            if name == shape.name and of == state
        ]
        parts.append(f"All {state}:\n\n{_table(head, rows)}")
        notes = _notes(results, shape, state)
        parts += [f"{notes}\n"] if notes else []
    return "\n".join(parts)


def _row(runs: list[Run], shape: Shape, floor: float | None) -> tuple[str, ...]:
    known = [run.needed for run in runs if run.needed is not None]
    ended = any(run.ended for run in runs)
    cost = (
        f"{statistics.median(run.client_cpu for run in runs):.2f} s",
        f"{statistics.median(run.server_cpu for run in runs):.2f} s",
        f"{max(run.client_kb for run in runs) / 1024:.0f}",
        f"{max(run.backend_kb for run in runs) / 1024:.0f}",
        f"{max(run.left for run in runs):,}",
    )
    if not known:
        found = "failed" if runs[0].failure else f"> {runs[0].seconds:.0f} s"
        return (runs[0].contender, found, "", "", "", *cost)
    median = statistics.median(known)
    mark = " †" if ended else ""
    spread = f"{min(known):.2f} to {max(known):.2f}" if len(known) > 1 else ""
    ratio = f"{median / floor:.2f}" if floor else ""
    return (
        runs[0].contender,
        f"{median:.2f} s{mark}",
        spread,
        ratio,
        f"{shape.sequences / median:,.0f}",
        *cost,
    )


def _notes(results: Results, shape: Shape, state: State) -> str:
    last = [runs[-1] for (_, name, of), runs in results.runs.items() if name == shape.name and of == state]
    return "\n".join(_note(run) for run in last if run.failure or run.ended)


def _note(run: Run) -> str:
    if run.failure:
        return f"{run.contender}: {run.failure}; {run.left:,} sequences out of sync."
    how = "extrapolated" if run.estimate else "no telling how long it takes in full"
    done = f"{run.progress}, " if run.progress else ""
    return (
        f"† {run.contender}: ended after {run.seconds:.0f} s, {how}; by then {done}{run.left:,} sequences out of sync."
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    """The processor's name as Linux tells it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "processor unknown"
