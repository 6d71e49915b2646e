"""How many values a sequence handed out, over time: bars. Pure geometry."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from pgseq.commands.range import SequenceRange
from pgseq.names import plural
from pgseq.render.html.drawing import MARGIN, WIDTH
from pgseq.render.text.range_chart import rates

#: Units of the drawing: the highest bar, and what a bar without use has.
HIGHEST: Final = 60.0
LEAST: Final = 1.0
GAP: Final = 2.0


class HistoryBar(Struct, frozen=True, kw_only=True):
    """A part of the time: its place, and how much was used; `known`: whether samples tell."""

    x: float
    height: float
    known: bool


class HistoryChart(Struct, frozen=True, kw_only=True):
    """The drawing; `description` says the same in words."""

    bars: tuple[HistoryBar, ...]
    bar_width: float
    first: str
    last: str
    top: str
    description: str


def bars(sequence_range: SequenceRange) -> HistoryChart | None:
    """The history of a sequence, the oldest on the left; None where nothing has happened between two samples."""
    use = rates(sequence_range.stretches)
    if use is None or not any(stretch.used or stretch.jumped or stretch.back for stretch in sequence_range.stretches):
        return None
    width = (WIDTH - 2 * MARGIN) / len(use.parts)
    highest = use.highest or 1.0
    first, last = use.times
    return HistoryChart(
        bars=tuple(
            HistoryBar(
                x=round(MARGIN + number * width, 1),
                height=round(max((rate or 0.0) / highest * HIGHEST, LEAST), 1),
                known=rate is not None,
            )
            for number, rate in enumerate(use.parts)
        ),
        bar_width=round(width - GAP, 1),
        first=first,
        last=last,
        top=use.top,
        description=_describe(sequence_range, f"Values handed out from {first} to {last}, {use.top}."),
    )


def _describe(sequence_range: SequenceRange, use: str) -> str:
    used = sum(stretch.used or 0 for stretch in sequence_range.stretches)
    jumped = sum(stretch.jumped for stretch in sequence_range.stretches)
    back = sum(1 for stretch in sequence_range.stretches if stretch.back)
    texts = [use, f"{used:,} in all."]
    texts += [f"Set forward by {jumped:,}, which is no use."] * bool(jumped)
    texts += [f"Set back {plural(back, 'time')}."] * bool(back)
    return " ".join(texts)
