"""Pools of psycopg and psycopg2 lend a connection, and get it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from pgseq.errors import ConnectionFailed
from pgseq.pg.drivers.errors import first_line
from pgseq.pg.drivers.loaded import errors_of, loaded


def lend(handle: Any) -> AbstractContextManager[Any] | None:
    """A connection of the pool; None where the handle is not a pool."""
    if isinstance(handle, loaded("psycopg_pool", "ConnectionPool")):
        return _checked_out(handle, errors_of("psycopg"))
    if isinstance(handle, loaded("psycopg2.pool", "AbstractConnectionPool")):
        return _checked_out(handle, errors_of("psycopg2"))
    return None


@contextmanager
def _checked_out(pool: Any, errors: tuple[type[BaseException], ...]) -> Iterator[Any]:
    try:
        connection = pool.getconn()
    except errors as error:
        raise ConnectionFailed(f"the pool has no connection to lend: {first_line(error)}") from error
    try:
        yield connection
    finally:
        pool.putconn(connection)
