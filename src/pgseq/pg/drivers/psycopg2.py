"""A Session over a psycopg2 connection: statements go one by one.

psycopg2 gives up all results of a message but the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Items
from contextlib import contextmanager, suppress
from typing import Any

from pgseq import conninfo
from pgseq.errors import ConnectionFailed, QueryFailed, UsageError
from pgseq.pg.drivers.errors import called_off, translate, unreadable
from pgseq.pg.drivers.state import refuse_console, refuse_status
from pgseq.pg.session import Answer, Rows, Session

#: Readers of values, for a cursor of pgseq's own: the caller may have others for the connection, or for all.
_READERS = (
    *("BOOLEAN", "INTEGER", "LONGINTEGER", "ROWID", "FLOAT", "DECIMAL", "UNICODE"),
    *("BOOLEANARRAY", "INTEGERARRAY", "LONGINTEGERARRAY", "ROWIDARRAY", "FLOATARRAY", "DECIMALARRAY", "UNICODEARRAY"),
)


class Psycopg2Session:
    """A Session over a psycopg2 connection."""

    times_scripts = False

    def __init__(self, connection: Any) -> None:
        from psycopg2 import extensions

        self._connection = connection
        self._cancelled = False
        self._in_transaction: bool = connection.info.transaction_status == extensions.TRANSACTION_STATUS_INTRANS

    @property
    def in_transaction(self) -> bool:
        return self._in_transaction

    @property
    def read_only(self) -> bool:
        # None: the server's default.
        return self._connection.readonly is True

    @property
    def dsn(self) -> str:
        named = self._connection.info.dsn_parameters.items()
        return conninfo.place({key: value for key, value in named if value != conninfo.default(key)})

    @property
    def server_version(self) -> int:
        version: int = self._connection.server_version
        return version

    @property
    def address(self) -> tuple[str | None, int | None]:
        info = self._connection.info
        return info.host or info.dsn_parameters.get("hostaddr"), info.port

    @property
    def sends_scripts(self) -> bool:
        return False

    def run(self, *statements: str) -> list[Rows]:
        answers: list[Rows] = []
        for statement in statements:
            if self._cancelled:
                raise called_off()
            try:
                answers += self._execute(statement)
            except QueryFailed as error:
                if self._cancelled:
                    raise called_off() from None
                error.statement = statement
                raise
        return answers

    def run_each(self, scripts: Items[Items[str]]) -> list[Answer]:
        answers: list[Answer] = []
        for script in scripts:
            try:
                answers.append(self.run(*script))
            except QueryFailed as error:
                answers.append(error)
                with suppress(ConnectionFailed):
                    self._execute("ROLLBACK")
            except ConnectionFailed as error:
                answers += [error] * (len(scripts) - len(answers))
                break
        return answers

    def _execute(self, statement: str) -> list[Rows]:
        from psycopg2 import _psycopg, extensions

        # Not by the connection's cursor(): the caller may have made it return anything.
        with _translated(), extensions.cursor(self._connection) as cursor:
            for name in _READERS:
                extensions.register_type(getattr(_psycopg, name), cursor)
            cursor.execute(statement)
            if cursor.description is None:
                return []
            return [Rows(tuple(column.name for column in cursor.description), cursor.fetchall())]

    def cancel(self) -> None:
        import psycopg2

        self._cancelled = True
        with suppress(psycopg2.Error):
            self._connection.cancel()

    def resume(self) -> None:
        from psycopg2 import extensions

        self._cancelled = False
        if not self._in_transaction and self._connection.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE:
            with suppress(ConnectionFailed):
                self._execute("ROLLBACK")

    def quote(self, text: str) -> str:
        from psycopg2 import extensions

        with _translated():
            quoted = extensions.QuotedString(text)
            quoted.prepare(self._connection)
            literal: bytes = quoted.getquoted()
            return literal.decode(extensions.encodings[self._connection.encoding])


@contextmanager
def session(connection: Any) -> Iterator[Session]:
    """A session over a psycopg2 connection, which is left as it was. Raises UsageError where it cannot be used."""
    from psycopg2 import extensions

    refuse_status(failed=False, usable=not connection.closed)
    if connection.status == extensions.STATUS_PREPARED:
        raise UsageError("the connection's transaction is prepared", "commit it or roll it back first")
    status = connection.info.transaction_status
    refuse_status(
        failed=status == extensions.TRANSACTION_STATUS_INERROR,
        usable=status in (extensions.TRANSACTION_STATUS_IDLE, extensions.TRANSACTION_STATUS_INTRANS),
    )
    refuse_console(connection.info.parameter_status("server_version"), connection.info)
    autocommit = connection.autocommit
    idle = status == extensions.TRANSACTION_STATUS_IDLE
    if idle and not autocommit:
        # Else psycopg2 would open a transaction around ours and leave it open.
        connection.autocommit = True
    try:
        yield Psycopg2Session(connection)
    finally:
        if idle and not autocommit and not connection.closed:
            connection.autocommit = False


@contextmanager
def _translated() -> Iterator[None]:
    """psycopg2's errors as pgseq's."""
    import psycopg2

    try:
        yield
    except psycopg2.Error as error:
        raise translate(error) from error
    except UnicodeError as error:
        raise unreadable() from error
