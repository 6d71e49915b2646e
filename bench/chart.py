"""Growth on log axes, as an SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

#: Points of a line: sequences and seconds.
Line = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 860, 520
LEFT, RIGHT, TOP, BOTTOM = 70, 220, 40, 55
COLOURS: Final = (
    *("#0b7285", "#1864ab", "#c92a2a", "#e67700", "#5c940d"),
    *("#862e9c", "#495057", "#087f5b", "#a61e4d", "#212529"),
)


def chart(title: str, lines: Mapping[str, Line]) -> str:
    """An SVG of `lines` by name. Empty lines are left out; there must be at least one point."""
    drawn = {name: line for name, line in lines.items() if line}
    points = [point for line in drawn.values() for point in line]
    across = _Axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    up = _Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-size="15" font-weight="bold">{escape(title)}</text>',
        *(
            _rule(x, TOP, x, HEIGHT - BOTTOM) + _text(x, HEIGHT - BOTTOM + 20, f"{value:,.0f}", "middle")
            for value, x in across.ticks
        ),
        *(_rule(LEFT, y, WIDTH - RIGHT, y) + _text(LEFT - 8, y + 4, f"{value:g} s", "end") for value, y in up.ticks),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "sequences", "middle"),
    ]
    labels = _apart({name: up.at(line[-1][1]) for name, line in drawn.items()})
    for (name, line), colour in zip(drawn.items(), COLOURS, strict=False):
        path = " ".join(f"{across.at(x):.1f},{up.at(y):.1f}" for x, y in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{across.at(x):.1f}" cy="{up.at(y):.1f}" r="3.5" fill="{colour}"/>' for x, y in line]
        parts.append(f'<text x="{WIDTH - RIGHT + 12}" y="{labels[name] + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


class _Axis:
    """A logarithmic axis from one power of ten to another."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._low = math.floor(math.log10(min(values)))
        self._high = max(math.ceil(math.log10(max(values))), self._low + 1)
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)

    @property
    def ticks(self) -> list[tuple[float, float]]:
        return [(10.0**power, self.at(10.0**power)) for power in range(self._low, self._high + 1)]


def _apart(wanted: Mapping[str, float], distance: float = 17) -> dict[str, float]:
    """Heights of labels near those wanted, none over another."""
    placed: dict[str, float] = {}
    lowest = -math.inf
    for name, height in sorted(wanted.items(), key=lambda item: item[1]):
        lowest = max(height, lowest + distance)
        placed[name] = lowest
    return placed


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dee2e6"/>'


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#343a40">{words}</text>'
