"""PGL005: truncate goes on."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.lint_situations import situations
from tests.support.linting import check_situation, lint

BAD: Final = (
    "CREATE TABLE users (id serial PRIMARY KEY, name text);\n"
    "CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users (id));\n"
    "TRUNCATE users, orders;\n"
    "INSERT INTO users (name) VALUES ('Ada');\n"
    "INSERT INTO orders (user_id) VALUES (1);\n"
)


@pytest.mark.parametrize("name", situations("PGL005"))
def test_situation(name: str) -> None:
    check_situation(*situations("PGL005")[name])


def test_finding() -> None:
    (finding,) = lint(BAD).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL005", "warning", 3)
    assert finding.message == "TRUNCATE lets the ids of users go on, and orders.user_id counts on 1 anew"
    assert finding.hint == "TRUNCATE … RESTART IDENTITY"
