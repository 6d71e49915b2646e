"""PGL007: cannot tell."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.lint_situations import situations
from tests.support.linting import check_situation, lint

BAD: Final = (
    "CREATE TABLE users (id serial PRIMARY KEY, name text);\n"
    "COPY users FROM '/srv/import/users.csv' WITH (FORMAT csv);\n"
)


@pytest.mark.parametrize("name", situations("PGL007"))
def test_situation(name: str) -> None:
    check_situation(*situations("PGL007")[name])


def test_finding() -> None:
    (finding,) = lint(BAD).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL007", "unknown", 2)
    assert finding.message == "cannot tell what comes into users.id: the data are in another file"
    assert finding.hint == "pgseq lint --fix appends a setval() to what is stored"


DUMP: Final = """--
-- PostgreSQL database dump
--

-- Dumped from database version {}
-- Dumped by pg_dump version {}

CREATE TABLE t (id serial PRIMARY KEY);
{}
--
-- PostgreSQL database dump complete
--
"""


@pytest.mark.parametrize("versions", [("19.1", "19.1"), ("17.2", "20devel"), ("19beta1", "18.3")])
def test_newer_than_the_grammar(versions: tuple[str, str]) -> None:
    (finding,) = lint(DUMP.format(*versions, "ALTER TABLE t FLY AWAY;")).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL007", "unknown", 9)
    assert finding.message.startswith("cannot tell what the statement does: newer than the grammar, which is that of ")


def test_newer_than_the_grammar_and_it_stores_ids() -> None:
    (finding,) = lint(DUMP.format("19.1", "19.1", "INSERT INTO t FROM BEYOND (7);")).findings
    assert (finding.code, finding.severity) == ("PGL007", "unknown")
    assert "a statement that may be newer than the grammar" in finding.message


@pytest.mark.parametrize("versions", [("18.6", "18.6"), ("9.6.24", "18.1")])
def test_what_its_own_grammar_refuses_is_an_error(versions: tuple[str, str]) -> None:
    (finding,) = lint(DUMP.format(*versions, "ALTER TABLE t FLY AWAY;")).findings
    assert finding.code == "PGL000"
