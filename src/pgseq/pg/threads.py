"""Calls in threads, and their results in order or as they come."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Threads:
    """Runs calls in `count` threads, in their order; the process may end while one of them still waits for a server,
    which the standard library's ThreadPoolExecutor does not let it."""

    def __init__(self, count: int) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._count = count
        self._threads: list[threading.Thread] = []

    def submit(self, call: Callable[[], Result]) -> Future[Result]:
        """The result to come of a call."""
        future: Future[Result] = Future()
        # What is secret on the command line is a variable of the context.
        self._calls.put(partial(copy_context().run, _run, call, future))
        if len(self._threads) < self._count:
            self._threads.append(threading.Thread(target=self._work, daemon=True))
            self._threads[-1].start()
        return future

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
            del call

    def stop(self) -> None:
        """Begin nothing more, and let the threads end."""
        with suppress(queue.Empty):
            while True:
                self._calls.get_nowait()
        for _ in self._threads:
            self._calls.put(None)


@contextmanager
def meanwhile(call: Callable[[], Result], cancel: Callable[[], None]) -> Iterator[Future[Result]]:
    """The result to come of a call that is made in a thread; when the block is left by an error, `cancel` is called,
    and the end of the call waited for."""
    threads = Threads(1)
    future = threads.submit(call)
    try:
        yield future
    except BaseException:
        cancel()
        future.exception()
        raise
    finally:
        threads.stop()


def _run(call: Callable[[], Result], future: Future[Result]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except BaseException as error:
        future.set_exception(error)


@dataclass
class InOrder(Iterator[tuple[Item, Future[Result]]]):
    """The results of items in their order, each to be waited for; at most `ahead` are begun and not yet handed out."""

    submit: Callable[[Item], Future[Result]]
    items: Iterator[Item]
    ahead: int
    _begun: deque[tuple[Item, Future[Result]]] = field(default_factory=deque)

    def __next__(self) -> tuple[Item, Future[Result]]:
        while len(self._begun) < self.ahead and (item := next(self.items, None)) is not None:
            self._begun.append((item, self.submit(item)))
        if not self._begun:
            raise StopIteration
        self._begun[0][1].exception()
        return self._begun.popleft()

    def known(self) -> Iterator[tuple[Item, Future[Result]]]:
        """Those that have come and were not handed out yet, when no more are waited for."""
        return (pair for pair in self._begun if pair[1].done())

    def finished(self) -> Iterator[tuple[Item, Future[Result]]]:
        """Those that are under way and were not handed out yet, each waited for; what has not begun never will."""
        under_way = [pair for pair in self._begun if not pair[1].cancel()]
        for pair in under_way:
            pair[1].exception()
            yield pair


def as_they_come(
    submit: Callable[[Item], Future[Result]], items: Iterator[Item], most: int
) -> Iterator[tuple[Item, Future[Result]]]:
    """The results of items as they come; at most `most` at a time."""
    done: queue.SimpleQueue[tuple[Item, Future[Result]]] = queue.SimpleQueue()
    running = 0
    while True:
        while running < most and (item := next(items, None)) is not None:
            submit(item).add_done_callback(partial(_put, done, item))
            running += 1
        if not running:
            return
        yield done.get()
        running -= 1


def _put(done: queue.SimpleQueue[tuple[Item, Future[Result]]], item: Item, future: Future[Result]) -> None:
    done.put((item, future))
