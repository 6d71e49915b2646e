"""The passes of `sync --watch`: a live table where somebody watches, a line a pass in a pipe."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from msgspec.structs import replace

from pgseq.commands.sync import Comparison, Cutover
from pgseq.errors import ConnectionFailed
from pgseq.names import display, plural
from pgseq.render.text.sync import CutoverTable
from pgseq.render.text.sync_words import summary, writers
from pgseq.render.text.terminal import Terminal
from pgseq.render.writer import Detail

if TYPE_CHECKING:
    from rich.live import Live

#: Sequences in the live table, unless asked otherwise.
LISTED: Final = 10


class Passes(Protocol):
    """Takes the passes one by one."""

    def done(self, number: int, cutover: Cutover) -> None:
        """Show a pass."""
        ...

    def lost(self, number: int, error: ConnectionFailed) -> None:
        """Show that a pass lost its connection, and will be repeated."""
        ...


@contextmanager
def passes(terminal: Terminal, detail: Detail) -> Iterator[Passes]:
    """Passes on a terminal, or in a pipe."""
    if terminal.width is None:
        yield _Lines(terminal)
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(file=terminal.out), transient=True, auto_refresh=False) as live:
        yield _Screen(terminal, detail, live)


class _Lines:
    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def done(self, number: int, cutover: Cutover) -> None:
        self._line(number, f"{_moved(cutover)}; {summary(cutover)}. {writers(cutover.source)}")

    def lost(self, number: int, error: ConnectionFailed) -> None:
        self._line(number, _lost(error))

    def _line(self, number: int, text: str) -> None:
        self._terminal.line((f"{_head(number)}{text}", ""))
        self._terminal.out.flush()


class _Screen:
    def __init__(self, terminal: Terminal, detail: Detail, live: Live) -> None:
        self._terminal = terminal
        self._detail = detail if detail.limit is not None else replace(detail, limit=LISTED)
        self._live = live

    def done(self, number: int, cutover: Cutover) -> None:
        text = io.StringIO()
        CutoverTable(self._terminal.onto(text), replace(self._detail, quiet=True)).database(_state(cutover))
        text.write(f"{_head(number)}{_moved(cutover)}; {summary(cutover)}\n{writers(cutover.source)}\nCtrl-C ends it")
        self._show(text.getvalue())

    def lost(self, number: int, error: ConnectionFailed) -> None:
        self._show(f"{_head(number)}{_lost(error)}\nCtrl-C ends it")

    def _show(self, text: str) -> None:
        from rich.text import Text

        self._live.update(Text.from_ansi(text), refresh=True)


def _state(cutover: Cutover) -> Cutover:
    """The comparisons without the results of the pass."""
    return replace(
        cutover,
        comparisons=tuple(replace(one, report=replace(one.report, applied=None)) for one in cutover.comparisons),
    )


def _head(number: int) -> str:
    return f"{time.strftime('%H:%M:%S')} pass {number}: "


def _moved(cutover: Cutover) -> str:
    """How many were moved, and which the furthest: how far the source runs ahead between two passes."""
    ways = {display(one.sequence.sql): _way(one) for one in cutover.comparisons if _way(one)}
    if not ways:
        return "0 sequences moved"
    furthest = max(ways, key=lambda name: ways[name])
    most = plural(ways[furthest], "value")
    return f"{plural(len(ways), 'sequence')} moved, {furthest} the furthest, by {most}"


def _way(comparison: Comparison) -> int:
    """How many values of its own a sequence was moved by in this pass."""
    applied = comparison.report.applied
    if applied is None or applied.result != "moved" or applied.before is None or applied.after is None:
        return 0
    first = applied.before.last_value - (0 if applied.before.is_called else comparison.sequence.increment)
    return (applied.after.last_value - first) // comparison.sequence.increment


def _lost(error: ConnectionFailed) -> str:
    return f"{display(error.message.splitlines()[0])}; trying again"
