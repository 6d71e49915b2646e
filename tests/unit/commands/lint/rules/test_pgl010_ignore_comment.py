"""PGL010: ignore comment."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.lint_situations import situations
from tests.support.linting import check_situation, lint

BAD: Final = (
    "CREATE TABLE users (id serial PRIMARY KEY, name text);\n"
    "INSERT INTO users VALUES (1, 'Ada'); -- pgseq: ignore PGL001\n"
)


@pytest.mark.parametrize("name", situations("PGL010"))
def test_situation(name: str) -> None:
    check_situation(*situations("PGL010")[name])


def test_finding() -> None:
    (finding,) = (one for one in lint(BAD).findings if one.code == "PGL010")
    assert (finding.code, finding.severity, finding.place.line) == ("PGL010", "info", 2)
    assert finding.message == "PGL001 is ignored without a reason"
    assert finding.hint == "write -- pgseq: ignore PGL001 (reason)"
