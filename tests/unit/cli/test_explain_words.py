"""Which word of `pgseq explain` names the database."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.cli.options.connection import Connection
from pgseq.cli.run.explain_words import divide

ERROR: Final = 'duplicate key value violates unique constraint "users_pkey"'
SPLIT: Final = tuple(ERROR.replace('"', "").split())


@pytest.mark.parametrize(
    ("words", "database"),
    [
        (("app", f"ERROR:  {ERROR}"), "app"),
        (("app", ERROR), "app"),
        (("app", "ERROR:", *SPLIT), "app"),
        (("app", "users_pkey"), "app"),
        (("app", '"Users"'), "app"),
        (("app", "PGS001"), "app"),
        (("app", "-"), "app"),
        (("my-app.2", "some words that nobody knows"), "my-app.2"),
        (("postgresql://u@h/app",), "postgresql://u@h/app"),
        (("dbname=app host=h", ERROR), "dbname=app host=h"),
        (("service=shop",), "service=shop"),
        ((), None),
        ((ERROR,), None),
        (SPLIT, None),
        (("ERROR:", *SPLIT), None),
        (("ERROR", ERROR), None),
        (("IntegrityError", ERROR), None),
        (("psycopg2.errors.UniqueViolation:", ERROR), None),
        (("duplicate", " ".join(SPLIT[1:])), None),
        (("2026-05-01", "12:00:00", "UTC", "ERROR:", *SPLIT), None),
        (
            ("null", "value", "in", "column", "id", "of", "relation", "t", "violates", "not-null", "constraint"),
            None,
        ),
        (("permission", "denied", "for", "sequence", "s"), None),
        (("relation", '"s" does not exist'), None),
        (("users_pkey",), None),
        (("PGS001",), None),
        (("-",), None),
    ],
)
def test_the_database(words: tuple[str, ...], database: str | None) -> None:
    connection, text = divide(words, Connection(), log=False)
    assert connection.dbname == database
    assert text == (words[1:] if database else words)


def test_what_is_named_otherwise_is_not_looked_for() -> None:
    connection, text = divide(("app", "users_pkey"), Connection(dbname="other"), log=False)
    assert (connection.dbname, text) == ("other", ("app", "users_pkey"))
    connection, text = divide(("app",), Connection(), log=True)
    assert (connection.dbname, text) == ("app", ())
