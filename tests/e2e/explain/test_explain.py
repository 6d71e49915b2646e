"""`pgseq explain` as a shell sees it: texts, standard input, pages, exit codes, and no connection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import pgseq as library
from pgseq.core.checks import page
from tests.support.clients import run_client
from tests.support.commandline import Pgseq
from tests.support.database import Database

SCHEMA: Final = json.loads((Path(__file__).parents[3] / "docs" / "explain.schema.json").read_text("utf-8"))
DUPLICATE: Final = 'duplicate key value violates unique constraint "users_pkey"'
USERS: Final = """
CREATE TABLE users (id serial PRIMARY KEY, name text UNIQUE);
INSERT INTO users (id) SELECT generate_series(1, 10);
"""


def _document(text: str) -> Any:
    document = json.loads(text)
    Draft202012Validator(SCHEMA).validate(document)
    return document


def test_text(database: Database, pgseq: Pgseq) -> None:
    database.run(USERS)
    done = pgseq("explain", "-d", database.dsn, DUPLICATE)
    assert (done.code, done.err) == (1, "")
    assert done.out.splitlines() == [
        "✗ the sequence is behind: public.users_id_seq",
        "    public.users.id is fed by public.users_id_seq",
        "    public.users_id_seq never called and gives 1 next",
        "    1 is stored already: the next insert fails",
        "    the last stored value that it will come to is 10: up to 10 inserts will fail",
        f"→ pgseq fix -d '{database.dsn}' -t public.users",
    ]


def test_text_as_words(database: Database, pgseq: Pgseq) -> None:
    database.run(USERS)
    done = pgseq("explain", "-d", database.dsn, *DUPLICATE.split(), "--format", "json")
    assert _document(done.out)["errors"][0]["verdict"] == "behind"


@pytest.mark.slow
def test_what_is_printed_can_be_run(database: Database, pgseq: Pgseq) -> None:
    database.run(USERS.replace("users", '"Order $items"'))
    told = _document(
        pgseq("explain", "-d", database.dsn, DUPLICATE.replace("users", "Order $items"), "--format", "json").out
    )
    (one,) = told["errors"]
    assert one["next"] == f"""pgseq fix -d '{database.dsn}' -t 'public."Order $items"'"""
    assert pgseq("fix", database.dsn, "--yes", "-t", 'public."Order $items"').code == 0
    done = pgseq("explain", "-d", database.dsn, f"{DUPLICATE.replace('users', 'Order $items')} Key (id)=(1)")
    assert done.code == 0
    assert done.out.startswith("✓ the sequence was behind, and is not any more")


def test_standard_input(database: Database, pgseq: Pgseq) -> None:
    database.run(USERS)
    script = "INSERT INTO users (name) VALUES ('a'), ('b');\nINSERT INTO users (id, name) VALUES (99, 'a');\n"
    one = run_client("psql", "-X", "-d", database.dsn, input=script.partition("\n")[0])
    done = pgseq("explain", "-d", database.dsn, "--format", "json", input=one.err)
    assert done.code == 1
    (only,) = _document(done.out)["errors"]
    assert (only["verdict"], only["sequence"]["name"], only["count"]) == ("behind", "users_id_seq", 1)
    many = run_client("psql", "-X", "-d", database.dsn, input=script.partition("\n")[0] + script)
    counted = _document(pgseq("explain", "-d", database.dsn, "--format", "json", input=many.err).out)
    assert [(one["verdict"], one["count"]) for one in counted["errors"]] == [("behind", 2)]


@pytest.mark.slow
def test_nothing_to_explain(pgseq: Pgseq) -> None:
    for text in ("hello", "HTTP 500"):
        done = pgseq("explain", text, "-h", "/nonexistent")
        assert done.code == 3
        assert done.out.startswith("? cannot tell")


@pytest.mark.slow
def test_without_a_connection(pgseq: Pgseq) -> None:
    done = pgseq("explain", DUPLICATE, "-h", "/nonexistent", "--format", "json")
    assert done.code == 3
    document = _document(done.out)
    assert document["errors"][0]["verdict"] == "cannot_tell"
    assert "-d DSN" in document["errors"][0]["next"]
    assert "/nonexistent" in document["unreachable"]
    table = pgseq("explain", 'nextval: reached maximum value of sequence "a_seq" (5)', "-h", "/nonexistent")
    assert table.code == 1
    assert "no database was asked" in table.err
    assert "Traceback" not in table.err


def test_page(pgseq: Pgseq) -> None:
    done = pgseq("explain", "pgs001")
    assert (done.code, done.out) == (0, page("PGS001"))
    assert pgseq("explain", "PGS999").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("x", "--log", "y"),
        ("--since", "1h", "x"),
        ("--log", "nosuch.log"),
        ("--log", "a", "--log", "b", "--follow"),
        ("--log", "a", "--since", "yesterday"),
        ("-w", "-W", "x"),
    ],
)
def test_usage(arguments: tuple[str, ...], pgseq: Pgseq) -> None:
    done = pgseq("explain", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("pgseq: error: ")


def test_exception_of_a_failed_transaction(database: Database) -> None:
    database.run(USERS)
    with database.connect(autocommit=False) as connection:
        with pytest.raises(psycopg.errors.UniqueViolation) as caught:
            connection.execute("INSERT INTO users (name) VALUES ('x')")
        alone = library.explain(caught.value, connection)
        assert alone.verdict == "cannot_tell"
        assert "roll" in library.explain(caught.value, connection).evidence[-1] or "failed" in alone.evidence[-1]
        connection.rollback()
        told = library.explain(caught.value, connection)
        assert (told.verdict, told.table) == ("behind", "public.users")
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_wrapped_exception(database: Database) -> None:
    """SQLAlchemy keeps the driver's exception in `orig`, Django in `__cause__`."""
    database.run(USERS)

    class Wrapped(Exception):
        orig: BaseException | None = None

    with database.connect() as connection, pytest.raises(psycopg.errors.UniqueViolation) as caught:
        connection.execute("INSERT INTO users (name) VALUES ('x')")
    by_orig = Wrapped("words of its own")
    by_orig.orig = caught.value
    by_cause = Wrapped("words of its own")
    by_cause.__cause__ = caught.value
    for error in (by_orig, by_cause):
        assert library.explain(error, database.dsn).verdict == "behind"


def test_reader_without_rights(database: Database, pgseq: Pgseq) -> None:
    from tests.support.roles import new_role

    database.run(USERS)
    with new_role(database) as role:
        done = pgseq("explain", "-d", role.dsn, DUPLICATE, "--format", "json")
        assert done.code == 3
        (one,) = _document(done.out)["errors"]
        assert one["verdict"] == "cannot_tell"
        assert "GRANT" in one["next"]
