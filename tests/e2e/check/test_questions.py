"""What a check asks of the catalog, and what it does not ask where a cheaper answer says that there is nothing."""

from __future__ import annotations

from typing import Any, Final

import psycopg
import pytest

import pgseq
from pgseq.pg.drivers.psycopg3 import PsycopgSession
from pgseq.sql import load
from tests.support.database import Database

KEYS: Final = "-- Every foreign key of the database"
CHECKS: Final = "-- The CHECKs on one column"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that is sent, as it is sent."""
    statements: list[str] = []
    run = PsycopgSession.run

    def noted(self: PsycopgSession, *script: str) -> Any:
        statements.extend(script)
        return run(self, *script)

    monkeypatch.setattr(PsycopgSession, "run", noted)
    return statements


def asks(statements: list[str], question: str) -> bool:
    return any(one.startswith(question) for one in statements)


@pytest.mark.parametrize(
    "more",
    [
        "ALTER TABLE item ADD CHECK (id < 100)",
        "CREATE TABLE part (item_id smallint REFERENCES item)",
        "CREATE TABLE below () INHERITS (item)",
        "CREATE DOMAIN small AS integer CHECK (VALUE < 100); ALTER TABLE item ALTER id TYPE small",
        "CREATE TABLE up (id serial PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE p PARTITION OF up DEFAULT",
        "CREATE TABLE up (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE one PARTITION OF up DEFAULT; "
        "CREATE SEQUENCE s OWNED BY one.id; ALTER TABLE one ALTER id SET DEFAULT nextval('s')",
    ],
)
def test_what_limits_is_asked_for_where_there_may_be_something(database: Database, asked: list[str], more: str) -> None:
    database.run("CREATE TABLE item (id serial PRIMARY KEY); INSERT INTO item VALUES (1)")
    pgseq.check(database.dsn)
    assert not asks(asked, KEYS)
    assert not asks(asked, CHECKS)
    database.run(more)
    pgseq.check(database.dsn)
    assert asks(asked, KEYS)
    assert asks(asked, CHECKS)


def test_the_types_beneath_domains_are_looked_for_once(database: Database) -> None:
    """Not anew for each foreign key, of which there may be ten thousand in a catalog that was never analyzed."""
    with psycopg.connect(database.dsn) as connection:
        major = connection.info.server_version // 10_000
        plan = connection.execute("EXPLAIN (COSTS OFF) " + load("pg.references", major)).fetchall()
    assert "CTE base" in [line.strip() for (line,) in plan]
