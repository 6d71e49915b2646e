"""The fields of COPY data."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgseq.commands.lint.parse.copy_data import CopyFormat, fields
from pgseq.commands.lint.simulator.literals import integer, integers
from tests.support.linting import blocks

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


def read(data: str, form: CopyFormat, *wanted: int, size: int = 2**20) -> list[list[str]]:
    """For each wanted column its fields."""
    columns: list[list[str]] = [[] for _ in wanted]
    for batch in fields(blocks(data, size), form, wanted):
        for column, found in zip(columns, batch, strict=True):
            column += [field.decode() for field in found]
    return columns


def escaped(text: str) -> str:
    """A field as COPY TO writes it (PostgreSQL documentation, COPY, "Text Format")."""
    named = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
    return "".join(named.get(character, character) for character in text)


@given(st.lists(st.tuples(st.integers(), TEXTS, st.integers()), min_size=1), st.sampled_from([1, 20, 2**20]))
def test_text(rows: list[tuple[int, str, int]], size: int) -> None:
    data = "".join(f"{first}\t{escaped(text)}\t{last}\n" for first, text, last in rows)
    firsts, lasts = [str(row[0]) for row in rows], [str(row[2]) for row in rows]
    assert read(data, CopyFormat(), 0, size=size) == [firsts]
    assert read(data, CopyFormat(), 2, size=size) == [lasts]
    assert read(data, CopyFormat(), 0, 2, size=size) == [firsts, lasts]


@given(st.lists(st.tuples(st.integers(), TEXTS.filter(lambda text: "\r" not in text), st.integers()), min_size=1))
def test_csv(rows: list[tuple[int, str, int]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    assert read(out.getvalue(), CopyFormat(format="csv", delimiter=","), 0, 2) == [
        [str(row[0]) for row in rows],
        [str(row[2]) for row in rows],
    ]


def test_header_and_other_characters() -> None:
    assert read("id|n\n1|2\n", CopyFormat(delimiter="|", header=True), 1) == [["2"]]
    quoted = CopyFormat(format="csv", delimiter=";", quote="'", escape="'", header=True)
    assert read("id;n\n1;'a''\nb'\n2;c\n", quoted, 0) == [["1", "2"]]


@pytest.mark.parametrize(
    ("texts", "kind", "expected"),
    [
        (["1", "-5", "12\r"], "integer", [1, -5, 12]),
        (["1", "\\N", "2"], "integer", [1, 2]),
        (["1.0", "2.5", "NaN", "Infinity", "3"], "numeric", [1, 3]),
        (["1", "007", "A1", "-3", ""], "text", [1, -3]),
    ],
)
def test_integers(texts: list[str], kind: str, expected: list[int]) -> None:
    assert list(integers([text.encode() for text in texts], kind, b"\\N")) == expected  # type: ignore[arg-type]


def test_what_is_no_integer() -> None:
    assert integer("abc", "integer") is None
    assert integer("0", "text") == 0
