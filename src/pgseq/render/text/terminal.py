"""Lines of text on a stream; on a terminal with colours and folded to its width."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Final, Literal, TextIO

Color = Literal["auto", "always", "never"]

#: A piece of a line and what it means (a key of STYLES, or empty).
Span = tuple[str, str]

STYLES: Final[Mapping[str, str]] = {
    "out_of_sync": "bold red",
    "exhausted": "bold red",
    "unknown": "bold yellow",
    "ok": "green",
    "warning": "yellow",
    "head": "bold",
    "faint": "dim",
    "command": "cyan",
}

#: Our own signs, where the stream's encoding has no other: those of a name or a command are not touched.
_PLAIN: Final = str.maketrans({"✗": "x", "✓": "+", "·": "-", "×": "x", "→": "->", "←": "<-", "…": "..."})

#: Spaces between two columns.
GAP: Final = 2
#: A column of names is not made narrower than this.
NARROWEST: Final = 12
#: Cells that are so many times longer than the others do not make a column wide.
MUCH_LONGER: Final = 1.5
#: A column of words is not made narrower than this while names have room.
WORDS: Final = 16
#: The room in front of the other columns where names stand on lines of their own.
ALONE: Final = 8
#: Widths of a column of names that are tried, and rows that are counted for that.
TRIED: Final = 8
COUNTED: Final = 200


class Terminal:
    """A stream for human readers: a terminal with its width, or a pipe or file without one."""

    def __init__(self, out: TextIO, color: Color = "auto") -> None:
        self.out = out
        self.width = shutil.get_terminal_size().columns if out.isatty() else None
        self._colored = colored(out, color)
        self._signs = _encodes(out)

    def onto(self, out: TextIO) -> Terminal:
        """The same on another stream: its width and its colours."""
        other = Terminal(out, "always" if self._colored else "never")
        other.width = self.width
        return other

    def line(self, *spans: Span) -> None:
        """Write one line as it is, of whatever length."""
        text = "".join(self._styled(text, style) for text, style in _trimmed(spans))
        self.out.write(f"{text}\n")

    def own(self, text: str) -> str:
        """A text of ours with signs that the stream can show."""
        return text if self._signs else text.translate(_PLAIN)

    def note(
        self, text: str, style: str = "", *, lead: Sequence[Span] = (), label: str = "", tail: str = "", indent: int = 0
    ) -> None:
        """Write a text, folded, its lines indented; `lead` or `label` stands before the first one, in the indentation,
        and `tail`, a word that is less important, behind the last."""
        room = None if self.width is None else max(self.width - indent, NARROWEST)
        lines = fold(self.own(f"{text}  {tail}" if tail else text), room)
        for number, part in enumerate(lines):
            margin = label.rjust(indent - GAP).ljust(indent) if label and not number else " " * indent
            before: Sequence[Span] = lead if lead and not number else ((margin, style if label else ""),)
            kept = part.removesuffix(tail) if number == len(lines) - 1 else part
            self.line(*before, (kept, style), (part[len(kept) :], "faint"))

    def hint(self, text: str, style: str = "faint", *, label: str = "", indent: int = 0) -> None:
        """Write a text to be pasted, on one line whatever its length: the terminal folds it for the eye, while a line
        end of ours would be pasted along."""
        margin = label.rjust(indent - GAP).ljust(indent) if label else " " * indent
        self.line((margin, style if label else ""), (text, style))

    def _styled(self, text: str, style: str) -> str:
        return _painter(style)(text) if style and self._colored else text


class Columns:
    """Columns as wide as their widest cell. Where they do not fit, a few cells that are longer than all others do not
    count: a name of the first column then stands on a line of its own; then words are folded, then more names stand
    alone, and names of other columns are cut last. Where more names on lines of their own make fewer lines in all, they
    stand so at once. `margin` is the room of a sign in front of each row."""

    def __init__(
        self,
        terminal: Terminal,
        rows: Iterable[Sequence[str]],
        *,
        right: frozenset[int] = frozenset(),
        margin: int = 0,
    ) -> None:
        self._terminal = terminal
        self._right = right
        self._margin = margin
        columns = [[terminal.own(cell) for cell in column] for column in zip(*rows, strict=True)]
        self._widths = [max(map(_cells, column)) for column in columns]
        self._usual = [_usual(list(map(_cells, column))) for column in columns]
        self._floors = [max(map(_longest_word, column)) for column in columns]
        if terminal.width is not None:
            self._fit(terminal.width - margin, columns)

    def row(
        self, cells: Sequence[str], styles: Mapping[int, str] | None = None, default: str = "", sign: Span = ("", "")
    ) -> None:
        """Write one row; `styles` by column."""
        sign = (self._terminal.own(sign[0]).ljust(self._margin), sign[1])
        cells = [self._terminal.own(cell) for cell in cells]
        if _cells(cells[0]) > self._widths[0] and len(cells) > 1:
            self._terminal.note(cells[0], (styles or {}).get(0, default), lead=(sign,), indent=self._margin)
            sign, cells = ("", ""), ["", *cells[1:]]
        folded = [fold(text, width) for text, width in zip(cells, self._widths, strict=True)]
        for number in range(max(map(len, folded))):
            spans: list[Span] = [sign] if sign[0] and not number else [(" " * self._margin, "")]
            for column, lines in enumerate(folded):
                text = lines[number] if number < len(lines) else ""
                pad = " " * (self._widths[column] - _cells(text))
                styled = (text, (styles or {}).get(column, default))
                spans += [(pad, ""), styled] if column in self._right else [styled, (pad, "")]
                spans.append((" " * GAP if self._widths[column] else "", ""))
            self._terminal.line(*spans)

    def sentence(self, cell: str, text: str, sign: Span, tail: str = "") -> None:
        """Write a row of its first cell and a text over all the other columns."""
        start = self._margin + self._widths[0] + GAP
        first = (self._terminal.own(sign[0]).ljust(self._margin), sign[1])
        name = self._terminal.own(cell)
        width = self._terminal.width
        if _cells(name) <= self._widths[0] and (width is None or width - start >= 2 * WORDS):
            lead = (first, (name + " " * (self._widths[0] - _cells(name) + GAP), ""))
            self._terminal.note(text, lead=lead, tail=tail, indent=start)
        else:
            self._terminal.note(name, lead=(first,), indent=self._margin)
            self._terminal.note(text, tail=tail, indent=2 * self._margin)

    def _fit(self, width: int, columns: list[list[str]]) -> None:
        squeezed = self._squeezed(self._widths, width)
        if squeezed != self._widths and len(columns) > 1:
            rows = list(zip(*(column[:COUNTED] for column in columns), strict=True))
            shorter = sorted({size for size in map(_cells, columns[0]) if size < squeezed[0]} | {ALONE}, reverse=True)
            choices = [squeezed]
            for first in shorter[:: max(1, len(shorter) // TRIED)]:
                choices.append(self._squeezed([first, *self._widths[1:]], width))
            squeezed = min(choices, key=lambda widths: sum(_lines(row, widths) for row in rows))
        self._widths = squeezed

    def _squeezed(self, widths: list[int], width: int) -> list[int]:
        """The widths of columns that are together not wider than `width`, where that can be."""
        widths = list(widths)
        floors = (
            self._usual,
            [max(floor, min(own, WORDS)) for floor, own in zip(self._floors, widths, strict=True)],
            [NARROWEST if column == 0 else own for column, own in enumerate(widths)],
            [NARROWEST] * len(widths),
        )
        for floor in floors:
            while (over := sum(widths) + GAP * (sum(map(bool, widths)) - 1) - width) > 0:
                room = {
                    column: widths[column] - floor[column]
                    for column in range(len(widths))
                    if column not in self._right and widths[column] > floor[column]
                }
                if not room:
                    break
                widest = max(room, key=lambda column: widths[column])
                others = (widths[column] for column in room if column != widest)
                widths[widest] -= max(1, min(over, room[widest], widths[widest] - max(others, default=0)))
        return widths


def colored(out: TextIO, color: Color) -> bool:
    """Whether to write colours: only to a terminal and not under NO_COLOR, unless asked for (https://no-color.org)."""
    if color != "auto":
        return color == "always"
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def fold(text: str, width: int | None) -> list[str]:
    """`text` in lines of at most `width` cells, broken between words where there are any."""
    if width is None or _cells(text) <= width:
        return [text]
    from rich.cells import chop_cells

    lines = [""]
    for word in re.findall(r"\S+\s*", text):
        if _cells(lines[-1] + word.rstrip()) <= width:
            lines[-1] += word
            continue
        # A long name is cut behind a dot, if it has one there.
        lines.append("")
        for part in re.findall(r"[^.]*\.|[^.]+", word.rstrip()):
            if _cells(lines[-1] + part) <= width:
                lines[-1] += part
            else:
                lines += chop_cells(part, width)
        lines[-1] += word[len(word.rstrip()) :]
    return [line.rstrip() for line in lines if line]


def _lines(cells: Sequence[str], widths: list[int]) -> int:
    """How many lines a row takes."""
    alone = _cells(cells[0]) > widths[0]
    others = list(zip(cells, widths, strict=True))[1:]
    return alone + max((len(fold(text, width)) for text, width in others), default=1)


def _usual(widths: list[int]) -> int:
    """The width of a column without the quarter of its cells that is longest, where these are much longer than the
    others; no less than a column of names is to have."""
    widest = max(widths)
    most = sorted(widths)[(3 * len(widths) - 1) // 4]
    return max(most, min(NARROWEST, widest)) if widest > MUCH_LONGER * most else widest


def _longest_word(text: str) -> int:
    return max(map(_cells, text.split()), default=0)


def _encodes(out: TextIO) -> bool:
    """Whether a stream has our signs."""
    try:
        "".join(map(chr, _PLAIN)).encode(getattr(out, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _trimmed(spans: Sequence[Span]) -> list[Span]:
    """The spans without blanks at the end."""
    kept = list(spans)
    while kept and not kept[-1][0].strip():
        kept.pop()
    return kept


@cache
def _painter(style: str) -> Callable[[str], str]:
    from rich.color import ColorSystem
    from rich.style import Style

    parsed = Style.parse(STYLES[style])
    return lambda text: parsed.render(text, color_system=ColorSystem.STANDARD)
