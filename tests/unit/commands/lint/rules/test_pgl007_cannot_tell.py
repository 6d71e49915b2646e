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
