"""Sessions that work side by side: a thread and a connection each."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pgseq.errors import ConnectionFailed
from pgseq.session import Session

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Opens another session with the same server.
Opener = Callable[[], AbstractContextManager[Session]]

#: Items of work after which a session is renewed: a backend keeps what it has learned of every table that it has seen
#: (relation cache), some kilobytes each, until it ends.
RENEWAL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """A first session, and more of them where there is work for more than one.

    `jobs` is the greatest number of sessions at work. Without `more`, as on a caller's own connection, the lead works
    alone.
    """

    lead: Session
    more: Opener | None = None
    jobs: int = 1

    def map(self, work: Callable[[Session, Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """`work(session, item)` for every item; the results as they come, in no order.

        What `work` raises ends the map and is raised here. When the map is left early, what other sessions are running
        is cancelled.
        """
        todo = list(items)
        if self.more is None or len(todo) < 2:
            for item in todo:
                yield work(self.lead, item)
        else:
            yield from _Shift(lead=self.lead, more=self.more, work=work, todo=todo[::-1]).run(self.jobs)


@dataclass(kw_only=True)
class _Shift(Generic[Item, Result]):
    """One map on several sessions: workers take items from the end of `todo` and put results into `done`."""

    lead: Session
    more: Opener
    work: Callable[[Session, Item], Result]
    todo: list[Item]
    done: queue.SimpleQueue[Result | BaseException] = field(default_factory=queue.SimpleQueue)
    busy: set[Session] = field(default_factory=set)

    def run(self, jobs: int) -> Iterator[Result]:
        count = len(self.todo)
        workers = [threading.Thread(target=self._lead, daemon=True)]
        workers += [threading.Thread(target=self._help, daemon=True) for _ in range(min(jobs, count) - 1)]
        for worker in workers:
            worker.start()
        try:
            for _ in range(count):
                result = self.done.get()
                if isinstance(result, BaseException):
                    raise result
                yield result
        finally:
            self.todo.clear()
            for session in tuple(self.busy):
                session.cancel()
            for worker in workers:
                worker.join()

    def _lead(self) -> None:
        self._serve(self.lead)
        while self.todo:
            try:
                with self.more() as session:
                    self._serve(session)
            except ConnectionFailed:
                self._serve(self.lead)

    def _help(self) -> None:
        while self.todo:
            try:
                with self.more() as session:
                    self._serve(session)
            except ConnectionFailed:
                return  # The server has no connection left for us: the others do the work.

    def _serve(self, session: Session) -> None:
        for _ in range(RENEWAL):
            try:
                item = self.todo.pop()
            except IndexError:
                return
            self.busy.add(session)
            try:
                result = self.work(session, item)
                # Before anybody hears of it: who leaves the map then cancels whoever is still busy.
                self.busy.discard(session)
                self.done.put(result)
            except BaseException as error:
                self.todo.clear()
                self.done.put(error)
                return
            finally:
                self.busy.discard(session)
