"""Stored texts, in the server's languages and in frameworks' wrappings, against a database in their state.

`wrapped/` holds the error of public.users, whose sequence is behind, one file a framework or form.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import pgseq
from pgseq.commands.explain.model import Verdict
from tests.catalogue.situations import IMPORTED
from tests.catalogue.translate import SETUP
from tests.support.database import Database, Server, fresh_database

TRANSLATED: Final[dict[str, dict[str, str]]] = json.loads(
    Path(__file__).with_name("translated.json").read_text("utf-8")
)
WRAPPED: Final = {path.stem: path.read_text("utf-8") for path in Path(__file__).with_name("wrapped").glob("*.txt")}
#: What only the server's log can tell.
UNTOLD: Final = ("psql_sqlstate",)
#: The verdict on each of the translated texts, and the sequence that it names.
EXPECTED: Final[dict[str, tuple[Verdict, str | None]]] = {
    "duplicate": ("behind", "public.users_id_seq"),
    "limit": ("exhausted", "public.small"),
    "too_narrow": ("column_too_narrow", "public.wide"),
    "null": ("no_default", None),
    "generated": ("generated_always", "public.ga_id_seq"),
    "denied": ("missing_privilege", "public.users_id_seq"),
    "missing": ("missing_sequence", None),
    "read_only": ("read_only", None),
}
#: The languages that have to be among them.
LANGUAGES: Final = {"de", "fr", "es", "pt_BR", "ru", "ja", "zh_CN", "ko", "it"}


@pytest.fixture(scope="module")
def told_of(server: Server) -> Iterator[Database]:
    """A database in the state that the translated texts come from."""
    with fresh_database(server) as database:
        database.run(SETUP)
        yield database


@pytest.fixture(scope="module")
def imported(server: Server) -> Iterator[Database]:
    """A database whose users came with their ids, after one insert has failed."""
    with fresh_database(server) as database:
        database.run(IMPORTED + "SELECT nextval('users_id_seq')")
        yield database


@pytest.mark.parametrize("language", TRANSLATED)
def test_translated(language: str, told_of: Database) -> None:
    for name, text in TRANSLATED[language].items():
        told = pgseq.explain(text, told_of.dsn)
        assert (told.verdict, told.sequence and told.sequence.sql) == EXPECTED[name], (text, told)


def test_languages() -> None:
    assert set(TRANSLATED) >= LANGUAGES
    assert sum(map(len, TRANSLATED.values())) + len(WRAPPED) > 60


@pytest.mark.parametrize("name", sorted(set(WRAPPED) - set(UNTOLD)))
def test_wrapped(name: str, imported: Database) -> None:
    told = pgseq.explain(WRAPPED[name], imported.dsn)
    assert (told.verdict, told.sequence and told.sequence.sql) == ("behind", "public.users_id_seq"), told


@pytest.mark.parametrize("name", UNTOLD)
def test_untold(name: str, imported: Database) -> None:
    told = pgseq.explain(WRAPPED[name], imported.dsn)
    assert told.verdict == "cannot_tell"
    assert told.sqlstate == "23505"


@pytest.mark.parametrize("text", ["", "hello world", "HTTP 500 Internal Server Error", "ERROR: something else 42"])
def test_nothing_of_ours(text: str, imported: Database) -> None:
    assert pgseq.explain(text, imported.dsn).verdict == "cannot_tell"
