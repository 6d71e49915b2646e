"""How sessions are shared out over databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

import pytest

from pgseq.errors import ConnectionFailed
from pgseq.pg.allotment import Allotment
from pgseq.pg.pool import Opener, SessionPool
from pgseq.pg.session import Session


@contextmanager
def opener() -> Iterator[Session]:
    yield cast(Session, object())


def more(pool: SessionPool) -> int:
    """How many sessions a database gets beside its first."""
    opening: Opener = cast(Any, pool)._slots[1].more
    with ExitStack() as stack:
        for count in range(100):
            try:
                stack.enter_context(opening())
            except ConnectionFailed:
                return count
    raise AssertionError("no bound")


def test_one_each_while_others_wait() -> None:
    allotment = Allotment(sessions=4, databases=3)
    with allotment.pool(opener) as first, allotment.pool(opener):
        assert more(first) == 0


@pytest.mark.parametrize(("databases", "beside"), [(1, 3), (2, 1), (3, 1), (4, 0)])
def test_several_each_when_none_waits(databases: int, beside: int) -> None:
    allotment = Allotment(sessions=4, databases=databases)
    with ExitStack() as stack:
        pools = [stack.enter_context(allotment.pool(opener)) for _ in range(databases)]
        assert more(pools[0]) == beside
    # Those that have ended leave theirs to the last.
    allotment = Allotment(sessions=4, databases=2)
    with allotment.pool(opener) as last:
        with allotment.pool(opener):
            assert more(last) == 1
        assert more(last) == 3


def test_none_once_it_is_stopped() -> None:
    allotment = Allotment(sessions=4, databases=1)
    with allotment.pool(opener) as pool:
        pool.cancel = lambda: None  # type: ignore[method-assign]
        allotment.stop()
        assert more(pool) == 0
