"""PGL008: unknown table."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.lint_situations import situations
from tests.support.linting import check_situation, lint

BAD: Final = "INSERT INTO users (id, name) VALUES (1, 'Ada');\n"


@pytest.mark.parametrize("name", situations("PGL008"))
def test_situation(name: str) -> None:
    check_situation(*situations("PGL008")[name])


def test_finding() -> None:
    (finding,) = lint(BAD).findings
    assert (finding.code, finding.severity, finding.place.line) == ("PGL008", "unknown", 1)
    assert finding.message == "cannot tell whether a sequence feeds users: it is not made in the files"
    assert finding.hint == "give the file that makes it first, or name a database: pgseq lint -d DBNAME"
