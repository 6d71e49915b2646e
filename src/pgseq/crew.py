"""Sessions that work side by side: a thread and a connection each."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

from pgseq.errors import ConnectionFailed
from pgseq.session import Session

Item = TypeVar("Item")
Result = TypeVar("Result")


class Crew:
    """A first session, and more of them when there is work for more than one.

    `more` opens another session; `jobs` is the greatest number of sessions. A caller's own connection works alone.
    """

    def __init__(
        self, lead: Session, more: Callable[[], AbstractContextManager[Session]] | None = None, jobs: int = 1
    ) -> None:
        self.lead = lead
        self._more = more
        self._jobs = jobs if more is not None else 1

    def map(self, work: Callable[[Session, Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """`work(session, item)` for every item, results as they come, in no order.

        What `work` raises ends the map and is raised here. Leaving the map early (an exception, KeyboardInterrupt,
        close()) cancels what the other sessions are running and waits for them.
        """
        waiting = list(items)
        count = min(self._jobs, len(waiting))
        if count <= 1:
            for item in waiting:
                yield work(self.lead, item)
            return
        with ExitStack() as stack:
            sessions = [self.lead, *self._open(count - 1, stack)]
            yield from _side_by_side(sessions, work, waiting)

    def _open(self, count: int, stack: ExitStack) -> list[Session]:
        opened: list[Session] = []
        for _ in range(count):
            try:
                opened.append(stack.enter_context(self._more()))  # type: ignore[misc]
            except ConnectionFailed:
                break  # No connection left for us: the work is done by fewer.
        return opened


def _side_by_side(
    sessions: list[Session], work: Callable[[Session, Item], Result], items: list[Item]
) -> Iterator[Result]:
    todo: queue.SimpleQueue[Item] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[Result | None, BaseException | None]] = queue.SimpleQueue()
    stopped = threading.Event()
    for item in items:
        todo.put(item)

    def run(session: Session) -> None:
        while not stopped.is_set():
            try:
                item = todo.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((work(session, item), None))
            except BaseException as error:
                done.put((None, error))
                return

    threads = [threading.Thread(target=run, args=(session,), daemon=True) for session in sessions]
    for thread in threads:
        thread.start()
    try:
        for _ in items:
            result, error = done.get()
            if error is not None:
                raise error
            yield result  # type: ignore[misc]
    finally:
        stopped.set()
        for session, thread in zip(sessions, threads, strict=True):
            if thread.is_alive() and not todo.empty():
                session.cancel()
            thread.join()
