"""A pattern that is compiled late is the same pattern."""

from __future__ import annotations

import re

import pytest

from pgseq.text.patterns import lazily


def test_it_does_what_the_compiled_one_does() -> None:
    late, early = lazily(r"(?P<a>x+)y", re.IGNORECASE), re.compile(r"(?P<a>x+)y", re.IGNORECASE)
    for text in ("xXy", "y", "xxyxy"):
        assert late.findall(text) == early.findall(text)
        assert late.sub("-", text) == early.sub("-", text)
        assert [match["a"] for match in late.finditer(text)] == [match["a"] for match in early.finditer(text)]
    assert (late.pattern, late.flags, late.groups) == (early.pattern, early.flags, early.groups)


def test_it_is_compiled_when_it_is_used() -> None:
    wrong = lazily("(")
    with pytest.raises(re.error):
        wrong.match("")
