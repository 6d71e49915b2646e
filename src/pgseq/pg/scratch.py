"""A throw-away database: made under a random name, filled by statements as they come, dropped."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pgseq import conninfo
from pgseq.errors import ConnectionFailed, QueryFailed, UsageError
from pgseq.pg.connect import connect
from pgseq.text.secrets import Hidden

if TYPE_CHECKING:
    import psycopg

_PREFIX: Final = "pgseq_scratch_"
#: Attributes of a role that may do nothing outside of its own database.
_ORDINARY: Final = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"


@dataclass(slots=True, kw_only=True)
class Scratch:
    """A database that is ours alone, and one session with it."""

    #: Its connection string, as the role that owns it.
    dsn: str = field(repr=False)
    statement_ms: int
    _connection: psycopg.Connection[Any] | None = field(default=None, repr=False)

    def reconnect(self) -> bool:
        """Begin a new session; whether the old one ended within a transaction, which is rolled back."""
        from psycopg.pq import TransactionStatus

        before, self._connection = self._connection, None
        if before is None:
            return False
        within = before.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)
        before.close()
        return within

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement as psql sends it; its rows, if it returns any. Raises QueryFailed."""
        with self._cursor() as cursor:
            cursor.execute(statement.encode(cursor.connection.info.encoding))
            return cursor.fetchall() if cursor.description else []

    def copy(self, statement: str, data: Iterable[bytes]) -> None:
        """Run a COPY … FROM STDIN with its data. Raises QueryFailed."""
        with self._cursor() as cursor, cursor.copy(statement.encode(cursor.connection.info.encoding)) as copy:
            for block in data:
                copy.write(block)

    @contextmanager
    def _cursor(self) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        import psycopg

        if self._connection is None:
            self._connection = connect(self.dsn)
            self._connection.execute(f"SET statement_timeout = {self.statement_ms}".encode())
        try:
            # As text: the types that a file makes are not read.
            with psycopg.ClientCursor(self._connection) as cursor:
                yield cursor
        except (psycopg.Error, UnicodeError) as error:
            if self._connection.closed:
                self._connection = None
            message, state = str(error).partition("\n")[0], ""
            if isinstance(error, psycopg.Error):
                message, state = error.diag.message_primary or message, error.sqlstate or ""
            raise QueryFailed(message, sqlstate=state) from None


@contextmanager
def scratch_database(dsn: str, statement_ms: int) -> Iterator[Scratch]:
    """A new database on a server, for the length of a block, and what is done in it as a role that may reach no other:
    where the one of `dsn` is a superuser, as a role of its own, made and dropped with the database.

    Raises UsageError where that role may not make one, ConnectionFailed.
    """
    import psycopg

    name = _PREFIX + secrets.token_hex(8)
    with connect(dsn) as connection:
        try:
            login = _make(connection, name)
        except psycopg.errors.InsufficientPrivilege as error:
            raise UsageError(
                f"no database can be made for the run: {error.diag.message_primary}",
                f"ALTER ROLE {psycopg.sql.Identifier(connection.info.user).as_string()} CREATEDB; or name another role",
            ) from None
        scratch = Scratch(
            dsn=Hidden(conninfo.build(conninfo.Parameters(conninfo.parse(dsn) | {"dbname": name} | login))),
            statement_ms=statement_ms,
        )
        try:
            connect(scratch.dsn).close()
            yield scratch
        except ConnectionFailed as error:
            raise UsageError(
                f"the database made for the run lets nobody in: {error.message}",
                "name a role that is no superuser and has CREATEDB",
            ) from None
        finally:
            scratch.reconnect()
            _drop(connection, name)


def _make(connection: psycopg.Connection[Any], name: str) -> dict[str, str]:
    """Make the database; how its owner logs in, other than `connection` does. Raises psycopg.Error."""
    from psycopg import sql

    login: dict[str, str] = {}
    if connection.info.parameter_status("is_superuser") == "on":
        login = {"user": name, "password": Hidden(secrets.token_hex(16))}
        role = sql.SQL(f"CREATE ROLE {{}} {_ORDINARY} PASSWORD {{}}")
        connection.execute(role.format(sql.Identifier(name), sql.Literal(login["password"])))
    try:
        owner = sql.Identifier(login.get("user") or connection.info.user)
        make = sql.SQL("CREATE DATABASE {name} OWNER {owner} TEMPLATE template0")
        connection.execute(make.format(name=sql.Identifier(name), owner=owner))
    except BaseException:
        _drop(connection, name)
        raise
    return login


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    """Drop the database under whoever is still connected (12 has no DROP DATABASE … WITH (FORCE)), and its role."""
    import psycopg
    from psycopg import sql

    text, identifier = sql.Literal(name), sql.Identifier(name)
    connection.execute(
        sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(text)
    )
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(identifier))
    with suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(identifier))
