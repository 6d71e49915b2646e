"""docs/cutover.md: its commands are run in their order, with writers where the page says that there are some."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.clients import run_client
from tests.support.commandline import Completed
from tests.support.cutover import Clerk, Ends, Servers, both_ends, clerks, returned, work
from tests.support.runbook import run, steps

SCHEMA: Final = """
CREATE TABLE orders (id serial PRIMARY KEY, note text);
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE SEQUENCE invoice_no;
"""
STATEMENTS: Final = (
    "INSERT INTO orders DEFAULT VALUES RETURNING id",
    "INSERT INTO events DEFAULT VALUES RETURNING id",
    "SELECT nextval('invoice_no')",
)
REPLICATION: Final = ("schema", "replicate", "rehearse", "ahead", "close", "caught_up", "last", "open", "back")


@pytest.fixture
def ends(servers: Servers) -> Iterator[Ends]:
    """A source with tables, and an empty target."""
    with both_ends(servers, 14, 18) as both:
        both.source.run(SCHEMA)
        yield both


def test_every_step_is_run() -> None:
    assert [*steps()] == [*REPLICATION, "restore"]


@pytest.mark.slow
def test_logical_replication(ends: Ends, tmp_path: Path) -> None:
    with clerks(ends.source, STATEMENTS) as before:
        for name in ("schema", "replicate", "rehearse", "ahead"):
            follow(ends, name, tmp_path)
        work(0.5)
        follow(ends, "close", tmp_path)
    follow(ends, "caught_up", tmp_path)
    last = follow(ends, "last", tmp_path)
    assert "this is its last word" in last.out
    assert "2 proved (2 by a real INSERT), 1 feeds no column" in last.out
    follow(ends, "open", tmp_path)
    with clerks(ends.target, STATEMENTS) as after:
        work(0.5)
    nothing_twice(before, after)
    for table in ("orders", "events"):
        kept = ends.source.rows(f"SELECT id FROM {table}")
        assert set(kept) < set(ends.target.rows(f"SELECT id FROM {table}"))
    follow(ends, "back", tmp_path)
    with clerks(ends.source, STATEMENTS) as again:
        work(0.2)
    nothing_twice([*before, *after], again)


def test_an_older_dump(ends: Ends, tmp_path: Path) -> None:
    with clerks(ends.source, STATEMENTS) as before:
        work(0.2)
        assert run_client("pg_dump", "-Fc", "-f", tmp_path / "app.dump", "-d", ends.source.dsn).code == 0
        work(0.2)
    follow(ends, "restore", tmp_path)
    with clerks(ends.target, STATEMENTS) as after:
        work(0.2)
    nothing_twice(before, after)


def follow(ends: Ends, name: str, home: Path) -> Completed:
    """Run one step of the page; it must end well."""
    variables = {
        "SOURCE": ends.source.server.tcp(ends.source.name),
        "TARGET": ends.target.server.tcp(ends.target.name),
    }
    done = run(steps()[name], home, variables)
    assert done.code == 0, f"{name}: {done.out}{done.err}"
    return done


def nothing_twice(before: list[Clerk], after: list[Clerk]) -> None:
    """Writers were at work on both sides, nothing was refused on the later one, nothing was handed out twice."""
    assert [clerk.errors for clerk in after] == [[] for _ in after]
    first, later = returned(before), returned(after)
    for statement in STATEMENTS:
        assert first[statement]
        assert later[statement]
        values = first[statement] + later[statement]
        assert len(values) == len(set(values)), statement
