"""The command told to run next: it runs as it stands, within the limits that were given."""

from __future__ import annotations

import shlex

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"
LIMITS = ("--statement-timeout", "90s", "--lock-timeout", "1500ms", "--scan-limit", "50GB")


def told(out: str) -> list[str]:
    """The words of the command behind the arrow."""
    program, *words = shlex.split(out.splitlines()[-1].removeprefix("→ "), comments=True)
    assert program == "pgseq"
    return words


@pytest.mark.parametrize("command", ["check", "verify", "why"])
@pytest.mark.sampled(3)
def test_limits_are_carried(database: Database, pgseq: Pgseq, command: str) -> None:
    database.run(BEHIND)
    words = told(pgseq(command, database.dsn, *LIMITS, "--time-limit", "10min").out)
    assert words == ["fix", "-d", database.dsn, "--time-limit", "600s", *LIMITS]
    assert pgseq(*words, "--yes").code == 0


def test_what_is_usual_is_not_repeated(database: Database, pgseq: Pgseq) -> None:
    database.run(BEHIND)
    usual = ("--statement-timeout", "30s", "--lock-timeout", "2000", "--scan-limit", "1024MB")
    assert told(pgseq("check", database.dsn, *usual).out) == ["fix", "-d", database.dsn]
    assert told(pgseq("fix", database.dsn, "--dry-run", "--lock", "table").out) == ["fix", "-d", database.dsn]


def test_the_way_of_locking_is_carried(database: Database, pgseq: Pgseq) -> None:
    database.run(BEHIND)
    rehearsed = pgseq("fix", database.dsn, "--dry-run", "--lock", "none", *LIMITS, "--max-jump", "33.333333%")
    assert told(rehearsed.out) == ["fix", "-d", database.dsn, *LIMITS, "--lock", "none", "--max-jump", "33.333333%"]
    assert told(pgseq("fix", database.dsn, "--yes", "--lock", "none", *LIMITS).out) == [
        "verify",
        "-d",
        database.dsn,
        *LIMITS,
    ]
