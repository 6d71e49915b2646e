"""Connections of asynchronous drivers: refused, with the line that works."""

from __future__ import annotations

from typing import Final

from pgseq.errors import UsageError
from pgseq.pg.drivers.loaded import loaded

#: Their classes by module.
_CLASSES: Final = {
    "psycopg": ("AsyncConnection", "AsyncCursor"),
    "psycopg_pool": ("AsyncConnectionPool", "AsyncNullConnectionPool"),
    "sqlalchemy.ext.asyncio": ("AsyncEngine", "AsyncConnection", "AsyncSession", "async_scoped_session"),
    "asyncpg": ("Connection", "Pool"),
    "asyncpg.pool": ("PoolConnectionProxy",),
    "aiopg": ("Connection", "Pool"),
}
HINT: Final = "pass a DSN, and let it run in a thread: await asyncio.to_thread(pgseq.check, dsn)"


def refuse_asynchronous(handle: object) -> None:
    """Raises UsageError for what only coroutines can use, psycopg2's asynchronous connections among it."""
    for module, names in _CLASSES.items():
        if isinstance(handle, loaded(module, *names)):
            raise asynchronous(f"{module}.{type(handle).__name__}")
    if isinstance(handle, loaded("psycopg2.extensions", "connection")) and getattr(handle, "async_", False):
        raise asynchronous("psycopg2.connect(…, async_=True)")


def asynchronous(name: str) -> UsageError:
    """The error about a connection that is asynchronous."""
    return UsageError(f"pgseq does not work over an asynchronous connection ({name})", HINT)
