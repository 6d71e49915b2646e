"""The arithmetic of the values to come, and what a column's type can hold."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.model.arithmetic import end_of, further, nearer, next_value, steps, type_range
from pgseq.model.sequences import Kind, Position
from tests.unit.factory import feed, sequence

INT: Final = 2**31 - 1
BIG: Final = 2**63 - 1


@pytest.mark.parametrize(
    ("overrides", "last_value", "is_called", "expected"),
    [
        pytest.param({}, 1, False, 1, id="never-called"),
        pytest.param({}, 1, True, 2, id="called"),
        pytest.param({}, INT, False, INT, id="last-one-left"),
        pytest.param({}, INT, True, None, id="exhausted"),
        pytest.param({"increment": 10, "max": 100}, 91, True, None, id="no-whole-step-left"),
        pytest.param({"increment": 10, "max": 101}, 91, True, 101, id="lands-on-the-bound"),
        pytest.param({"increment": -1, "min": -5, "max": -1}, -4, True, -5, id="descending"),
        pytest.param({"increment": -1, "min": -5, "max": -1}, -5, True, None, id="descending-exhausted"),
        pytest.param({"cycle": True, "min": 5, "max": 9}, 9, True, 5, id="wraps-to-MINVALUE"),
        pytest.param({"cycle": True, "min": 5, "max": 9}, 9, False, 9, id="wraps-only-when-called"),
        pytest.param({"cycle": True, "increment": 4, "min": 2, "max": 9}, 7, True, 2, id="wraps-past-the-bound"),
        pytest.param({"cycle": True, "increment": -1, "min": 5, "max": 9}, 5, True, 9, id="wraps-to-MAXVALUE"),
        pytest.param({"increment": BIG, "max": BIG}, 1, True, None, id="beyond-bigint"),
        pytest.param({"increment": -1, "min": -BIG - 1, "max": -1}, -BIG, True, -BIG - 1, id="least-bigint"),
    ],
)
def test_next_value(overrides: dict[str, int | bool], last_value: int, is_called: bool, expected: int | None) -> None:
    position = Position(last_value=last_value, is_called=is_called)
    assert next_value(sequence(**overrides), position) == expected


def test_nearer_and_further_go_by_direction() -> None:
    up, down = sequence(), sequence(increment=-1)
    assert (nearer(up, [7, 3, 5]), further(up, [7, 3, 5])) == (3, 7)
    assert (nearer(down, [7, 3, 5]), further(down, [7, 3, 5])) == (7, 3)
    assert (nearer(up, []), further(down, [])) == (None, None)


def test_steps_count_whole_ones() -> None:
    assert steps(sequence(), 4, 50) == 46
    assert steps(sequence(increment=10), 1, 91) == 9
    assert steps(sequence(increment=10), 1, 100) == 9
    assert steps(sequence(increment=-10), 95, 5) == 9
    assert steps(sequence(increment=-10), 95, 6) == 8


def test_limit_is_the_first_end() -> None:
    narrow, wide = feed(lowest=-100, highest=100), feed(lowest=None, highest=None)
    up, down = sequence(max=1000, feeds=(narrow, wide)), sequence(increment=-1, min=-1000, feeds=(narrow, wide))
    assert (up.end, down.end) == (100, -100)
    assert (end_of(up, wide), end_of(down, wide), end_of(up, narrow), end_of(down, narrow)) == (1000, -1000, 100, -100)
    assert (sequence(max=1000).end, sequence(increment=-1, min=-1000).end) == (1000, -1000)
    assert sequence(max=50, feeds=(narrow,)).end == 50


def numeric(precision: int, scale: int) -> int:
    """atttypmod of numeric(precision, scale), as PostgreSQL 15 and later packs it."""
    return ((precision << 16) | (scale & 0x7FF)) + 4


@pytest.mark.parametrize(
    ("base", "typmod", "expected"),
    [
        ("smallint", -1, ("integer", -32768, 32767)),
        ("integer", -1, ("integer", -INT - 1, INT)),
        ("bigint", -1, ("integer", -BIG - 1, BIG)),
        ("numeric", -1, ("numeric", None, None)),
        ("numeric", 262148, ("numeric", -9999, 9999)),
        ("numeric", numeric(4, 0), ("numeric", -9999, 9999)),
        ("numeric", numeric(5, 2), ("numeric", -999, 999)),
        ("numeric", numeric(2, 4), ("numeric", 0, 0)),
        ("numeric", numeric(5, -2), ("other", None, None)),
        ("text", -1, ("text", None, None)),
        ("character varying", -1, ("text", None, None)),
        ("character varying", 4 + 3, ("text", -99, 999)),
        ("character varying", 4 + 1, ("text", 0, 9)),
        ("character varying", 4 + 19, ("text", -(10**18) + 1, 10**19 - 1)),
        ("character varying", 4 + 20, ("text", None, None)),
        ("character", 4 + 5, ("text", -9999, 99999)),
        ("name", -1, ("text", None, None)),
        ('"char"', -1, ("other", None, None)),
        ("double precision", -1, ("other", None, None)),
        ("uuid", -1, ("other", None, None)),
    ],
)
def test_type_range(base: str, typmod: int, expected: tuple[Kind, int | None, int | None]) -> None:
    assert type_range(base, typmod) == expected
