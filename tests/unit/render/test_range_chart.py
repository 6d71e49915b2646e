"""The chart of `range -v`: a column for each part of the history, as high as what was used in it."""

from __future__ import annotations

from typing import Final

from pgseq.commands.range.model import DAY, Stretch
from pgseq.render.text.range_chart import WIDEST, chart

START: Final = 20_000 * DAY


def test_nothing_without_samples() -> None:
    assert chart([]) == ""


def test_columns_by_use() -> None:
    past = [Stretch(start=START + day * DAY, end=START + (day + 1) * DAY, used=day) for day in range(WIDEST)]
    text = chart(past)
    bars = text.split()[1]
    assert text == f"2024-10-04 {bars} 2024-11-13, up to 39 a day"
    assert len(bars) == WIDEST
    assert bars == "".join(sorted(bars))
    assert (bars[0], bars[-1]) == ("▁", "█")


def test_what_is_not_known_is_a_dot() -> None:
    past = [
        Stretch(start=START, end=START + 10 * DAY, used=100),
        Stretch(start=START + 10 * DAY, end=START + 30 * DAY, used=None, back=5),
        Stretch(start=START + 30 * DAY, end=START + 40 * DAY, used=100),
    ]
    assert chart(past).split()[1] == "█" * 10 + "·" * 20 + "█" * 10


def test_an_unused_one_is_flat() -> None:
    assert chart([Stretch(start=START, end=START + 1, used=0)]).split()[2] == "▁" * WIDEST
