"""Sessions that work in parallel: a thread and a connection each."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Generic, Self, TypeVar

from msgspec import Struct, field

from pgseq.errors import ConnectionFailed
from pgseq.pg.session import Session

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Opens another session with the same server.
Opener = Callable[[], AbstractContextManager[Session]]

#: Items of work after which a session is renewed: a backend caches some kilobytes for every table
#: that it has used (relation cache), until it ends.
RENEWAL = 120


class SessionPool:
    """A primary session, and more sessions when there is enough work; all stay open until the end.

    `jobs` is the greatest number of sessions. Without `more`, as on a caller's own connection, the primary session
    works alone.
    """

    def __init__(self, *, primary: Session, more: Opener | None = None, jobs: int = 1) -> None:
        self.primary = primary
        self.jobs = 1 if more is None else jobs
        self._slots = [] if more is None else [_Slot(more=more) for _ in range(jobs)]
        if self._slots:
            self._slots[0].session = primary

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for slot in self._slots:
            slot.close()

    def cancel(self) -> None:
        """Cancel what its sessions are running, and let them run nothing more; may be called from another thread."""
        for session in {self.primary, *(slot.session for slot in self._slots if slot.session is not None)}:
            session.cancel()

    def map(
        self,
        work: Callable[[Session, Item], Result],
        items: Iterable[Item],
        affinity: Callable[[Item], int] | None = None,
        renewal: int = RENEWAL,
    ) -> Iterator[Result]:
        """`work(session, item)` for every item; the results as they come, in no order.

        Items of the same `affinity` go to the same session, in the next map, too, unless a session is idle: its backend
        has cached their tables. A session is renewed after `renewal` items, or some fewer: as many each time, so that
        its backend has as much as possible in its cache at the end.

        An exception of `work` ends the map and is raised here. When the map is left early, the statements of other
        sessions are cancelled; the sessions can be used again.
        """
        todo = list(items)
        if not self._slots or len(todo) < 2:
            for item in todo:
                yield work(self.primary, item)
            return
        queues: list[deque[Item]] = [deque() for _ in self._slots]
        for number, item in enumerate(todo):
            queues[(number if affinity is None else affinity(item)) % len(queues)].append(item)
        yield from _Run(primary=self.primary, slots=self._slots, work=work, queues=queues, renewal=renewal).run(
            len(todo)
        )


class _Slot(Struct, kw_only=True, eq=False):
    """One of the pool's sessions, opened when there is work."""

    more: Opener
    session: Session | None = None
    _own: ExitStack = field(default_factory=ExitStack)

    def open(self) -> Session:
        """The session, opened if it is not open yet. Raises ConnectionFailed."""
        if self.session is None:
            self.session = self._own.enter_context(self.more())
        return self.session

    def close(self) -> None:
        """Close the slot's session unless it is the primary."""
        self.session = None
        self._own.close()


class _Run(Struct, Generic[Item, Result], kw_only=True, eq=False):
    """One map: the thread of each slot takes items from its own queue, then from the longest other one."""

    primary: Session
    slots: list[_Slot]
    work: Callable[[Session, Item], Result]
    queues: list[deque[Item]]
    renewal: int
    done: queue.SimpleQueue[Result | BaseException] = field(default_factory=queue.SimpleQueue)
    busy: set[Session] = field(default_factory=set)
    #: Held while an item is taken: `_stop` finds it in a queue, or its session busy.
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, count: int) -> Iterator[Result]:
        workers = [
            threading.Thread(target=self._work, args=(number,), daemon=True)
            for number in range(min(len(self.slots), count))
        ]
        for worker in workers:
            worker.start()
        try:
            for _ in range(count):
                result = self.done.get()
                if isinstance(result, BaseException):
                    raise result
                yield result
        finally:
            cancelled = self._stop()
            for session in cancelled:
                session.cancel()
            for worker in workers:
                worker.join()
            for session in cancelled:
                session.resume()

    def _work(self, number: int) -> None:
        try:
            share = max(self.renewal, len(self.queues[number]))
            # So many items each time, as equal as can be.
            period = -(-share // -(-share // self.renewal))
            count = 0
            # The session is opened before an item is taken: an item put back might find no thread left to take it.
            while any(self.queues):
                session = self._session(number, renew=count == period)
                if session is None or not self._take(number, session):
                    return
                count = count % period + 1
        except BaseException as error:
            self._stop()
            self.done.put(error)

    def _session(self, number: int, *, renew: bool) -> Session | None:
        """The slot's session, a new one where it is due. None if the server has no connection left for it: the other
        slots do its work, and the first slot falls back to the primary."""
        slot = self.slots[number]
        if renew:
            slot.close()
        try:
            return slot.open()
        except ConnectionFailed:
            return None if number else self.primary

    def _take(self, number: int, session: Session) -> bool:
        """Work on the next item; False where there is none."""
        with self.lock:
            own = self.queues[number]
            items = own or max(self.queues, key=len)
            if not items:
                return False
            item = items.popleft() if items is own else items.pop()
            self.busy.add(session)
        try:
            result = self.work(session, item)
        finally:
            # Before the result is put: leaving the map cancels every session that is still busy.
            with self.lock:
                self.busy.discard(session)
        self.done.put(result)
        return True

    def _stop(self) -> set[Session]:
        """Empty the queues; return the busy sessions."""
        with self.lock:
            for items in self.queues:
                items.clear()
            return set(self.busy)
