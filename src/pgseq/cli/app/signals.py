"""Signals that end a command: each as Ctrl-C does, which cancels what runs on the server and tells what was done.

Left to itself SIGTERM would end pgseq at once, and what it waits for on the server would still happen afterwards. As
the first process of a container it would not be ended at all (pid_namespaces(7)).
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

#: Where the system has them: Ctrl-C; kill, a service manager, a container that is stopped; a terminal that is closed.
ENDING: Final = tuple(one for one in signal.Signals if one.name in ("SIGINT", "SIGTERM", "SIGHUP"))
#: Seconds in which another one is the same wish told twice, and does not end the ending: timeout(1) signals the process
#: and then its group, systemd sends SIGHUP right after SIGTERM. After that somebody insists.
ECHO: Final = 2.0


class Ending:
    """Which signal has come."""

    def __init__(self) -> None:
        self._number = signal.SIGINT
        self._since: float | None = None

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The signal's handler. Raises KeyboardInterrupt, unless it is an echo of the first one."""
        now = time.monotonic()
        if self._since is None:
            self._number, self._since = signal.Signals(number), now
        elif now - self._since < ECHO:
            return
        raise KeyboardInterrupt

    @property
    def has_come(self) -> bool:
        """Whether one has."""
        return self._since is not None

    @property
    def word(self) -> str:
        """How the command ended."""
        return "interrupted" if self._number == signal.SIGINT else "terminated"

    @property
    def exit_code(self) -> int:
        """What a shell reports for a process that the signal has ended."""
        return 128 + self._number


@contextmanager
def caught(ending: Ending) -> Iterator[None]:
    """Let `ending` handle what would end the process; a signal that is ignored, as SIGHUP under nohup, stays so.
    Only the main thread has signals."""
    usual = (signal.SIG_DFL, signal.default_int_handler)
    main = threading.current_thread() is threading.main_thread()
    before = {one: signal.signal(one, ending) for one in ENDING if main and signal.getsignal(one) in usual}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
