"""PGL004: set too low."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.lint_situations import situations
from tests.support.linting import check_situation, lint

BAD: Final = (
    "CREATE TABLE users (id serial PRIMARY KEY, name text);\n"
    "INSERT INTO users VALUES (1, 'Ada'), (7, 'Grace');\n"
    "ALTER SEQUENCE users_id_seq RESTART WITH 3;\n"
)


@pytest.mark.parametrize("name", situations("PGL004"))
def test_situation(name: str) -> None:
    check_situation(*situations("PGL004")[name])


def test_finding() -> None:
    (finding,) = lint(BAD).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL004", "error", 3)
    assert (
        finding.message
        == "RESTART to a value too low: users.id holds 7, and users_id_seq hands out 3 next (stored in line 2)"
    )
    assert finding.hint == "pgseq lint --fix appends a setval() to what is stored; or leave the ids to the default"
