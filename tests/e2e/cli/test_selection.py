"""A selection that selects nothing: what is said of it, and what may have been meant."""

from __future__ import annotations

import shlex

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

SCHEMAS = """
    CREATE SCHEMA audit;
    CREATE TABLE audit.events (id uuid PRIMARY KEY);
    CREATE SCHEMA "Sales";
    CREATE TABLE "Sales".orders (id serial PRIMARY KEY);
    CREATE TABLE public.billing (id uuid PRIMARY KEY);
"""


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (
            ("-n", "audit"),
            "no sequence is in schema audit or feeds a table of it",
            "pgseq check -d {dsn} -n audit -v lists every sequence and what it feeds",
        ),
        (("-n", "audti"), "no schema matches audti", "did you mean -n 'audit'?"),
        (("-n", "sales"), "no schema matches sales", "did you mean -n '\"Sales\"'?"),
        (("-n", "billing"), "no schema matches billing, but a table does", "did you mean -t 'billing'?"),
        (("-n", "zzz"), "no schema matches zzz", "psql's \\dn lists the schemas"),
        (("-n", "pg_toast"), "no schema matches pg_toast", "psql's \\dn lists the schemas"),
        (("-n", "a.b"), "a.b is not a schema's name", "-t 'a.b' selects a table"),
        (("-t", "audit"), "no table or sequence matches audit, but a schema does", "did you mean -n 'audit'?"),
        (("-t", "ordesr"), "no table or sequence matches ordesr", "did you mean -t 'orders'?"),
        (
            ("-t", "events"),
            "events exists, but no sequence feeds it",
            "pgseq check -d {dsn} -t events -v lists every sequence and what it feeds",
        ),
    ],
)
@pytest.mark.sampled(4)
def test_what_is_said(database: Database, pgseq: Pgseq, arguments: tuple[str, ...], error: str, hint: str) -> None:
    database.run(SCHEMAS)
    done = pgseq("check", database.dsn, *arguments)
    assert (done.code, done.out, done.err) == (
        2,
        "",
        f"pgseq: error: {error}\nhint: {hint.format(dsn=shlex.quote(database.dsn))}\n",
    )


def test_of_two_kinds_each_is_told_as_what_it_is(database: Database, pgseq: Pgseq) -> None:
    database.run(SCHEMAS)
    done = pgseq("check", database.dsn, "-n", "Sales*", "-t", "orders")
    assert done.err.splitlines()[0] == "pgseq: error: no schema matches Sales*"
    done = pgseq("check", database.dsn, "-n", '"Sales"', "-t", "order")
    assert done.err.splitlines()[0] == "pgseq: error: no table or sequence matches order"
