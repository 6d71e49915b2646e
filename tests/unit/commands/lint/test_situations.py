"""What lint finds in each situation, however the file comes in."""

from __future__ import annotations

import pytest

from tests.support.lint_situations import SITUATIONS, UNTRIED
from tests.support.linting import blocks, codes, lint, reader

ALL = SITUATIONS | UNTRIED
each = pytest.mark.parametrize("name", ALL)


@each
def test_codes(name: str) -> None:
    text, expected = ALL[name]
    assert codes(lint(text)) == expected


@each
def test_the_same_line_by_line(name: str) -> None:
    text, _ = ALL[name]
    assert reader().read("file.sql", blocks(text, 1)).findings == lint(text).findings


@each
def test_the_same_with_carriage_returns(name: str) -> None:
    text, expected = ALL[name]
    assert codes(lint(text.replace("\n", "\r\n"))) == expected
