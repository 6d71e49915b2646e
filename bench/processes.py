"""What processes cost, from /proc (Linux)."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

_TICK: Final = os.sysconf("SC_CLK_TCK")
#: Seconds between two looks at memory.
INTERVAL: Final = 0.02


def server_seconds(postmaster: int) -> float:
    """CPU seconds of a server so far, with those of backends that have ended."""
    return sum(_seconds(pid, with_children=pid == postmaster) for pid in (postmaster, *_children(postmaster)))


@dataclass(slots=True, kw_only=True)
class Watch:
    """Looks at memory, again and again: of a program with all that it starts, and of each backend in a database."""

    program: int
    postmaster: int
    database: str
    #: Peak resident memory of the program, in kB.
    client_kb: int = 0
    #: Peak private memory of the largest backend, in kB (shared buffers are not its own).
    backend_kb: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _look(self) -> None:
        while not self._stop.is_set():
            self.client_kb = max(self.client_kb, sum(_kb(pid, "VmRSS") for pid in _family(self.program)))
            self.backend_kb = max([self.backend_kb, *(_kb(pid, "RssAnon") for pid in self._backends())])
            self._stop.wait(INTERVAL)

    def _backends(self) -> list[int]:
        """By their process titles: `postgres: USER DATABASE HOST ACTIVITY`."""
        return [pid for pid in _children(self.postmaster) if self.database in _title(pid)]


def _title(pid: int) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split()
    return []


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in _children(pid):
        yield from _family(child)


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _kb(pid: int, name: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0


def _seconds(pid: int, *, with_children: bool) -> float:
    """utime, stime, and cutime, cstime of children that were waited for (proc_pid_stat(5), fields 14 to 17)."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(ticks) for ticks in fields[11 : 15 if with_children else 13]) / _TICK
    return 0.0
