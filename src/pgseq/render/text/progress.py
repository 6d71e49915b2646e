"""A progress bar for long work on a terminal."""

from __future__ import annotations

import io
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

#: Seconds of work after which the bar appears.
PATIENCE: Final = 1.0


class Bar:
    """Takes how much of how much is done; shows it on `out` once the work lasts, and only on a terminal.

    Leaves no trace when it ends.
    """

    #: Whether the work is one of several at a time, whose answer alone is shown.
    aside = False

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._on_terminal = out.isatty()
        self._since = time.monotonic()
        self._bar: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pause()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        if self._bar is None:
            if not self._on_terminal or time.monotonic() - self._since < PATIENCE:
                return
            self._bar = self._start()
        progress, task = self._bar
        progress.update(task, completed=done, total=total)

    def pause(self) -> None:
        """Remove the bar for a question or a result; it may come back later."""
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None
        self._since = time.monotonic()

    def _start(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        progress = Progress(
            BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(file=self._out), transient=True
        )
        progress.start()
        return progress, progress.add_task("sequences")


class Aside(Bar):
    """The progress of one of several works at a time: shows nothing, and ends the work once when `stopping` is set."""

    aside = True

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__(io.StringIO())
        self._stopping = stopping
        self._stopped = False

    def __call__(self, done: int, total: int) -> None:
        """Raises KeyboardInterrupt, once: the work ends in good order, and still tells how far it came."""
        if self._stopping.is_set() and not self._stopped:
            self._stopped = True
            raise KeyboardInterrupt
