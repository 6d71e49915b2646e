"""A sequence on its line: where it stands, what is stored ahead of it, and what ends its way. Pure geometry."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from typing import Final

from msgspec import Struct

from pgseq.core.consequence import consequence
from pgseq.model.arithmetic import next_value, steps
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Sequence
from pgseq.names import plural

#: Units of the drawing; a character of a label takes some CHARACTER of them.
WIDTH: Final = 720
MARGIN: Final = 10
CHARACTER: Final = 7.2
LEVEL: Final = 32
LINE: Final = 14
#: Above the highest label.
ROOM: Final = 8
#: A distance beyond so many powers of ten is drawn no longer.
LONGEST: Final = 4.0
#: What points at the line from above: where the sequence stands, stood, or is to go.
POINTERS: Final = frozenset({"next", "was", "goal"})
#: Of several landmarks at one value, the one whose sign is drawn.
_RANK: Final = ("next", "goal", "was", "nearest", "furthest", "obstacle", "gap", "end", "start")


class Landmark(Struct, frozen=True, kw_only=True):
    """A value on the line, and what it is."""

    value: int
    kind: str
    words: str


class Mark(Struct, frozen=True, kw_only=True):
    """A drawn landmark: its place, and its label of two lines at `label_x`, `label_y`."""

    kind: str
    x: float
    value: str
    words: str
    label_x: float
    label_y: float
    anchor: str
    above: bool


class LineStretch(Struct, frozen=True, kw_only=True):
    """A stretch of the line: `behind`, `free`, `stored`, `gap`, or `closed` beyond what a column can hold."""

    kind: str
    x: float
    width: float

    @property
    def hatching(self) -> str:
        """Slanted lines over it, as a path from the line's middle."""
        return "".join(f"M{self.x + 8 * n:.1f} 5l8-10" for n in range(int(self.width // 8)))


class Drawing(Struct, frozen=True, kw_only=True):
    """The drawing; `description` says the same in words."""

    height: float
    line_y: float
    marks: tuple[Mark, ...]
    stretches: tuple[LineStretch, ...]
    description: str


def draw(report: SequenceReport) -> Drawing:
    """Draw a sequence in its direction; distances are compressed, their order is kept."""
    sequence = report.sequence
    by_value: defaultdict[int, list[Landmark]] = defaultdict(list)
    for landmark in landmarks(report):
        by_value[landmark.value].append(landmark)
    values = sorted(by_value, reverse=not sequence.ascending)
    places = dict(zip(values, _places(values, sequence), strict=True))
    labels = [_joined(by_value[value]) for value in values]
    above = _levels([one for one in labels if one.kind in POINTERS], places)
    below = _levels([one for one in labels if one.kind not in POINTERS], places)
    line_y = LEVEL * (1 + max((level for level, _, _ in above.values()), default=-1)) + LINE + ROOM
    height = line_y + LINE + LEVEL * (1 + max((level for level, _, _ in below.values()), default=-1))
    return Drawing(
        height=height,
        line_y=line_y,
        marks=tuple(_mark(one, places[one.value], above, below, line_y) for one in labels),
        stretches=tuple(
            LineStretch(kind=_kind(report, one, other), x=places[one], width=round(places[other] - places[one], 1))
            for one, other in pairwise(values)
        ),
        description=describe(report),
    )


def landmarks(report: SequenceReport) -> list[Landmark]:
    """The values to be drawn."""
    diagnosis, sequence = report.diagnosis, report.sequence
    start = sequence.min if sequence.ascending else sequence.max
    last = sequence.end
    stretch = diagnosis.stretch
    applied = report.applied
    was = next_value(sequence, applied.before) if applied and applied.before and applied.result == "moved" else None
    possible: list[tuple[int | None, str, str]] = [
        (start, "start", "start"),
        (was, "was", "was next"),
        (diagnosis.next_value, "next", "next value"),
        (diagnosis.nearest, "nearest", "stored"),
        (diagnosis.furthest, "furthest", "stored up to here"),
        (None if report.step is None else report.step.next_value, "goal", "moved: next value"),
        (None if stretch is None else stretch.first, "gap", "free from here"),
        (None if stretch is None else stretch.last, "gap", "free up to here"),
        (last if last != sequence.bound else None, "obstacle", _narrowest(sequence, last)),
        (sequence.bound, "end", "end" + (", then it starts again" if sequence.cycle else "")),
    ]
    return [Landmark(value=value, kind=kind, words=words) for value, kind, words in possible if value is not None]


def describe(report: SequenceReport) -> str:
    """The drawing in words."""
    diagnosis, sequence = report.diagnosis, report.sequence
    start = sequence.min if sequence.ascending else sequence.max
    way = f"It goes from {start} to {sequence.bound} by {sequence.increment}"
    texts = [f"{way}, then starts again." if sequence.cycle else f"{way}."]
    if diagnosis.next_value is not None:
        texts.append(f"Its next value is {diagnosis.next_value}.")
    elif diagnosis.status == "unknown":
        texts.append("Where it stands could not be read.")
    else:
        texts.append("It has no next value.")
    if diagnosis.nearest is not None:
        stored = f"{diagnosis.nearest}" if diagnosis.nearest == diagnosis.furthest else ""
        stored = stored or f"{diagnosis.nearest} to {diagnosis.furthest}"
        inserts, does = diagnosis.inserts_until_collision, consequence(diagnosis).one
        when = f"INSERT {does} after {plural(inserts, 'insert')}" if inserts else f"the next INSERT {does}"
        texts.append(
            f"Ahead of it {stored} {'is' if diagnosis.nearest == diagnosis.furthest else 'are'} stored: {when}."
        )
    last = sequence.end
    if last != sequence.bound:
        texts.append(f"At {last} {_narrowest(sequence, last)}.")
    if report.step is not None:
        texts.append(f"Moved forward, its next value is {report.step.next_value}.")
    return " ".join(texts)


def _narrowest(sequence: Sequence, last: int) -> str:
    feeds = (feed for feed in sequence.feeds if feed.plain and last in (feed.lowest, feed.highest))
    return next((f"the column's type {feed.type} ends" for feed in feeds), "a column's type ends")


def _places(values: list[int], sequence: Sequence) -> list[float]:
    """The x of each value, which follow each other in the sequence's direction."""
    weights = [1 + min(math.log10(1 + abs(steps(sequence, one, other))), LONGEST) for one, other in pairwise(values)]
    scale = (WIDTH - 2 * MARGIN) / (sum(weights) or 1)
    places = [float(MARGIN)]
    for weight in weights:
        places.append(round(places[-1] + weight * scale, 1))
    return places


def _joined(landmarks: list[Landmark]) -> Landmark:
    """Landmarks of one value as one."""
    kind = min((one.kind for one in landmarks), key=_RANK.index)
    words = dict.fromkeys(one.words for one in landmarks)
    if "stored up to here" in words and "stored" in words:
        del words["stored up to here"]
    return Landmark(value=landmarks[0].value, kind=kind, words=", ".join(words))


def _levels(labels: list[Landmark], places: dict[int, float]) -> dict[int, tuple[int, float, str]]:
    """By value: how far from the line its label is, 0 is nearest, so that none lies upon another; its x; its anchor."""
    ends: list[float] = []
    levels: dict[int, tuple[int, float, str]] = {}
    for label in labels:
        width = CHARACTER * max(len(str(label.value)), len(label.words))
        x = places[label.value]
        if x - width / 2 < 0:
            left, anchor, at = 0.0, "start", 0.0
        elif x + width / 2 > WIDTH:
            left, anchor, at = WIDTH - width, "end", float(WIDTH)
        else:
            left, anchor, at = x - width / 2, "middle", x
        level = next((number for number, end in enumerate(ends) if end <= left), len(ends))
        ends[level : level + 1] = [left + width + CHARACTER]
        levels[label.value] = (level, at, anchor)
    return levels


def _mark(
    label: Landmark,
    x: float,
    above: dict[int, tuple[int, float, str]],
    below: dict[int, tuple[int, float, str]],
    line_y: float,
) -> Mark:
    up = label.value in above
    level, at, anchor = (above if up else below)[label.value]
    return Mark(
        kind=label.kind,
        x=x,
        value=str(label.value),
        words=label.words,
        label_x=round(at, 1),
        label_y=line_y - LINE - LEVEL * level - LINE if up else line_y + LINE + LEVEL * level + LINE,
        anchor=anchor,
        above=up,
    )


def _kind(report: SequenceReport, one: int, other: int) -> str:
    """What the values between two landmarks are that follow each other."""
    diagnosis, sequence = report.diagnosis, report.sequence

    def reached(value: int | None, end: int | None) -> bool:
        """Whether the sequence comes to `value` no later than to `end`."""
        return value is not None and end is not None and (value - end) * sequence.increment <= 0

    if reached(sequence.end, one):
        return "closed" if sequence.end != sequence.bound else "free"
    if diagnosis.next_value is not None and reached(other, diagnosis.next_value):
        return "behind"
    stretch = diagnosis.stretch
    if stretch is not None and reached(stretch.first, one) and reached(other, stretch.last):
        return "gap"
    if reached(diagnosis.nearest, one) and reached(other, diagnosis.furthest):
        return "stored"
    if diagnosis.next_value is None:
        return "behind" if diagnosis.status == "exhausted" else "closed"
    return "free"
