"""Django's connections (`django.db.connection`, `connections["default"]`) lend the driver's connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from pgseq.errors import ConnectionFailed, UsageError
from pgseq.pg.drivers.asynchronous import HINT
from pgseq.pg.drivers.errors import first_line
from pgseq.pg.drivers.loaded import loaded
from pgseq.pg.drivers.state import TransactionFailed


def lend(handle: Any) -> AbstractContextManager[Any] | None:
    """The driver's connection; None where the handle is not Django's. Raises UsageError."""
    kinds = (
        *loaded("django.db.backends.base.base", "BaseDatabaseWrapper"),
        *loaded("django.utils.connection", "ConnectionProxy"),
    )
    # A cache of Django's is a ConnectionProxy, too.
    if not isinstance(handle, kinds) or not hasattr(handle, "vendor"):
        return None
    if handle.vendor != "postgresql":
        raise UsageError(
            f"the database {handle.alias!r} of Django is not PostgreSQL, but {handle.vendor}",
            'pass another one: django.db.connections["…"]',
        )
    return _connected(handle)


@contextmanager
def _connected(wrapper: Any) -> Iterator[Any]:
    """The connection below, opened if Django has not opened it yet, and closed again then."""
    from django.core.exceptions import SynchronousOnlyOperation
    from django.db import Error

    opened = wrapper.connection is None
    try:
        wrapper.ensure_connection()
    except SynchronousOnlyOperation as error:
        raise UsageError("Django does not open a connection in an event loop", HINT) from error
    except Error as error:
        raise ConnectionFailed(first_line(error), "see DATABASES in Django's settings") from error
    try:
        if wrapper.in_atomic_block and wrapper.needs_rollback:
            raise TransactionFailed(hint="leave its atomic() block, then call pgseq again")
        yield wrapper.connection
    finally:
        if opened:
            wrapper.close()
