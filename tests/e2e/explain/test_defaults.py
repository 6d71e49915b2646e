"""`pgseq explain` where a default calls a function: what that draws from is seldom in the catalog."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

import pgseq as library
from tests.support.commandline import Pgseq
from tests.support.database import Database

#: A function whose sequence neither the catalog nor its own text tells: the name is put together.
DRAWS = """
CREATE SCHEMA "Ids";
CREATE SEQUENCE s;
CREATE FUNCTION "Ids".nid() RETURNS bigint LANGUAGE plpgsql AS
$$ DECLARE id bigint; BEGIN EXECUTE 'SELECT next' || 'val(chr(115)::regclass)' INTO id; RETURN id; END $$;
"""


def _refused(database: Database, statement: str) -> psycopg.Error:
    with database.connect() as connection, pytest.raises(psycopg.errors.UniqueViolation) as caught:
        connection.execute(statement)
    return caught.value


def _explained(database: Database, setup: str, statement: str) -> library.Explanation:
    database.run(DRAWS + setup)
    return library.explain(_refused(database, statement), database.dsn)


def test_a_function_that_the_catalog_cannot_see_through(database: Database, pgseq: Pgseq) -> None:
    setup = 'CREATE TABLE t (id bigint PRIMARY KEY DEFAULT "Ids".nid(), n int); INSERT INTO t VALUES (1);'
    said = _explained(database, setup, "INSERT INTO t (n) VALUES (1)")
    assert (said.verdict, said.table, said.exit_code) == ("cannot_tell", "public.t", 3)
    assert said.evidence == (
        "no sequence is known to feed public.t.id",
        'its default calls "Ids".nid(), which may draw from one: the catalog does not say',
        'public.s feeds no column: "Ids".nid() may draw from it',
    )
    assert said.next == 'if so, declare it in pgseq.toml: feeds = [{ sequence = "public.s", column = "public.t.id" }]'
    assert pgseq("explain", "-d", database.dsn, said.message).code == 3


def test_what_is_to_be_declared_lets_it_be_judged(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    setup = 'CREATE TABLE t (id bigint PRIMARY KEY DEFAULT "Ids".nid(), n int); INSERT INTO t VALUES (1), (2);'
    said = _explained(database, setup, "INSERT INTO t (n) VALUES (1)")
    tmp_path.joinpath("pgseq.toml").write_text(said.next.partition("pgseq.toml: ")[2] + "\n")
    (told,) = pgseq("explain", "-d", database.dsn, "--format", "json", said.message).json()["errors"]
    assert (told["verdict"], told["sequence"]["name"]) == ("behind", "s")


@pytest.mark.parametrize(
    ("columns", "label"),
    [
        ('tenant int DEFAULT 7, id numeric DEFAULT "Ids".nid(), PRIMARY KEY (tenant, id)', "public.t.id"),
        ('id bigint DEFAULT 10 + "Ids".nid() PRIMARY KEY', "public.t.id"),
        ('"Id" drawn PRIMARY KEY', 'public.t."Id"'),
    ],
    ids=["key of two", "not alone", "default of a domain"],
)
def test_wherever_the_default_stands(database: Database, columns: str, label: str) -> None:
    setup = f'CREATE DOMAIN drawn AS bigint DEFAULT "Ids".nid(); CREATE TABLE t (n int, {columns}); '
    again = "INSERT INTO t DEFAULT VALUES; SELECT setval('s', 1, false);"
    said = _explained(database, setup + again, "INSERT INTO t DEFAULT VALUES")
    assert (said.verdict, said.evidence[0]) == ("cannot_tell", f"no sequence is known to feed {label}")


def test_a_function_whose_text_names_the_sequence(database: Database) -> None:
    said = _explained(
        database,
        "CREATE FUNCTION nid() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN nextval('s'); END $$;"
        "CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nid(), n int); INSERT INTO t SELECT generate_series(1, 5);",
        "INSERT INTO t (n) VALUES (1)",
    )
    assert (said.verdict, said.exit_code) == ("cannot_tell", 3)
    assert "nid()" in "; ".join(said.evidence)


@pytest.mark.parametrize(
    "columns",
    [
        "id int DEFAULT 7 PRIMARY KEY",
        "id int DEFAULT abs(-7) PRIMARY KEY",
        """code text DEFAULT 'x' || "Ids".nid()::text || 'y', id int DEFAULT 7 PRIMARY KEY""",
    ],
    ids=["constant", "the server's own function", "another column"],
)
def test_no_function_of_theirs(database: Database, columns: str) -> None:
    setup = f"CREATE TABLE t ({columns}); INSERT INTO t DEFAULT VALUES"
    said = _explained(database, setup, "INSERT INTO t DEFAULT VALUES")
    assert (said.verdict, said.exit_code) == ("not_a_sequence", 0)
