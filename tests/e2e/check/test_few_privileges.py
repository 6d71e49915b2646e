"""A role with few privileges, and databases that are all alike: said once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database
from tests.support.roles import Role, new_role

TABLES = """
CREATE SCHEMA "My App";
CREATE TABLE "My App".a (id serial PRIMARY KEY); CREATE TABLE b (id serial PRIMARY KEY);
CREATE TABLE c (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY); CREATE SEQUENCE alone;
INSERT INTO b VALUES (1);
"""


@pytest.fixture
def role(database: Database) -> Iterator[Role]:
    """A role that may connect, and nothing else."""
    database.run(f"{TABLES}; REVOKE USAGE ON SCHEMA public FROM PUBLIC")
    with new_role(database) as role:
        yield role


def granting(text: str) -> str:
    """The statements that are printed, as a script."""
    return "; ".join(line.strip() for line in text.splitlines() if line.strip().startswith("GRANT "))


@pytest.mark.parametrize("command", ["check", "check -q", "check --format markdown", "verify", "fix --yes", "why"])
@pytest.mark.sampled(6)
def test_one_sentence_and_the_statement_that_helps(command: str, role: Role, pgseq: Pgseq) -> None:
    done = pgseq(*command.split(), role.dsn)
    assert done.code == 3
    assert f"{role.sql} has no privilege to read 4 sequences of {role.database.name}: unknown" in done.out.replace(
        "\\", ""
    )
    assert done.out.count("GRANT ") == (1 if role.database.server.major >= 14 else 3)
    assert "alone" not in done.out
    role.database.run(granting(done.out))
    assert pgseq("check", role.dsn).code == 1
    assert pgseq("check", role.dsn, "-t", "a", "-t", "c", "-t", "alone").code == 0


def test_each_is_listed_with_its_own_when_asked_for(role: Role, pgseq: Pgseq) -> None:
    done = pgseq("check", role.dsn, "-v")
    assert f"GRANT SELECT ON SEQUENCE public.alone TO {role.sql}" in done.out
    assert "pg_read_all_data" not in done.out
    (one,) = pgseq("check", role.dsn, "-t", "alone", "--format", "json").json()["databases"][0]["sequences"]
    assert [finding["hint"] for finding in one["findings"] if finding["code"] == "PGS006"] == [
        f"GRANT SELECT ON SEQUENCE public.alone TO {role.sql}"
    ]


def test_few_are_listed(role: Role, pgseq: Pgseq) -> None:
    done = pgseq("check", role.dsn, "-t", "b", "-t", "alone")
    assert f"GRANT SELECT ON SEQUENCE public.alone TO {role.sql}" in done.out


def test_verify_names_what_is_missing(role: Role, pgseq: Pgseq) -> None:
    done = pgseq("verify", role.dsn, "-t", "b")
    assert done.code == 3
    role.database.run("; ".join(re.findall(r'GRANT [^;\n]* TO "[^"]*"', done.out)))
    assert pgseq("verify", role.dsn, "-t", "b").code == 1
    (one,) = pgseq("verify", role.dsn, "-t", "alone", "--format", "json").json()["databases"][0]["sequences"]
    assert (one["proved"], one["hint"]) == (None, f"GRANT SELECT ON SEQUENCE public.alone TO {role.sql}")


def test_the_least_privilege_for_the_lock_is_named(role: Role, pgseq: Pgseq) -> None:
    role.granted(
        'GRANT USAGE ON SCHEMA "My App", public TO {role}; GRANT SELECT ON b TO {role};'
        "GRANT SELECT, UPDATE ON SEQUENCE b_id_seq TO {role}"
    )
    done = pgseq("fix", role.dsn, "-t", "b", "--yes")
    least = "MAINTAIN" if role.database.server.major >= 17 else "UPDATE"
    assert granting(done.out) == f"GRANT {least} ON public.b TO {role.sql}"
    role.database.run(granting(done.out))
    assert pgseq("fix", role.dsn, "-t", "b", "--yes").code == 0


class TestAlike:
    """Databases made from one template."""

    @pytest.fixture
    def tenants(self, database: Database) -> Iterator[list[Database]]:
        """Five databases with the same tables."""
        with ExitStack() as stack:
            tenants = [database, *(stack.enter_context(fresh_database(database.server)) for _ in range(4))]
            for one in tenants:
                one.run(TABLES)
            yield tenants

    def test_what_is_the_same_is_written_twice_and_then_counted(self, tenants: list[Database], pgseq: Pgseq) -> None:
        done = pgseq("check", *(one.dsn for one in tenants))
        assert done.out.count("next insert fails") == 2
        first, _, *rest = (one.name for one in tenants)
        assert f"3 more like {first}: {', '.join(rest)}\n" in done.out
        assert "10 in sync, 5 out of sync, 5 feed no column\n" in done.out
        assert pgseq("check", "-v", *(one.dsn for one in tenants)).out.count("next insert fails") == 5

    def test_what_is_not_the_same_is_written(self, tenants: list[Database], pgseq: Pgseq) -> None:
        tenants[3].run("INSERT INTO b VALUES (2)")
        done = pgseq("check", *(one.dsn for one in tenants))
        assert done.out.count("next insert fails") == 3

    def test_a_role_without_privileges_is_told_once(self, tenants: list[Database], pgseq: Pgseq) -> None:
        with new_role(tenants[0]) as role:
            users = [one.dsn.replace("user=postgres", f"user='{role.name}'") for one in tenants]
            done = pgseq("check", *users)
        assert done.code == 3
        if tenants[0].server.major >= 14:
            assert f"{role.sql} has no privilege to read 20 sequences of 5 databases: unknown\n" in done.out
            assert done.out.count("GRANT ") == 1
