"""PGL003: copied ids."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.lint_situations import situations
from tests.support.linting import check_situation, lint

BAD: Final = (
    "CREATE TABLE users (id serial PRIMARY KEY, name text);\nCOPY users (id, name) FROM stdin;\n1\tAda\n2\tGrace\n\\.\n"
)


@pytest.mark.parametrize("name", situations("PGL003"))
def test_situation(name: str) -> None:
    check_situation(*situations("PGL003")[name])


def test_finding() -> None:
    (finding,) = lint(BAD).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL003", "error", 2)
    assert finding.message == "copied ids: users.id holds 2, and users_id_seq hands out 1 next"
    assert finding.hint == "pgseq lint --fix appends a setval() to what is stored; or leave the ids to the default"
