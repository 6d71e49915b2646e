"""The SQL that moves a sequence: the numbers in it, against plain counting."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgseq.sql.move import farthest, up_to
from tests.unit.factory import feed, sequence

SHARES = (0.0, 0.001, 0.1, 1 / 3, 0.5, 1.0)


@given(
    st.sampled_from((1, -1, 2, -3, 10)),
    st.integers(0, 60),
    st.sampled_from(SHARES),
    st.sampled_from((-20, 0, 2**63 - 101, -(2**63))),
)
def test_the_farthest_goal_gives_up_the_share_and_no_more(increment: int, used: int, share: float, lowest: int) -> None:
    highest = lowest + 100
    of = sequence(
        increment=increment, min=lowest, max=highest, data_type="bigint", feeds=(feed(lowest=None, highest=None),)
    )
    following = lowest + used if increment > 0 else highest - used
    to_come = list(range(following, highest + 1 if increment > 0 else lowest - 1, increment))
    affordable = [value for given_up, value in enumerate(to_come, 1) if given_up <= Fraction(str(share)) * len(to_come)]
    assert farthest(of, following, share) == (affordable[-1] if affordable else following - increment)


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
