"""PGL006: cut off."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.lint_situations import situations
from tests.support.linting import check_situation, lint

BAD: Final = (
    "--\n"
    "-- PostgreSQL database dump\n"
    "--\n"
    "\n"
    "CREATE TABLE users (id integer NOT NULL, name text);\n"
    "COPY users (id, name) FROM stdin;\n"
    "1\tAda\n"
)


@pytest.mark.parametrize("name", situations("PGL006"))
def test_situation(name: str) -> None:
    check_situation(*situations("PGL006")[name])


def test_finding() -> None:
    (finding,) = lint(BAD).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL006", "error", 8)
    assert finding.message == "the file ends within COPY data"
    assert finding.hint == "make the dump anew"
