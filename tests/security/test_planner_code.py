"""Functions of a table's owner that the planner would evaluate: not run by a superuser who looks, and told."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.security.attack import attacker
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.roles import new_role

#: What would run: statements that make a table mal.t whose planning evaluates a function.
RUNS: Final = {
    "index predicate": "CREATE TABLE mal.t (id serial PRIMARY KEY); CREATE INDEX ON mal.t (id) WHERE 1 = code.tell('')",
    "index expression": "CREATE TABLE mal.t (id serial PRIMARY KEY); CREATE INDEX ON mal.t ((id + code.tell('x')))",
    "partition key": (
        "CREATE TABLE mal.t (id serial) PARTITION BY RANGE ((id + code.tell('x')));"
        "CREATE TABLE mal.t1 PARTITION OF mal.t DEFAULT"
    ),
    "index of a partition": (
        "CREATE TABLE mal.t (id serial) PARTITION BY RANGE (id); CREATE TABLE mal.t1 PARTITION OF mal.t DEFAULT;"
        "CREATE INDEX ON mal.t1 (id) WHERE code.tell('x') = 1"
    ),
    "operator": (
        "CREATE FUNCTION mal.plus(int, int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
        " 'BEGIN RETURN code.tell(''x''); END';"
        "CREATE OPERATOR mal.+ (LEFTARG = int, RIGHTARG = int, FUNCTION = mal.plus);"
        "CREATE TABLE mal.t (id serial PRIMARY KEY); CREATE INDEX ON mal.t ((id + (1 OPERATOR(mal.+) 2)))"
    ),
    "function in SQL": (
        "CREATE FUNCTION mal.wrap(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + code.tell(''x'')';"
        "CREATE TABLE mal.t (id serial PRIMARY KEY); CREATE INDEX ON mal.t (mal.wrap(id))"
    ),
    "function in SQL that names another in quotes": (
        'CREATE FUNCTION mal."A ""b"()'
        " RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN code.tell(''x''); END';"
        'CREATE FUNCTION mal.wrap(int) RETURNS int LANGUAGE sql IMMUTABLE AS \'SELECT $1 + mal."A ""b"()\';'
        "CREATE TABLE mal.t (id serial PRIMARY KEY); CREATE INDEX ON mal.t (mal.wrap(id))"
    ),
    "default argument": (
        "CREATE FUNCTION mal.late(int, int DEFAULT code.tell('x')) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
        " 'BEGIN RETURN $1; END';"
        "CREATE TABLE mal.t (id serial PRIMARY KEY); CREATE INDEX ON mal.t (mal.late(id))"
    ),
    "a column that is simplified away": (
        "CREATE FUNCTION mal.wrap(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN code.tell(''x''); END';"
        "CREATE TABLE mal.t (id serial PRIMARY KEY);"
        "CREATE INDEX ON mal.t (mal.wrap(CASE WHEN true THEN 1 ELSE id END))"
    ),
    "a column beside NULL": (
        "CREATE FUNCTION mal.wrap(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN code.tell(''x''); END';"
        "CREATE TABLE mal.t (id serial PRIMARY KEY); CREATE INDEX ON mal.t (mal.wrap(id + NULL))"
    ),
    "a column that a function in SQL drops": (
        "CREATE FUNCTION mal.one(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';"
        "CREATE FUNCTION mal.wrap(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN code.tell(''x''); END';"
        "CREATE TABLE mal.t (id serial PRIMARY KEY); CREATE INDEX ON mal.t (mal.wrap(mal.one(id)))"
    ),
}
STATISTICS: Final = (
    "CREATE TABLE mal.t (id serial PRIMARY KEY, b int); CREATE STATISTICS mal.st ON (id + code.tell('x')), b FROM mal.t"
)

#: What does not run: functions of a column.
HARMLESS: Final = {
    "plpgsql": (
        "CREATE FUNCTION mal.wrap(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN lower($1); END'"
    ),
    "SQL": "CREATE FUNCTION mal.wrap(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)'",
    "SQL, qualified": (
        "CREATE FUNCTION mal.wrap(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.lower($1)'"
    ),
}
TABLE: Final = "CREATE TABLE mal.t (id serial PRIMARY KEY, name text); INSERT INTO mal.t VALUES (5)"


def only(document: Any, schema: str = "mal") -> Any:
    """The sequence of that schema in a check's document."""
    (sequence,) = [one for one in document["databases"][0]["sequences"] if one["schema"] == schema]
    return sequence


def check_is_unknown(database: Database, pgseq: Pgseq, setup: str) -> None:
    with attacker(database) as mal:
        mal.run(setup)
        mal.run("INSERT INTO mal.t VALUES (9)")
        done = pgseq("check", database.dsn, "--format", "json")
        sequence = only(done.json())
        assert (done.code, sequence["status"]) == (3, "unknown")
        assert sequence["reason"].startswith("reading mal.t would run a function of"), sequence["reason"]
        assert mal.role.sql in sequence["reason"]
        (finding,) = [one for one in sequence["findings"] if one["code"] == "PGS006"]
        assert finding["hint"] == f"connect as {mal.role.sql}, or pass --trust-owners if you know what it does"
        for words in (("fix", "--yes"), ("verify",), ("why",), ("guard", "plan"), ("guard", "trigger", "--yes")):
            assert pgseq(*words, database.dsn).code in (1, 3), words
        # The owner itself is told everything.
        assert pgseq("check", mal.role.dsn, "-t", "mal.t").code == 1


