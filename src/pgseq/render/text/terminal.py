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
    "exhausted": "bold magenta",
    "unknown": "bold yellow",
    "ok": "green",
    "warning": "yellow",
    "head": "bold",
    "faint": "dim",
}

#: Spaces between two columns.
GAP: Final = 2
#: A column of names is not made narrower than this.
NARROWEST: Final = 12


class Terminal:
    """A stream for human readers: a terminal with its width, or a pipe or file without one."""

    def __init__(self, out: TextIO, color: Color = "auto") -> None:
        self.out = out
        self.width = shutil.get_terminal_size().columns if out.isatty() else None
        self._colored = colored(out, color)

    def onto(self, out: TextIO) -> Terminal:
        """The same on another stream: its width and its colours."""
        other = Terminal(out, "always" if self._colored else "never")
        other.width = self.width
        return other

    def line(self, *spans: Span) -> None:
        """Write one line as it is, of whatever length."""
        text = "".join(self._styled(text, style) for text, style in _trimmed(spans))
        self.out.write(f"{text}\n")

    def note(self, text: str, style: str = "", *, label: str = "", indent: int = 0) -> None:
        """Write a text, folded, its lines indented; `label` stands before the first one, in the indentation."""
        room = None if self.width is None else max(self.width - indent, NARROWEST)
        for number, part in enumerate(fold(text, room)):
            margin = label.rjust(indent - GAP).ljust(indent) if label and not number else " " * indent
            self.line((margin, style if label else ""), (part, style))

    def hint(self, text: str, style: str = "faint", *, label: str = "", indent: int = 0) -> None:
        """Write a text to be pasted, on one line whatever its length: the terminal folds it for the eye, while a line
        end of ours would be pasted along."""
        margin = label.rjust(indent - GAP).ljust(indent) if label else " " * indent
        self.line((margin, style if label else ""), (text, style))

    def _styled(self, text: str, style: str) -> str:
        return _painter(style)(text) if style and self._colored else text


class Columns:
    """Columns as wide as their widest cell; where they do not fit, the widest of names are folded."""

    def __init__(
        self, terminal: Terminal, rows: Iterable[Sequence[str]], *, right: frozenset[int] = frozenset()
    ) -> None:
        self._terminal = terminal
        self._right = right
        self._widths = [max(map(_cells, column)) for column in zip(*rows, strict=True)]
        if terminal.width is not None:
            self._squeeze(terminal.width)

    def row(self, cells: Sequence[str], styles: Mapping[int, str] | None = None, default: str = "") -> None:
        """Write one row; `styles` by column."""
        folded = [fold(text, width) for text, width in zip(cells, self._widths, strict=True)]
        for number in range(max(map(len, folded))):
            spans: list[Span] = []
            for column, lines in enumerate(folded):
                text = lines[number] if number < len(lines) else ""
                pad = " " * (self._widths[column] - _cells(text))
                styled = (text, (styles or {}).get(column, default))
                spans += [(pad, ""), styled] if column in self._right else [styled, (pad, "")]
                spans.append((" " * GAP, ""))
            self._terminal.line(*spans)

    def _squeeze(self, width: int) -> None:
        names = [column for column in range(len(self._widths)) if column not in self._right]
        while sum(self._widths) + GAP * (len(self._widths) - 1) > width:
            widest = max(names, key=lambda column: self._widths[column])
            if self._widths[widest] <= NARROWEST:
                return
            self._widths[widest] -= 1


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
        else:
            lines += chop_cells(word.rstrip(), width)
            lines[-1] += word[len(word.rstrip()) :]
    return [line.rstrip() for line in lines if line]


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
