"""`pgseq explain` of texts made up by somebody: what they hold reaches the server as data, never as SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

import pgseq as library
from tests.support.commandline import Pgseq
from tests.support.database import Database

CLOSES: Final = "]::text[]); rollback; begin; create table pwned(); commit; select from pg_class c, pg_namespace n --"
QUOTES: Final = "'; rollback; begin; create table pwned(); commit; --"
WORDS: Final = ("{:columns}", "{:tables}", "{:names}", "{:name}", "{:table}", "{:condition}", "{:predicate}")
#: Errors with two names or values each, which the text of the error gives.
ERRORS: Final = (
    'null value in column "{one}" of relation "{two}" violates not-null constraint',
    'duplicate key value violates unique constraint "{one}"\nDETAIL:  Key ({two})=({two}) already exists.',
    'duplicate key value violates unique constraint "t_pkey"\nDETAIL:  Key (id)=({two}) already exists.',
    'could not create unique index "t_pkey"\nDETAIL:  Key (id)=({two}) is duplicated.',
    'column "{one}" of relation "{two}" is an identity column defined as GENERATED ALWAYS',
    'relation "{two}" does not exist',
    "permission denied for sequence {two}",
    "permission denied for table {two}",
    'nextval: reached maximum value of sequence "{two}" (7)',
    'setval: value 7 is out of bounds for sequence "{two}" (1..2)',
    'Value for field "{one}" in collection "{two}" has to be unique',
    "Postgres sequence '{two}' is inconsistent with associated",
)


@pytest.fixture
def table(database: Database) -> Database:
    """A database with a table whose key is a text, so that any value may be in it."""
    database.run("CREATE TABLE t (id text PRIMARY KEY)")
    return database


def _untouched(database: Database) -> bool:
    return database.value("SELECT to_regclass('pwned')") is None


@pytest.mark.parametrize("text", ERRORS)
@pytest.mark.sampled(12)
def test_names_and_values_are_data(table: Database, text: str) -> None:
    for payload in (CLOSES, QUOTES, f"\\{QUOTES}"):
        for word in WORDS:
            for one, two in ((word, payload), (payload, word), (word + payload, word + payload)):
                said = library.explain(text.replace("{one}", one).replace("{two}", two), table.dsn)
                assert said.verdict != "behind"
    assert _untouched(table)


def test_a_column_named_like_a_word(table: Database) -> None:
    text = f'null value in column "{{:tables}}" of relation "{CLOSES}" violates not-null constraint'
    said = library.explain(text, table.dsn)
    assert (said.verdict, said.evidence) == (
        "cannot_tell",
        (f"no column {{:tables}} of a table {CLOSES} in database {table.name}",),
    )
    assert _untouched(table)


def test_in_a_log(table: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    log = tmp_path / "postgresql.log"
    log.write_text(f'ERROR:  null value in column "{{:tables}}" of relation "{CLOSES}" violates not-null constraint\n')
    done = pgseq("explain", "-d", table.dsn, "--log", str(log))
    assert (done.code, done.err) == (3, "")
    assert "no column {:tables} of a table ]::text[]); rollback" in done.out
    assert _untouched(table)


def test_the_column_that_is_meant_is_found(database: Database) -> None:
    database.run('CREATE TABLE "{:columns}" ("{:tables}" integer NOT NULL DEFAULT 1)')
    text = 'null value in column "{:tables}" of relation "{:columns}" violates not-null constraint'
    said = library.explain(text, database.dsn)
    assert (said.verdict, said.table) == ("client_value", 'public."{:columns}"')


@pytest.mark.parametrize("text", ERRORS)
@pytest.mark.parametrize("letter", ["\0", "\ud800"])
def test_letters_that_no_database_holds(table: Database, text: str, letter: str) -> None:
    name = f"a{letter}b"
    said = library.explain(text.replace("{one}", name).replace("{two}", name), table.dsn)
    assert not said.blames or said.verdict in ("missing_sequence", "no_right", "exhausted")


def test_letters_that_no_database_holds_in_a_log(table: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    log = tmp_path / "postgresql.json"
    message = 'null value in column \\"a\\u0000b\\" of relation \\"\\ud800\\" violates not-null constraint'
    log.write_text(f'{{"error_severity":"ERROR","state_code":"23502","message":"{message}"}}\n')
    done = pgseq("explain", "-d", table.dsn, "--log", str(log))
    assert (done.code, done.err) == (3, "")
    assert "no column a\\x00b of a table \\ud800" in done.out