@pytest.mark.parametrize("setup", RUNS.values(), ids=RUNS)
@pytest.mark.slow
def test_it_would_run(setup: str, database: Database, pgseq: Pgseq) -> None:
    """Each of them, where nobody asks; so the others show something."""
    with attacker(database, runs=True) as mal:
        mal.run(setup)
        pgseq("check", database.dsn, "--trust-owners")


@pytest.mark.parametrize("setup", RUNS.values(), ids=RUNS)
@pytest.mark.slow
def test_code_that_the_planner_evaluates(setup: str, database: Database, pgseq: Pgseq) -> None:
    check_is_unknown(database, pgseq, setup)


@pytest.mark.slow
def test_statistics(database: Database, pgseq: Pgseq) -> None:
    if database.server.major < 14:
        return  # Statistics on expressions came with 14.
    check_is_unknown(database, pgseq, STATISTICS)


@pytest.mark.slow
def test_checks_are_not_evaluated(database: Database, pgseq: Pgseq) -> None:
    """CHECKs of a table, and of its children, whatever constraint_exclusion is in force."""
    with attacker(database) as mal:
        mal.run("CREATE TABLE mal.t (id serial PRIMARY KEY, CHECK (id + code.tell('own check') > 0))")
        mal.run("CREATE TABLE mal.t1 (CHECK (id + code.tell('check of a child') > 0)) INHERITS (mal.t)")
        mal.run("INSERT INTO mal.t1 VALUES (9)")
        database.run(f"ALTER DATABASE {database.name} SET constraint_exclusion = on")
        done = pgseq("check", database.dsn, "--format", "json")
        assert (only(done.json())["status"], only(done.json())["furthest"]) == ("out_of_sync", 9)
        assert pgseq("fix", database.dsn, "--yes").code == 0


@pytest.mark.parametrize("wrapper", HARMLESS.values(), ids=HARMLESS)
@pytest.mark.slow
def test_functions_of_a_column_are_read_as_ever(wrapper: str, database: Database, pgseq: Pgseq) -> None:
    with attacker(database) as mal:
        mal.run(
            f"{wrapper}; {TABLE}; CREATE INDEX ON mal.t (mal.wrap(name)); CREATE INDEX ON mal.t (mal.wrap(upper(name)))"
        )
        mal.run("CREATE INDEX ON mal.t (id) WHERE mal.wrap(left(name, 3)) = 'abc'")
        done = pgseq("check", database.dsn, "--format", "json")
        assert (done.code, only(done.json())["status"]) == (1, "out_of_sync")
        assert pgseq("fix", database.dsn, "--yes").code == 0
        assert pgseq("verify", database.dsn).code == 0


@pytest.mark.slow
def test_functions_of_a_superuser_or_an_extension_are_trusted(database: Database, pgseq: Pgseq) -> None:
    with attacker(database) as mal:
        database.run("CREATE FUNCTION public.seven() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 7'")
        mal.run(f"{TABLE}; CREATE INDEX ON mal.t (id) WHERE public.seven() = 7")
        assert only(pgseq("check", database.dsn, "--format", "json").json())["status"] == "out_of_sync"
        assert pgseq("fix", database.dsn, "--yes").code == 0


@pytest.mark.slow
def test_trust_owners(database: Database, pgseq: Pgseq) -> None:
    """Who knows the owners says so, and the code runs."""
    with attacker(database) as mal:
        mal.run(
            "CREATE FUNCTION mal.calm() RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END';"
            f"{TABLE}; CREATE INDEX ON mal.t (id) WHERE mal.calm() = 1"
        )
        assert pgseq("check", database.dsn).code == 3
        assert pgseq("check", database.dsn, "--trust-owners").code == 1
        assert pgseq("fix", database.dsn, "--yes", "--trust-owners").code == 0


def test_a_reader_of_all_data_does_not_run_it_either(database: Database, pgseq: Pgseq) -> None:
    if database.server.major < 14:
        return  # pg_read_all_data came with 14.
    with attacker(database) as mal, new_role(database, "GRANT pg_read_all_data TO {role}") as reader:
        mal.run(RUNS["index predicate"])
        done = pgseq("check", reader.dsn, "-t", "mal.t", "--format", "json")
        assert (done.code, only(done.json())["status"]) == (3, "unknown")


@pytest.mark.slow
def test_what_explain_looks_up(database: Database, pgseq: Pgseq) -> None:
    with attacker(database) as mal:
        mal.run("CREATE TABLE mal.t (id int, b int); INSERT INTO mal.t VALUES (1, 1)")
        mal.run("CREATE UNIQUE INDEX t_key ON mal.t (b) WHERE code.tell('x') = 1")
        mal.run("CREATE DOMAIN mal.dom AS int CHECK (code.tell('domain') = 1); CREATE TYPE mal.pair AS (a mal.dom)")
        mal.run("CREATE TABLE mal.w (p mal.pair CONSTRAINT w_key UNIQUE)")
        for constraint, key in (("t_key", "(b)=(1)"), ("w_key", "(p)=((1))")):
            error = f'ERROR:  duplicate key value violates unique constraint "{constraint}"'
            text = f"{error}\nDETAIL:  Key {key} already exists."
            assert "unexpected" not in pgseq("explain", text, "-d", database.dsn).err
