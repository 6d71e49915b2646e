"""Sessions that work side by side: a thread and a connection each."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Generic, Self, TypeVar

from pgseq.errors import ConnectionFailed
from pgseq.pg.session import Session

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Opens another session with the same server.
Opener = Callable[[], AbstractContextManager[Session]]

#: Items of work after which a session is renewed: a backend keeps what it has learned of every table that it has seen
#: (relation cache), some kilobytes each, until it ends.
RENEWAL = 120


class SessionPool:
    """A first session, and more of them where there is work for more than one; they stay open until the end.

    `jobs` is the greatest number of sessions at work. Without `more`, as on a caller's own connection, the primary
    session works alone.
    """

    def __init__(self, *, primary: Session, more: Opener | None = None, jobs: int = 1) -> None:
        self.primary = primary
        self.jobs = 1 if more is None else jobs
        self._seats = [] if more is None else [_Slot(more=more) for _ in range(jobs)]
        if self._seats:
            self._seats[0].session = primary

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for seat in self._seats:
            seat.leave()

    def map(
        self,
        work: Callable[[Session, Item], Result],
        items: Iterable[Item],
        affinity: Callable[[Item], int] | None = None,
        renewal: int = RENEWAL,
    ) -> Iterator[Result]:
        """`work(session, item)` for every item; the results as they come, in no order.

        Items of the same number `near` go to the same session, also in the next map, as long as none is idle: its
        backend has learned of their tables then. A session is renewed after `renewal` items.

        What `work` raises ends the map and is raised here. When the map is left early, what other sessions are running
        is cancelled; they can be used again then.
        """
        todo = list(items)
        if not self._seats or len(todo) < 2:
            for item in todo:
                yield work(self.primary, item)
            return
        queues: list[deque[Item]] = [deque() for _ in self._seats]
        for number, item in enumerate(todo):
            queues[(number if affinity is None else affinity(item)) % len(queues)].append(item)
        yield from _Run(primary=self.primary, seats=self._seats, work=work, queues=queues, renewal=renewal).run(
            len(todo)
        )


@dataclass(kw_only=True)
class _Slot:
    """A place to work at, with a session once there is work."""

    more: Opener
    session: Session | None = None
    _own: ExitStack = field(default_factory=ExitStack)

    def sit(self) -> Session:
        """The session, opened where there is none. Raises ConnectionFailed."""
        if self.session is None:
            self.session = self._own.enter_context(self.more())
        return self.session

    def leave(self) -> None:
        """Give up the session; closed, unless it is the primary's."""
        self.session = None
        self._own.close()


@dataclass(kw_only=True)
class _Run(Generic[Item, Result]):
    """One map: at every seat a thread takes items from the seat's own heap, then from the others'."""

    primary: Session
    seats: list[_Slot]
    work: Callable[[Session, Item], Result]
    queues: list[deque[Item]]
    renewal: int
    done: queue.SimpleQueue[Result | BaseException] = field(default_factory=queue.SimpleQueue)
    busy: set[Session] = field(default_factory=set)
    #: Held while an item changes hands: whoever ends the shift finds it on a heap, or its session busy.
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, count: int) -> Iterator[Result]:
        workers = [
            threading.Thread(target=self._serve, args=(number,), daemon=True)
            for number in range(min(len(self.seats), count))
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

    def _serve(self, number: int) -> None:
        try:
            served = 0
            # Seated before an item is taken: one that was put back might find nobody left to take it.
            while any(self.queues) and (session := self._seated(number, served)) and self._served(number, session):
                served += 1
        except BaseException as error:
            self._stop()
            self.done.put(error)

    def _seated(self, number: int, served: int) -> Session | None:
        """The session at a seat, renewed where it is time; None where the server has no connection left for it: the
        others do its work, and the first seat has the primary."""
        seat = self.seats[number]
        if served and served % self.renewal == 0:
            seat.leave()
        try:
            return seat.sit()
        except ConnectionFailed:
            return None if number else self.primary

    def _served(self, number: int, session: Session) -> bool:
        """Work on the next item; False where there is none."""
        with self.lock:
            own = self.queues[number]
            heap = own or max(self.queues, key=len)
            if not heap:
                return False
            item = heap.popleft() if heap is own else heap.pop()
            self.busy.add(session)
        try:
            result = self.work(session, item)
        finally:
            # Before anybody hears of it: who leaves the map then cancels whoever is still busy.
            with self.lock:
                self.busy.discard(session)
        self.done.put(result)
        return True

    def _stop(self) -> set[Session]:
        """Leave nothing to take; the sessions still at work."""
        with self.lock:
            for heap in self.queues:
                heap.clear()
            return set(self.busy)
