"""What a guard trigger costs: the same inserts into two like tables, one of them guarded, in turn.

    python -m bench.guard [--rounds 7] [--write]

Takes about a minute. Prints medians; with --write, its section of docs/benchmarks.md is written.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

from bench import apart
from pgseq.commands.guard.trigger import triggers
from pgseq.commands.guard.workflow import change
from pgseq.core.selection import scope
from pgseq.embedded import temporary_server
from pgseq.model.limits import Limits
from pgseq.pg.connect import open_pool
from pgseq.workflow import Options

TABLES: Final = ("plain", "guarded")
Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A piece of work: `rows` rows by some statements on a table; `first` is the first id to give."""

    name: str
    statements: int
    rows: int
    work: Callable[[Connection, Identifier, int], None]


def _single(connection: Connection, table: Identifier, first: int) -> None:
    statement = SQL("INSERT INTO {} (name) VALUES ('x')").format(table)
    for _ in range(2_000):
        connection.execute(statement, prepare=True)


def _single_explicit(connection: Connection, table: Identifier, first: int) -> None:
    statement = SQL("INSERT INTO {} VALUES (%s, 'x')").format(table)
    for number in range(first, first + 2_000):
        connection.execute(statement, (number,), prepare=True)


def _thousand(connection: Connection, table: Identifier, first: int) -> None:
    statement = SQL("INSERT INTO {} (name) SELECT 'x' FROM generate_series(1, 1000)").format(table)
    for _ in range(50):
        connection.execute(statement)


def _thousand_explicit(connection: Connection, table: Identifier, first: int) -> None:
    statement = SQL("INSERT INTO {} SELECT g, 'x' FROM generate_series(%s::bigint, %s) AS g").format(table)
    for start in range(first, first + 50_000, 1_000):
        connection.execute(statement, (start, start + 999))


def _copy(connection: Connection, table: Identifier, first: int) -> None:
    with connection.cursor().copy(SQL("COPY {} (name) FROM STDIN").format(table)) as rows:
        rows.write("x\n" * 100_000)


def _copy_explicit(connection: Connection, table: Identifier, first: int) -> None:
    with connection.cursor().copy(SQL("COPY {} FROM STDIN").format(table)) as rows:
        rows.write("".join(f"{number}\tx\n" for number in range(first, first + 100_000)))


LOADS: Final = (
    Load(name="INSERT, 1 row", statements=2_000, rows=2_000, work=_single),
    Load(name="INSERT, 1 row with its id", statements=2_000, rows=2_000, work=_single_explicit),
    Load(name="INSERT, 1,000 rows", statements=50, rows=50_000, work=_thousand),
    Load(name="INSERT, 1,000 rows with ids", statements=50, rows=50_000, work=_thousand_explicit),
    Load(name="COPY, 100,000 rows", statements=1, rows=100_000, work=_copy),
    Load(name="COPY, 100,000 rows with ids", statements=1, rows=100_000, work=_copy_explicit),
)


def main() -> None:
    """Build, measure, tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.guard", description="what a guard trigger costs")
    parser.add_argument("--rounds", type=int, default=7, help="runs of each load on each table")
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    asked = parser.parse_args()
    with temporary_server(settings={"fsync": "off", "autovacuum": "off"}) as server:
        dsn = server.dsn("postgres")
        with psycopg.connect(dsn, autocommit=True) as connection:
            for table in TABLES:
                connection.execute(f"CREATE TABLE {table} (id bigserial PRIMARY KEY, name text)".encode())
            _guard(dsn)
            lines = ["| load | without | with | ratio | µs a statement | µs a row |", "|---|---|---|---|---|---|"]
            lines += [_line(load, _medians(connection, load, asked.rounds)) for load in LOADS]
    table = "\n".join(lines)
    print(table)
    if asked.write:
        how = f"Inserts into two like tables, one of them guarded, in turn, median of {asked.rounds} rounds"
        apart.record("guard", "Cost of a guard trigger", how, table)


def _guard(dsn: str) -> None:
    """Guard the second table as the command line does."""
    options = Options(scope=scope(table=["guarded"]))
    with open_pool(dsn, 1) as pool:
        report = change(
            pool,
            options,
            lambda inventory: triggers(inventory, 0.10, Limits()),
            lambda plan: True,
            lambda done, total: None,
        )
    assert [item.result and item.result.status for item in report.items] == ["done"]


def _medians(connection: Connection, load: Load, rounds: int) -> dict[str, float]:
    """Median seconds on each table; the tables take turns, and turns in going first."""
    seconds: dict[str, list[float]] = {table: [] for table in TABLES}
    for number in range(rounds + 1):
        for table in TABLES if number % 2 else TABLES[::-1]:
            taken = _once(connection, load, table)
            if number:
                seconds[table].append(taken)
    return {table: statistics.median(taken) for table, taken in seconds.items()}


def _once(connection: Connection, load: Load, table: str) -> float:
    """Seconds of a load in one transaction, from an empty table."""
    connection.execute(f"TRUNCATE {table} RESTART IDENTITY".encode())
    connection.execute("CHECKPOINT")
    with connection.transaction():
        start = time.perf_counter()
        load.work(connection, Identifier(table), 1)
        return time.perf_counter() - start


def _line(load: Load, seconds: dict[str, float]) -> str:
    without_default, guarded = (seconds[table] for table in TABLES)
    more = (guarded - without_default) * 1e6
    times = f"{without_default * 1e3:.0f} ms | {guarded * 1e3:.0f} ms | {guarded / without_default:.2f}"
    return f"| {load.name} | {times} | {more / load.statements:.1f} | {more / load.rows:.2f} |"


if __name__ == "__main__":
    main()
