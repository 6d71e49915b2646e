"""Waiting for a server to be in a state, and never for a guess at how long that takes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tests.support.database import Database
from tests.support.subscriber import wait_for

WAITER: Final = """
SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                WHERE NOT l.granted AND d.datname = current_database())
"""


@contextlib.contextmanager
def released_to_a_waiter(database: Database, release: Callable[[], None], seconds: float = 0) -> Iterator[None]:
    """Call `release` once somebody has waited in the database for a lock for so many seconds at least.

    Raises TimeoutError at the end of the block where nobody came to wait.
    """

    def work() -> None:
        wait_for(database, WAITER)
        time.sleep(seconds)
        release()

    with ThreadPoolExecutor(1) as pool:
        released = pool.submit(work)
        yield
        released.result()
