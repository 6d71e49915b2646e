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


class Job(Generic[T]):
    """Runs `work` at once, which is given the progress to report to."""

    def __init__(self, work: Callable[[Progress], T]) -> None:
        self.done = self.total = 0
        self.result: T | None = None
        self.error: PgseqError | None = None
        #: What was known when it was stopped.
        self.partial: object = None
        self._stopped = threading.Event()
        self._finished = threading.Event()
        # What is secret on the command line is a variable of the context.
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run, work), daemon=True).start()

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

    def _run(self, work: Callable[[Progress], T]) -> None:
        try:
            self.result = work(self._progress)
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
