"""The SQL that moves a sequence: the numbers in it, against plain counting."""

from __future__ import annotations

import pytest

from pgseq.sql.move import up_to
from tests.unit.factory import sequence


@pytest.mark.parametrize(
    ("increment", "ceiling", "expected"),
    [
        (1, None, "seq.goal <= 99"),
        (1, 50, "seq.goal <= 50"),
        (1, 1000, "seq.goal <= 99"),
        (-1, None, "seq.goal >= 2"),
        (-1, 50, "seq.goal >= 50"),
        (-1, -5, "seq.goal >= 2"),
    ],
)
def test_a_goal_leaves_room_for_a_next_value(increment: int, ceiling: int | None, expected: str) -> None:
    assert up_to(sequence(increment=increment, min=1, max=100), ceiling) == expected
