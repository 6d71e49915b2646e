"""Items of work on several sessions. The sessions are bare names here: what a crew does with them is the point."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, cast

import pytest

from pgseq.errors import ConnectionFailed, QueryFailed, UsageError
from pgseq.pg.pool import RENEWAL, SessionPool
from pgseq.pg.session import Session


class Bare:
    """A session that can only be cancelled."""

    def __init__(self) -> None:
        self.cancelled = False
        self.resumed = False

    def cancel(self) -> None:
        self.cancelled = True

    def resume(self) -> None:
        self.resumed = self.cancelled


class Office:
    """Hands out sessions, and counts those open."""

    def __init__(self, room: int = 100, refused_after: float = 0) -> None:
        self.room = room
        #: Seconds that a refusal takes, as over a slow network.
        self.refused_after = refused_after
        self.open = 0
        self.ever = 0

    @contextmanager
    def more(self) -> Iterator[Session]:
        if self.open >= self.room:
            time.sleep(self.refused_after)
            raise ConnectionFailed("too many clients")
        self.open += 1
        self.ever += 1
        try:
            yield cast(Session, Bare())
        finally:
            self.open -= 1


def pool(office: Office, jobs: int = 3) -> SessionPool:
    return SessionPool(primary=cast(Session, Bare()), more=office.more, jobs=jobs)


def test_every_item_once() -> None:
    office = Office()
    with pool(office) as together:
        assert Counter(together.map(lambda session, item: item, range(1000))) == Counter(range(1000))
    assert office.open == 0


def test_neighbours_meet_the_same_session_in_every_map() -> None:
    office = Office()
    met: dict[int, set[int]] = defaultdict(set)
    everybody = threading.Barrier(3)

    def work(session: Session, item: int) -> None:
        met[item % 3].add(id(session))
        if item < 3:
            # Nobody takes another's work while all have their own.
            everybody.wait(10)

    with pool(office) as together:
        for _ in range(2):
            list(together.map(work, [0, 1, 2], affinity=lambda item: item))
        assert [len(sessions) for sessions in met.values()] == [1, 1, 1]
        assert office.open == 2
    assert office.open == 0


def test_idle_sessions_take_from_others() -> None:
    def work(session: Session, _: int) -> int:
        time.sleep(0.01)
        return id(session)

    with pool(Office(), jobs=2) as together:
        assert len(set(together.map(work, range(40), affinity=lambda _: 0))) == 2


def test_sessions_are_renewed_and_share_the_work_equally() -> None:
    office = Office()
    with pool(office, jobs=1) as together:
        met = list(together.map(lambda session, _: session, range(2 * RENEWAL + 1)))
        assert office.ever == 2
        assert [len(list(same)) for _, same in groupby(met, key=id)] == [81, 81, 79]


@pytest.mark.parametrize("room", [0, 1])
def test_a_server_without_room_leaves_the_work_to_who_is_there(room: int) -> None:
    office = Office(room)
    with pool(office) as together:
        assert sorted(together.map(lambda session, item: item, range(3 * RENEWAL))) == list(range(3 * RENEWAL))


@pytest.mark.parametrize("room", [0, 1])
def test_a_refusal_that_takes_its_time_leaves_nothing_undone(room: int) -> None:
    office = Office(room, refused_after=0.1)

    def work(session: Session, item: int) -> int:
        time.sleep(0.02)
        return item

    with pool(office) as together:
        assert sorted(in_time(lambda: list(together.map(work, range(3))))) == [0, 1, 2]


def test_what_else_goes_wrong_with_a_connection_is_told() -> None:
    @contextmanager
    def more() -> Iterator[Session]:
        raise UsageError("there is no terminal to ask for the password on")
        yield

    def work(session: Session, item: int) -> int:
        time.sleep(0.05)
        return item

    together = SessionPool(primary=cast(Session, Bare()), more=more, jobs=2)
    with together, pytest.raises(UsageError, match="no terminal"):
        in_time(lambda: list(together.map(work, range(4))))


def in_time(work: Callable[[], Any]) -> Any:
    """What `work` returns or raises; fails where it takes more than ten seconds, rather than for ever."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            results.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(10)
    assert results, "it never ends"
    if isinstance(results[0], BaseException):
        raise results[0]
    return results[0]


def test_an_error_ends_the_map_and_what_others_run_is_cancelled() -> None:
    started = threading.Event()
    running: list[Any] = []

    def work(session: Session, item: int) -> None:
        if item == 0:
            started.wait(10)
            raise QueryFailed("no", sqlstate="XX000")
        running.append(session)
        started.set()
        while not running[0].cancelled:
            time.sleep(0.001)

    with pool(Office(), jobs=2) as together, pytest.raises(QueryFailed):
        list(together.map(work, [0, 1], affinity=lambda item: item))
    assert running[0].cancelled
    assert running[0].resumed, "who comes next can use it"
