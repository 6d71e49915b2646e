"""Cut-overs by the book on real servers: logical replication under writers, a restore that is older than its source."""

from __future__ import annotations

import itertools
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.clients import run_client
from tests.support.commandline import Pgseq, at_once, environment, executable
from tests.support.cutover import (
    Clerk,
    Ends,
    Servers,
    both_ends,
    clerks,
    close,
    copy_schema,
    replicated,
    returned,
    wait_for_target,
    work,
)
from tests.support.database import Database

SCHEMA: Final = """
CREATE TABLE orders (id serial PRIMARY KEY, note text);
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY (INCREMENT BY 10 CACHE 5) PRIMARY KEY);
CREATE TABLE countdown (id integer PRIMARY KEY);
CREATE SEQUENCE countdown_ids AS integer INCREMENT BY -1 MINVALUE -1000000 MAXVALUE 1000000 START 1000000;
ALTER TABLE countdown ALTER COLUMN id SET DEFAULT nextval('countdown_ids');
CREATE SEQUENCE invoice_no;
CREATE TABLE invoices (number text PRIMARY KEY);
CREATE TABLE rarely (id serial PRIMARY KEY);
"""
#: Each returns one integer, which no other call may return again, on whichever server.
STATEMENTS: Final = (
    "INSERT INTO orders DEFAULT VALUES RETURNING id",
    "INSERT INTO events DEFAULT VALUES RETURNING id",
    "INSERT INTO countdown DEFAULT VALUES RETURNING id",
    "INSERT INTO invoices VALUES ('R-' || nextval('invoice_no')) RETURNING substr(number, 3)::integer",
    "SELECT nextval('invoice_no')",
)
TABLES: Final = ("orders", "events", "countdown", "invoices")
PAIRS: Final = [(14, 18), (18, 18), (12, 18), (18, 12)]


@pytest.fixture(params=PAIRS, ids="{0[0]}-{0[1]}".format)
def ends(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Ends]:
    """A source with tables, and an empty target."""
    with both_ends(servers, *request.param) as both:
        both.source.run(SCHEMA)
        yield both


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """What the tables hold."""
    return {table: database.rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES}


@pytest.mark.sampled(4)
def test_logical_replication(ends: Ends, pgseq: Pgseq, tmp_path: Path) -> None:
    """Watch while writers work, cut, sync once more, write on the target: nothing lost, nothing handed out twice."""
    copy_schema(ends)
    with replicated(ends), clerks(ends.source, STATEMENTS) as before:
        options = ["--watch", "--yes", "--margin", "500", "--interval", "200ms", "--undo-file", "moves.jsonl"]
        with subprocess.Popen(
            [executable(), "sync", *ends.dsns, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(tmp_path),
            cwd=tmp_path,
        ) as watching:
            assert watching.stdout is not None
            passes = [watching.stdout.readline(), watching.stdout.readline()]
            work(1)
            close(ends.source)
            for clerk in before:
                clerk.stop()
            passes += itertools.takewhile(_not_the_last, watching.stdout)
            watching.send_signal(signal.SIGINT)
            asked = time.monotonic()
            output, errors = watching.communicate(timeout=10)
            took = time.monotonic() - asked
            assert took < at_once()
        assert (watching.returncode, errors) == (0, ""), output
        assert len(passes) > 2
        assert "To undo (ROLLBACK does not undo setval):" in output

        wait_for_target(ends)
        done = pgseq("sync", *ends.dsns, "--yes")
        assert (done.code, done.err) == (0, "")
        assert "no other session is left there: this is its last word" in done.out
        verified = pgseq("sync", *ends.dsns, "--verify-only")
        assert verified.code == 0, verified.out
        assert pgseq("verify", ends.target.dsn, "--insert").code == 0

    kept = rows(ends.source)
    assert rows(ends.target) == kept
    assert all(len(kept[table]) > 50 for table in TABLES), "writers were busy"
    with clerks(ends.target, STATEMENTS) as after:
        work(1)
    assert [clerk.errors for clerk in after] == [[], [], []]
    for statement, values in given_by(before, after).items():
        assert len(values) == len(set(values)), f"handed out twice: {statement}"
    now = rows(ends.target)
    assert all(set(kept[table]) < set(now[table]) for table in TABLES)


def _not_the_last(line: str) -> bool:
    """Whether a pass of the watch was not yet the one after the cut that found nothing behind."""
    return not (
        "0 sequences moved" in line and re.search(r"[0-9] behind", line) is None and "The source is read-only" in line
    )


def given_by(before: list[Clerk], after: list[Clerk]) -> dict[str, list[int]]:
    """What was handed out on both servers, by sequence."""
    both = [returned(before), returned(after)]
    numbers = {"invoice_no": [value for one in both for statement in STATEMENTS[3:] for value in one[statement]]}
    return numbers | {statement: [*both[0][statement], *both[1][statement]] for statement in STATEMENTS[:3]}


@pytest.mark.sampled(4)
def test_a_restore_that_is_older_than_the_source(ends: Ends, pgseq: Pgseq, tmp_path: Path) -> None:
    """Dumped, written to for a while, restored: the target goes on where the source stands, not where the dump did."""
    file = tmp_path / "app.dump"
    with clerks(ends.source, STATEMENTS) as before:
        work(0.5)
        dumped = run_client("pg_dump", "-Fc", "-f", file, "-d", ends.source.dsn)
        assert dumped.code == 0, dumped.err
        work(0.5)
    # The older server does not know a setting of the newer pg_dump's: all else is restored.
    restored = run_client("pg_restore", "--no-owner", "-d", ends.target.dsn, file)
    assert restored.code in (0, 1), restored.err
    assert pgseq("check", ends.target.dsn).code == 0, "each sequence fits its own rows"
    lagging = pgseq("sync", *ends.dsns, "--verify-only")
    assert lagging.code == 1
    assert " 4 behind" in lagging.out

    assert pgseq("sync", *ends.dsns, "--yes").code == 0
    assert pgseq("sync", *ends.dsns, "--verify-only").code == 0
    with clerks(ends.target, STATEMENTS) as after:
        work(0.3)
    assert [clerk.errors for clerk in after] == [[], [], []]
    for statement, values in given_by(before, after).items():
        assert len(values) == len(set(values)), f"handed out twice: {statement}"
