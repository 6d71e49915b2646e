"""What SQLAlchemy hands out (2.0 and 2.1): engines, connections, sessions and pools lend the driver's connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from pgseq.errors import ConnectionFailed, UsageError
from pgseq.pg.drivers.asynchronous import asynchronous
from pgseq.pg.drivers.errors import first_line
from pgseq.pg.drivers.loaded import errors_of, loaded
from pgseq.pg.drivers.state import TransactionFailed
from pgseq.text.secrets import Hidden


def url(handle: Any) -> str | None:
    """The DSN of a URL of SQLAlchemy's; None where it is not one. Raises UsageError."""
    if not isinstance(handle, loaded("sqlalchemy.engine", "URL")):
        return None
    if handle.get_backend_name() != "postgresql":
        raise UsageError(f"SQLAlchemy's {handle.get_backend_name()} is not PostgreSQL", "write postgresql://…")
    return Hidden(handle.set(drivername="postgresql").render_as_string(hide_password=False))


def lend(handle: Any) -> AbstractContextManager[Any] | None:
    """Something nearer to the driver's connection; None where it is not SQLAlchemy's. Raises UsageError."""
    if isinstance(handle, loaded("sqlalchemy.engine", "Engine")):
        _refuse_other(handle.dialect)
        return _checked_out(handle.raw_connection)
    if isinstance(handle, loaded("sqlalchemy.pool", "Pool")):
        return _checked_out(handle.connect)
    if isinstance(handle, loaded("sqlalchemy.engine", "Connection")):
        _refuse_other(handle.dialect)
        return _of_connection(handle)
    if isinstance(handle, loaded("sqlalchemy.pool", "PoolProxiedConnection")):
        return nullcontext(handle.driver_connection)
    if isinstance(handle, loaded("sqlalchemy.orm", "scoped_session")):
        return nullcontext(handle())
    if isinstance(handle, loaded("sqlalchemy.orm", "Session")):
        return _of_session(handle)
    return None


def _refuse_other(dialect: Any) -> None:
    if dialect.is_async:
        raise asynchronous(f"SQLAlchemy over {dialect.driver}")
    if dialect.name != "postgresql":
        raise UsageError(
            f"SQLAlchemy's {dialect.name} is not PostgreSQL", "pass what belongs to a postgresql:// database"
        )


@contextmanager
def _checked_out(check_out: Any) -> Iterator[Any]:
    """A connection of a pool, which gets it back. Raises ConnectionFailed."""
    with _translated():
        connection = check_out()
    try:
        yield connection.driver_connection
    finally:
        connection.close()


@contextmanager
def _of_connection(connection: Any) -> Iterator[Any]:
    with _translated():
        driver_connection = connection.connection.driver_connection
    yield driver_connection


@contextmanager
def _of_session(session: Any) -> Iterator[Any]:
    """The connection of the session's transaction, after a flush, as before any query of the session (autoflush); where
    it has no transaction, what it would begin one on."""
    with _translated():
        if not session.is_active:
            raise TransactionFailed("the session")
        if not session.in_transaction():
            bind = session.get_bind()
        else:
            if session.autoflush:
                session.flush()
            bind = session.connection()
    yield bind


@contextmanager
def _translated() -> Iterator[None]:
    """SQLAlchemy's errors as pgseq's."""
    from sqlalchemy import exc

    # An engine's raw_connection() lets out the driver's own.
    of_drivers: tuple[type[BaseException], ...] = (exc.DBAPIError, *errors_of("psycopg"), *errors_of("psycopg2"))
    try:
        yield
    except of_drivers as error:
        raise ConnectionFailed(
            first_line(getattr(error, "orig", None) or error), "look at the URL that the engine was made with"
        ) from error
    except exc.SQLAlchemyError as error:
        raise UsageError(
            f"SQLAlchemy has no connection to lend: {first_line(error)}", "pass an Engine, or an open Connection"
        ) from error
