"""Sessions shared out over databases that are worked in at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Items
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

from pgseq.errors import ConnectionFailed
from pgseq.pg.pool import Opener, SessionPool
from pgseq.pg.session import Session
from pgseq.pg.threads import InOrder, Threads

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Databases that are begun before the first of them is written: a server that hangs holds up no more of them.
AHEAD: Final = 100
#: Seconds to wait for servers to take note that what they run is cancelled.
CANCELLING = 1.0


@dataclass(kw_only=True, eq=False)
class _Share:
    """What one database has of an allotment."""

    count: int = 1
    pool: SessionPool | None = None


@dataclass(kw_only=True)
class Allotment:
    """At most `sessions` at a time over `databases`: one for each, and more only when no database waits for one."""

    sessions: int
    databases: int
    _begun: int = 0
    _shares: list[_Share] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: bool = False

    @contextmanager
    def pool(self, opener: Opener) -> Iterator[SessionPool]:
        """The sessions of one database, which `opener` opens. Raises what that raises."""
        share = _Share()
        with self._lock:
            self._begun += 1
            self._shares.append(share)
        try:
            more = self._bounded(share, opener)
            with opener() as primary, SessionPool(primary=primary, more=more, jobs=self.sessions) as pool:
                share.pool = pool
                if self._stopped:
                    pool.cancel()
                yield pool
        finally:
            with self._lock:
                self._shares.remove(share)

    def stop(self) -> None:
        """Cancel what is running on the servers, and let nothing more run; from another thread."""
        with self._lock:
            self._stopped = True
            pools = [share.pool for share in self._shares if share.pool is not None]
        # A server that hangs does not answer a cancel request either.
        cancelling = [threading.Thread(target=pool.cancel, daemon=True) for pool in pools]
        for thread in cancelling:
            thread.start()
        for thread in cancelling:
            thread.join(CANCELLING)

    def _bounded(self, share: _Share, opener: Opener) -> Opener:
        """Opens another session if one is free. Raises ConnectionFailed, as where a server has no connection left: a
        pool goes on with those that it has."""

        @contextmanager
        def opened() -> Iterator[Session]:
            if not self._take(share):
                raise ConnectionFailed("all sessions are at work", "allow more of them")
            try:
                with opener() as session:
                    yield session
            finally:
                with self._lock:
                    share.count -= 1

        return opened

    def _take(self, share: _Share) -> bool:
        """Count one more session of a database; False where it has its part, or a database waits for its first."""
        with self._lock:
            part = -(-self.sessions // len(self._shares))
            used = sum(other.count for other in self._shares)
            if self._stopped or self._begun < self.databases or used >= self.sessions or share.count >= part:
                return False
            share.count += 1
            return True


@contextmanager
def at_once(
    allotment: Allotment, items: Items[Item], work: Callable[[Item], Result]
) -> Iterator[InOrder[Item, Result]]:
    """Do `work` for all items, each a database, with the sessions of an allotment; the results in their order."""
    threads = Threads(allotment.sessions)
    try:
        yield InOrder(lambda item: threads.submit(partial(work, item)), iter(items), AHEAD)
    finally:
        threads.stop()
        allotment.stop()
