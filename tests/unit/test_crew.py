"""Items of work on several sessions. The sessions are bare names here: what a crew does with them is the point."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from pgseq.crew import RENEWAL, Crew
from pgseq.errors import ConnectionFailed, QueryFailed
from pgseq.session import Session


class Bare:
    """A session that can only be cancelled."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Office:
    """Hands out sessions, and counts those open."""

    def __init__(self, room: int = 100) -> None:
        self.room = room
        self.open = 0
        self.ever = 0

    @contextmanager
    def more(self) -> Iterator[Session]:
        if self.open >= self.room:
            raise ConnectionFailed("too many clients")
        self.open += 1
        self.ever += 1
        try:
            yield cast(Session, Bare())
        finally:
            self.open -= 1


def crew(office: Office, jobs: int = 3) -> Crew:
    return Crew(lead=cast(Session, Bare()), more=office.more, jobs=jobs)


def test_every_item_once() -> None:
    office = Office()
    with crew(office) as together:
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

    with crew(office) as together:
        for _ in range(2):
            list(together.map(work, [0, 1, 2], near=lambda item: item))
        assert [len(sessions) for sessions in met.values()] == [1, 1, 1]
        assert office.open == 2
    assert office.open == 0


def test_idle_sessions_take_from_others() -> None:
    def work(session: Session, _: int) -> int:
        time.sleep(0.01)
        return id(session)

    with crew(Office(), jobs=2) as together:
        assert len(set(together.map(work, range(40), near=lambda _: 0))) == 2


def test_sessions_are_renewed() -> None:
    office = Office()
    with crew(office, jobs=1) as together:
        names = Counter(together.map(lambda session, _: id(session), range(2 * RENEWAL + 1)))
        assert office.ever == 2
        assert max(names.values()) <= RENEWAL * 2


@pytest.mark.parametrize("room", [0, 1])
def test_a_server_without_room_leaves_the_work_to_who_is_there(room: int) -> None:
    office = Office(room)
    with crew(office) as together:
        assert sorted(together.map(lambda session, item: item, range(3 * RENEWAL))) == list(range(3 * RENEWAL))


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

    with crew(Office(), jobs=2) as together, pytest.raises(QueryFailed):
        list(together.map(work, [0, 1], near=lambda item: item))
    assert running[0].cancelled
