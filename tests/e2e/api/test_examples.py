"""The examples of the library's docstrings and of docs/python.md, run on a server."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import psycopg
import pytest

import pgseq
from tests.support.binaries import ROOT
from tests.support.database import Database, Server, fresh_database

TABLES: Final = """
    CREATE TABLE users (id serial PRIMARY KEY, name text);
    INSERT INTO users (id, name) SELECT n, 'user ' || n FROM generate_series(1, 10) n;
"""
#: Functions and modules of the library that users call.
PUBLIC: Final = {
    **{name: getattr(pgseq, name) for name in pgseq.__all__ if name.islower() and name != "__version__"},
    **{f"guard.{name}": getattr(pgseq.guard, name) for name in pgseq.guard.__all__},
}
PAGES: Final = {"docs/python.md": (ROOT / "docs" / "python.md").read_text("utf-8")}
EXAMPLES: Final = PAGES | {name: value.__doc__ for name, value in PUBLIC.items() if ">>>" in (value.__doc__ or "")}


@pytest.fixture
def names(database: Database, server: Server, tmp_path: Path) -> Any:
    """What the examples begin with."""
    database.run(TABLES)
    with fresh_database(server) as old:
        old.run(f"{TABLES} SELECT setval('users_id_seq', 500)")
        with database.connect() as connection:
            yield {
                "pgseq": pgseq,
                "psycopg": psycopg,
                "dsn": database.dsn,
                "old": old.dsn,
                "folder": tmp_path,
                "connection": connection,
            }


@pytest.mark.parametrize("text", EXAMPLES.values(), ids=list(EXAMPLES))
def test_examples(text: str, names: dict[str, Any]) -> None:
    test = doctest.DocTestParser().get_doctest(text, dict(names), "example", None, 0)
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=said.append)
    assert test.examples
    assert not said, "".join(said)


def test_every_function_has_an_example_and_says_what_it_raises() -> None:
    for name, value in PUBLIC.items():
        text = value.__doc__ or ""
        assert "Raises" in text or isinstance(value, ModuleType), name
        assert name in EXAMPLES or name.startswith("guard."), name
        assert name.partition(".")[2] in (pgseq.guard.__doc__ or ""), name
