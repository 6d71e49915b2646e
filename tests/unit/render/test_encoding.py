"""JSON texts are those of json.dumps(), but for the spelling of floats."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgseq.model.hints import Hint, command
from pgseq.render.json.encoding import encoded

TEXTS: Final = st.text(st.characters(exclude_categories=()), max_size=8)
SCALARS: Final = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | TEXTS
ASCII: Final = st.text(st.characters(max_codepoint=127), max_size=8)


def values(scalars: st.SearchStrategy[Any], keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
    )


@given(values(SCALARS, TEXTS) | values(ASCII | st.integers(), ASCII))
def test_writes_what_the_standard_library_writes(value: Any) -> None:
    assert encoded(value) == json.dumps(value)


@settings(max_examples=50)
@given(values(st.floats(allow_nan=False, allow_infinity=False) | ASCII, ASCII))
def test_a_float_is_read_as_it_was(value: Any) -> None:
    assert json.loads(encoded(value)) == value
    assert "\n" not in encoded(value)


@pytest.mark.parametrize("relation", ["users", '"Größe"', "\x7f", "\ud800"])
def test_a_hint_is_a_text(relation: str) -> None:
    hint = Hint("run ", command("fix", relation))
    assert encoded({"hint": hint}) == json.dumps({"hint": str(hint)})


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_null(number: float) -> None:
    assert encoded([number]) == "[null]"


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        encoded({"object": object()})
