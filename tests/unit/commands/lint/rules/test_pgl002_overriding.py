"""PGL002: overriding system value."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.lint_situations import situations
from tests.support.linting import check_situation, lint

BAD: Final = (
    "CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);\n"
    "INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (1, 'Ada'), (2, 'Grace');\n"
)


@pytest.mark.parametrize("name", situations("PGL002"))
def test_situation(name: str) -> None:
    check_situation(*situations("PGL002")[name])


def test_finding() -> None:
    (finding,) = lint(BAD).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL002", "error", 2)
    assert finding.message == "OVERRIDING SYSTEM VALUE: users.id holds 2, and users_id_seq hands out 1 next"
    assert finding.hint == "pgseq lint --fix appends a setval() to what is stored; or leave the ids to the default"
