"""`guard plan` says what is alike in many schemas once."""

from __future__ import annotations

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

TENANTS = tuple(f"tenant_{number:03}" for number in range(1, 5))


@pytest.fixture
def tenants(database: Database) -> Database:
    """Four schemas with the same table, and one that has it otherwise."""
    for schema in TENANTS:
        database.run(f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.orders (id serial PRIMARY KEY)")
    database.run("CREATE SCHEMA other; CREATE TABLE other.orders (id bigserial PRIMARY KEY)")
    return database


def test_tenants_are_one_row(tenants: Database, pgseq: Pgseq) -> None:
    done = pgseq("guard", "plan", tenants.dsn, "-t", "tenant_*.orders")
    assert done.out.count("✓") == 1
    assert "tenant_*: 4 sequences, same table; -v lists each" in done.out
    pgseq("guard", "identity", "--yes", tenants.dsn, "-t", "tenant_*.orders")
    assert tenants.value("SELECT count(*) FROM pg_attribute WHERE attidentity = 'a'") == len(TENANTS)


def test_the_command_takes_these_and_no_others(tenants: Database, pgseq: Pgseq) -> None:
    tenants.run("CREATE SCHEMA tenant_005; CREATE TABLE tenant_005.orders (id smallserial PRIMARY KEY, n text)")
    done = pgseq("guard", "plan", tenants.dsn)
    assert "tenant_*: 4 sequences, same table" in done.out
    assert f"pgseq guard identity -d '{tenants.dsn}' " + " ".join(f"-t {name}.orders" for name in TENANTS) in done.out


def test_each_by_itself_when_asked_for(tenants: Database, pgseq: Pgseq) -> None:
    done = pgseq("guard", "plan", "-v", tenants.dsn)
    assert all(f"-t {schema}.orders" in done.out for schema in TENANTS)
    assert "same table" not in done.out


def test_what_would_help_is_about_all(tenants: Database, pgseq: Pgseq) -> None:
    for schema in TENANTS:
        tenants.run(f"INSERT INTO {schema}.orders VALUES (1)")
    done = pgseq("guard", "plan", tenants.dsn)
    assert f"first  pgseq fix -d '{tenants.dsn}' -t 'tenant_*.orders'\n" in done.out


def test_columns_of_one_sequence_are_told_apart(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE SEQUENCE ids")
    for schema in TENANTS:
        table = f"{schema}.orders (id int DEFAULT nextval('ids') PRIMARY KEY)"
        database.run(f"CREATE SCHEMA {schema}; CREATE TABLE {table}")
    done = pgseq("guard", "plan", database.dsn)
    assert "same table" not in done.out
    assert all(f"-t {schema}.orders" in done.out for schema in TENANTS)


def test_statements_of_a_folded_row_say_whose_they_are(database: Database, pgseq: Pgseq) -> None:
    for schema in TENANTS:
        database.run(
            f"CREATE SCHEMA {schema}; CREATE SEQUENCE {schema}.ids AS smallint;"
            f"CREATE TABLE {schema}.orders (id int DEFAULT nextval('{schema}.ids') PRIMARY KEY);"
            f"SELECT setval('{schema}.ids', 32000)"
        )
    done = pgseq("check", database.dsn)
    assert "for the first of them" in done.out, done.out
    assert "  ALTER SEQUENCE tenant_001.ids AS" in done.out, done.out
    for schema in TENANTS:
        database.run(f"INSERT INTO {schema}.orders VALUES (32500)")
    stray = pgseq("check", database.dsn).out
    assert "for the first of them, delete or renumber the row in tenant_001.orders WHERE id = 32500\n" in stray, stray
    assert "for the first of them" not in pgseq("check", "-v", database.dsn).out
