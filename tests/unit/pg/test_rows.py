"""Rows of a large catalog hold what repeats once."""

from __future__ import annotations

from typing import Any

from pgseq.pg.drivers.repeats import alike


def test_what_repeats_in_a_column_is_one_object() -> None:
    rows: list[tuple[Any, ...]] = [
        (
            number,
            f"schema {number % 2}",
            "".join(["int", "eger"]),
            10**18 + 1,
            None if number % 3 else "x",
            [number],
            True,
        )
        for number in range(10)
    ]
    shared = alike(rows)
    assert shared == rows
    assert [{id(row[at]) for row in shared} for at in (2, 3)] == [{id(shared[0][2])}, {id(shared[0][3])}]
    assert len({id(row[1]) for row in shared}) == 2
    assert [type(row[6]) for row in shared] == [bool] * 10
