"""Sessions over what callers hold: connections of psycopg 3 and psycopg2, and what lends one of these.

No driver or framework is imported that the caller has not imported: what he passes is an instance of its classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Final, Protocol

from pgseq.errors import UsageError
from pgseq.pg.drivers import django, pools, psycopg2, psycopg3, sqlalchemy
from pgseq.pg.drivers.asynchronous import refuse_asynchronous
from pgseq.pg.drivers.loaded import loaded
from pgseq.pg.session import Session


class Closeable(Protocol):
    """A connection, a session of SQLAlchemy's, or a pool."""

    def close(self) -> Any: ...


class Disposable(Protocol):
    """An engine of SQLAlchemy's."""

    def dispose(self) -> Any: ...


class Renderable(Protocol):
    """A URL of SQLAlchemy's."""

    def render_as_string(self, hide_password: bool = True) -> str: ...


#: What a caller may hold, besides a DSN.
Handle = Closeable | Disposable | Renderable

#: Each returns None for what it does not know, or else lends something nearer to the driver.
_LENDERS: Final[tuple[Callable[[Any], AbstractContextManager[Any] | None], ...]] = (
    sqlalchemy.lend,
    django.lend,
    pools.lend,
)


def known(handle: object) -> bool:
    """Whether it is something that holds or lends a connection to PostgreSQL, as far as its class says."""
    if isinstance(handle, (*loaded("psycopg", "Connection"), *loaded("psycopg2.extensions", "connection"))):
        return True
    try:
        return _lent(handle) is not None
    except UsageError:
        return False


@contextmanager
def session(handle: object) -> Iterator[Session]:
    """A session over what the caller holds, which is left as it was.

    Raises UsageError for what cannot be used, ConnectionFailed where a pool or engine has no connection.
    """
    with ExitStack() as stack:
        refuse_asynchronous(handle)
        while (lent := _lent(handle)) is not None:
            handle = stack.enter_context(lent)
            refuse_asynchronous(handle)
        if isinstance(handle, loaded("psycopg", "Connection")):
            yield stack.enter_context(psycopg3.session(handle))
        elif isinstance(handle, loaded("psycopg2.extensions", "connection")):
            yield stack.enter_context(psycopg2.session(handle))
        else:
            raise _unknown(handle)


def _lent(handle: object) -> AbstractContextManager[Any] | None:
    return next((lent for lend in _LENDERS if (lent := lend(handle)) is not None), None)


def _unknown(handle: object) -> UsageError:
    kind = type(handle)
    if isinstance(handle, (*loaded("psycopg", "Cursor"), *loaded("psycopg2.extensions", "cursor"))):
        return UsageError("a cursor is not a connection", "pass its attribute: cursor.connection")
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return UsageError(
        f"not a database that pgseq can work in: {name}",
        "pass a DSN, a connection of psycopg, psycopg2 or Django, or SQLAlchemy's Engine, Connection or Session",
    )
