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
from pgseq.session import Session

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Opens another session with the same server.
Opener = Callable[[], AbstractContextManager[Session]]

#: Items of work after which a session is renewed: a backend keeps what it has learned of every table that it has seen
#: (relation cache), some kilobytes each, until it ends.
RENEWAL = 120


class Crew:
    """A first session, and more of them where there is work for more than one; they stay open until the end.

    `jobs` is the greatest number of sessions at work. Without `more`, as on a caller's own connection, the lead works
    alone.
    """

    def __init__(self, *, lead: Session, more: Opener | None = None, jobs: int = 1) -> None:
        self.lead = lead
        self.jobs = 1 if more is None else jobs
        self._seats = [] if more is None else [_Seat(more=more) for _ in range(jobs)]
        if self._seats:
            self._seats[0].session = lead

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for seat in self._seats:
            seat.leave()

    def map(
        self,
        work: Callable[[Session, Item], Result],
        items: Iterable[Item],
        near: Callable[[Item], int] | None = None,
        renewal: int = RENEWAL,
    ) -> Iterator[Result]:
        """`work(session, item)` for every item; the results as they come, in no order.

        Items of the same number `near` go to the same session, also in the next map, as long as none is idle: its
        backend has learned of their tables then. A session is renewed after `renewal` items.

        What `work` raises ends the map and is raised here. When the map is left early, what other sessions are running
        is cancelled.
        """
        todo = list(items)
        if not self._seats or len(todo) < 2:
            for item in todo:
                yield work(self.lead, item)
            return
        heaps: list[deque[Item]] = [deque() for _ in self._seats]
        for number, item in enumerate(todo):
            heaps[(number if near is None else near(item)) % len(heaps)].append(item)
        yield from _Shift(lead=self.lead, seats=self._seats, work=work, heaps=heaps, renewal=renewal).run(len(todo))


@dataclass(kw_only=True)
class _Seat:
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
        """Give up the session; closed, unless it is the lead's."""
        self.session = None
        self._own.close()


@dataclass(kw_only=True)
class _Shift(Generic[Item, Result]):
    """One map: at every seat a thread takes items from the seat's own heap, then from the others'."""

    lead: Session
    seats: list[_Seat]
    work: Callable[[Session, Item], Result]
    heaps: list[deque[Item]]
    renewal: int
    done: queue.SimpleQueue[Result | BaseException] = field(default_factory=queue.SimpleQueue)
    busy: set[Session] = field(default_factory=set)

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
            self._stop()
            for session in tuple(self.busy):
                session.cancel()
            for worker in workers:
                worker.join()

    def _serve(self, number: int) -> None:
        seat = self.seats[number]
        for served, item in enumerate(self._items(number)):
            if served and served % self.renewal == 0:
                seat.leave()
            try:
                session = seat.sit()
            except ConnectionFailed:
                if number:
                    # The server has no connection left for us: the others do the work.
                    self.heaps[number].append(item)
                    return
                session = self.lead
            if not self._done(session, item):
                return

    def _items(self, number: int) -> Iterator[Item]:
        while True:
            heap = self.heaps[number] or max(self.heaps, key=len)
            try:
                yield heap.popleft() if heap is self.heaps[number] else heap.pop()
            except IndexError:
                if not any(self.heaps):
                    return

    def _done(self, session: Session, item: Item) -> bool:
        self.busy.add(session)
        try:
            result = self.work(session, item)
            # Before anybody hears of it: who leaves the map then cancels whoever is still busy.
            self.busy.discard(session)
            self.done.put(result)
        except BaseException as error:
            self._stop()
            self.done.put(error)
            return False
        finally:
            self.busy.discard(session)
        return True

    def _stop(self) -> None:
        for heap in self.heaps:
            heap.clear()
