"""PGL009: not followed."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.lint_situations import situations
from tests.support.linting import check_situation, lint

BAD: Final = "\\i data/users.sql\n"


@pytest.mark.parametrize("name", situations("PGL009"))
def test_situation(name: str) -> None:
    check_situation(*situations("PGL009")[name])


def test_finding() -> None:
    (finding,) = lint(BAD).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL009", "unknown", 1)
    assert finding.message == "\\i data/users.sql is not followed"
    assert finding.hint == "give the other file, too, in the order in which they are run"
