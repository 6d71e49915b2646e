"""Work in a thread of its own, whose progress can be looked at, and that can be stopped."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from pgseq.errors import Interrupted, PgseqError

T = TypeVar("T")

#: Called with how much is done, and of how much.
Progress = Callable[[int, int], None]


#: Calls a function in a thread, at once or when its turn has come.
Calling = Callable[[Callable[[], None]], object]


def thread(call: Callable[[], None]) -> None:
    """Call it at once, in a thread of its own."""
    threading.Thread(target=call, daemon=True).start()


class Job(Generic[T]):
    """Runs `work`, which is given the progress to report to, when `calling` calls it."""

    def __init__(self, work: Callable[[Progress], T], calling: Calling = thread) -> None:
        self.done = self.total = 0
        self.result: T | None = None
        self.error: PgseqError | None = None
        #: What was known when it was stopped.
        self.partial: object = None
        self._stopped = threading.Event()
        self._finished = threading.Event()
        self._work = work
        self._begun = threading.Lock()
        # What is secret on the command line is a variable of the context.
        self._context = contextvars.copy_context()
        calling(self._once)

    def begin(self) -> None:
        """Do it now, unless it has begun."""
        if not self.begun:
            thread(self._once)

    @property
    def begun(self) -> bool:
        """Whether it is under way, or has been."""
        return self._begun.locked()

    @property
    def finished(self) -> bool:
        """Whether there is a result or an error."""
        return self._finished.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is finished, at most so long; whether it is."""
        return self._finished.wait(seconds)

    def stop(self) -> None:
        """Let it go no further: what is being done is finished, nothing more is begun."""
        self._stopped.set()

    def _once(self) -> None:
        if self._begun.acquire(blocking=False):
            self._context.run(self._run)

    def _run(self) -> None:
        try:
            self.result = self._work(self._progress)
        except PgseqError as error:
            self.error = error
        except Interrupted as stop:
            self.partial = stop.report
            self.error = PgseqError("interrupted before everything was done", "run it again: nothing is done twice")
        except KeyboardInterrupt:
            self.error = PgseqError("interrupted before anything was done")
        except Exception as error:
            self.error = PgseqError(f"unexpected {type(error).__name__}: {error}", "please report it")
        finally:
            self._finished.set()

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self._stopped.is_set():
            # Once, as Ctrl-C does to a command: the workflow ends in good order, and still reports its progress.
            self._stopped.clear()
            raise KeyboardInterrupt
