"""PGL000: syntax error."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.lint_situations import situations
from tests.support.linting import check_situation, lint

BAD: Final = "CREATE TABLE users (id serial PRIMARY KEY, name text;\n"


@pytest.mark.parametrize("name", situations("PGL000"))
def test_situation(name: str) -> None:
    check_situation(*situations("PGL000")[name])


def test_finding() -> None:
    (finding,) = lint(BAD).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL000", "error", 1)
    assert finding.message == 'syntax error at or near ";": not PostgreSQL 18\'s grammar'
    assert finding.hint == "the statement is left out; the rest of the file was read"
