"""The history of a sequence as bars."""

from __future__ import annotations

from typing import Final

from pgseq.commands.range import SequenceRange
from pgseq.commands.range.model import DAY, Stretch
from pgseq.render.html.drawing import MARGIN, WIDTH
from pgseq.render.html.history import HIGHEST, LEAST, bars
from pgseq.render.text.range_chart import WIDEST
from tests.unit import factory

START: Final = 20_000 * DAY


def of(*past: Stretch) -> SequenceRange:
    """A sequence with that history."""
    return SequenceRange(report=factory.healthy(), stretches=past)


def test_bars_by_use_from_left_to_right() -> None:
    drawn = bars(of(*(Stretch(start=START + n * DAY, end=START + (n + 1) * DAY, used=n) for n in range(WIDEST))))
    assert drawn is not None
    heights = [bar.height for bar in drawn.bars]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (LEAST, HIGHEST)
    assert drawn.bars[0].x == MARGIN
    assert drawn.bars[-1].x + drawn.bar_width <= WIDTH - MARGIN
    assert drawn.description == "Values handed out from 2024-10-04 to 2024-11-13, up to 39 a day. 780 in all."


def test_what_is_not_known_is_no_use_and_jumps_are_said() -> None:
    drawn = bars(
        of(
            Stretch(start=START, end=START + 10 * DAY, used=1000, jumped=5000),
            Stretch(start=START + 10 * DAY, end=START + 40 * DAY, used=None, back=7),
        )
    )
    assert drawn is not None
    assert [bar.known for bar in drawn.bars] == [True] * 10 + [False] * 30
    assert "1,000 in all. Set forward by 5,000, which is no use. Set back 1 time." in drawn.description


def test_nothing_is_drawn_where_nothing_happened() -> None:
    assert bars(of()) is None
    assert bars(of(Stretch(start=START, end=START + DAY, used=0))) is None
