"""A Session over a psycopg connection: scripts go as they are, and results are taken from libpq one by one.

psycopg's own execute() gives up the results of what ran before the statement that failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Items
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pgseq import conninfo
from pgseq.errors import ConnectionFailed, PgseqError, QueryFailed, UsageError
from pgseq.pg.drivers.errors import called_off, translate, unreadable
from pgseq.pg.drivers.repeats import FEW, alike
from pgseq.pg.drivers.state import refuse_console, refuse_status
from pgseq.pg.session import Answer, Rows, Session

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import PQGen
    from psycopg.adapt import AdaptersMap
    from psycopg.pq.abc import PGresult

#: Rows that libpq holds at a time, from its version 17 on.
CHUNK = 1000

#: What came of a statement: what it returned, nothing, or why it failed.
Outcome = Rows | PgseqError | None


class PsycopgSession:
    """A Session over a psycopg connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        from psycopg.adapt import AdaptersMap, Transformer
        from psycopg.pq import TransactionStatus
        from psycopg.pq import version as pq_version
        from psycopg.types import bool, numeric, string

        self._connection = connection
        self._cancelled = False
        self._in_transaction = connection.info.transaction_status == TransactionStatus.INTRANS
        #: The names come as the bytes that are stored.
        self._as_stored = connection.pgconn.parameter_status(b"client_encoding") == b"SQL_ASCII"
        # With adapters of its own: the caller may have other Python types for numbers.
        context = _Context(
            adapters=AdaptersMap(connection.adapters), connection=None if self._as_stored else connection
        )
        for types in (bool, numeric, string):
            types.register_default_adapters(context)
        self._reader = Transformer(context)
        self._in_chunks = pq_version() >= 17_00_00

    @property
    def in_transaction(self) -> bool:
        return self._in_transaction

    @property
    def read_only(self) -> bool:
        return bool(self._connection.read_only)

    @property
    def dsn(self) -> str:
        return conninfo.place(self._connection.info.get_parameters())

    @property
    def _encoding(self) -> str:
        """Python's name of the client's encoding. Raises psycopg.Error for one that Python does not know."""
        return "utf-8" if self._as_stored else self._connection.info.encoding

    @property
    def server_version(self) -> int:
        return self._connection.info.server_version

    @property
    def address(self) -> tuple[str | None, int | None]:
        info = self._connection.info
        return info.host or info.hostaddr or None, info.port

    @property
    def times_scripts(self) -> bool:
        return self.server_version < 13_00_00

    @property
    def sends_scripts(self) -> bool:
        return True

    def run(self, *statements: str) -> list[Rows]:
        self._refuse_cancelled()
        outcomes: list[Outcome] = []
        try:
            self._send(statements, outcomes)
            return _rows(outcomes, statements)
        except ConnectionFailed:
            # The server's last words say more than that it is gone.
            _rows(outcomes, statements)
            raise
        except QueryFailed:
            self._refuse_cancelled()
            raise

    def run_each(self, scripts: Items[Items[str]]) -> list[Answer]:
        answers: list[Answer] = []
        while len(answers) < len(scripts):
            try:
                answers += self._answers(scripts[len(answers) :])
            except ConnectionFailed as error:
                answers += [error] * (len(scripts) - len(answers))
        return answers

    def _answers(self, scripts: Items[Items[str]]) -> list[Answer]:
        """The answers up to the first script that failed, which is rolled back. Raises ConnectionFailed when there is
        none."""
        self._refuse_cancelled()
        outcomes: list[Outcome] = []
        lost: ConnectionFailed | None = None
        try:
            self._send([statement for script in scripts for statement in script], outcomes)
        except ConnectionFailed as error:
            lost = error
        answers: list[Answer] = []
        for script in scripts:
            its, outcomes = outcomes[: len(script)], outcomes[len(script) :]
            try:
                answer = _rows(its, script)
            except (QueryFailed, ConnectionFailed) as error:
                # What was executed before it in the same message is answered for all the same.
                answers.append(error)
                break
            if len(its) < len(script):
                break
            answers.append(answer)
        if lost is not None and not answers:
            raise lost
        if lost is None and answers and isinstance(answers[-1], QueryFailed):
            with suppress(ConnectionFailed):
                self._send(["ROLLBACK"], [])
            if self._cancelled:
                answers[-1] = called_off()
        return answers

    def _refuse_cancelled(self) -> None:
        if self._cancelled:
            raise called_off()

    def _send(self, statements: Items[str], outcomes: list[Outcome]) -> None:
        """Send statements in one message, and add what came of each to `outcomes`. Raises ConnectionFailed."""
        with _translated(), self._connection.lock:
            # A script without parameters goes as it is, in one message.
            self._connection.wait(self._sent(";\n".join(statements).encode(self._encoding), outcomes))

    def _sent(self, script: bytes, outcomes: list[Outcome]) -> PQGen[None]:
        """Send a script, and take the results as they come: libpq's copy of each is let go then.

        All of it within psycopg's wait(): upon a Ctrl-C in there it cancels what the server has got to run.
        """
        from psycopg.generators import fetch, send
        from psycopg.pq import ExecStatus

        pgconn = self._connection.pgconn
        pgconn.send_query(script)
        if self._in_chunks:
            pgconn.set_chunked_rows_mode(CHUNK)
        yield from send(pgconn)
        begun: list[tuple[Any, ...]] = []
        # Asked for once: there are a dozen results for a batch.
        done, part, whole = (
            (ExecStatus.COMMAND_OK, ExecStatus.EMPTY_QUERY),
            ExecStatus.TUPLES_CHUNK,
            ExecStatus.TUPLES_OK,
        )
        while (result := (yield from fetch(pgconn))) is not None:
            status = result.status
            if status in done:
                outcomes.append(None)
            elif status in (part, whole):
                begun += self._loaded(result, outcomes)
                if status == whole:
                    outcomes.append(Rows(_names(*map(result.fname, range(result.nfields))), begun))
                    begun = []
            else:
                outcomes.append(self._refusal(result))

    def _loaded(self, result: PGresult, outcomes: list[Outcome]) -> list[tuple[Any, ...]]:
        if not result.ntuples:
            return []
        self._reader.set_pgresult(result)
        try:
            rows: list[tuple[Any, ...]] = self._reader.load_rows(0, result.ntuples, tuple)
            return rows if result.nfields <= FEW else alike(rows)
        except UnicodeError:
            outcomes.append(unreadable())
            return []

    def _refusal(self, result: PGresult) -> PgseqError:
        from psycopg.errors import error_from_result

        return translate(error_from_result(result, self._encoding))

    def cancel(self) -> None:
        import psycopg

        self._cancelled = True
        with suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=1)

    def resume(self) -> None:
        from psycopg.pq import TransactionStatus

        self._cancelled = False
        if not self._in_transaction and self._connection.info.transaction_status != TransactionStatus.IDLE:
            with suppress(ConnectionFailed):
                self._send(["ROLLBACK"], [])

    def quote(self, text: str) -> str:
        from psycopg.sql import Literal

        with _translated():
            return Literal(text).as_bytes(self._connection).decode(self._encoding)


@contextmanager
def session(connection: psycopg.Connection[Any]) -> Iterator[Session]:
    """A session over a psycopg connection, which is left as it was. Raises UsageError where it cannot be used."""
    from psycopg.pq import PipelineStatus, TransactionStatus

    status = connection.info.transaction_status
    refuse_status(
        failed=status == TransactionStatus.INERROR,
        usable=status in (TransactionStatus.IDLE, TransactionStatus.INTRANS),
    )
    if connection.info.pipeline_status != PipelineStatus.OFF:
        raise UsageError("the connection is in pipeline mode", "call pgseq before or after the pipeline")
    # As bytes: the client's encoding may be one that Python does not know.
    refuse_console(connection.pgconn.parameter_status(b"server_version"), connection.info)
    autocommit = connection.autocommit
    idle = status == TransactionStatus.IDLE
    if idle and not autocommit:
        # Else psycopg would open a transaction around ours and leave it open.
        connection.autocommit = True
    try:
        yield PsycopgSession(connection)
    finally:
        if idle and not autocommit and not connection.closed:
            connection.autocommit = False


class _Context(Struct, frozen=True, kw_only=True):
    """What psycopg reads values by. Without a connection texts are UTF-8; by one in SQL_ASCII they would be bytes."""

    adapters: AdaptersMap
    connection: psycopg.Connection[Any] | None


def _rows(outcomes: Items[Outcome], statements: Items[str]) -> list[Rows]:
    """What those of the statements returned that return rows. Raises what came of the first that failed."""
    rows: list[Rows] = []
    for number, outcome in enumerate(outcomes):
        if isinstance(outcome, QueryFailed):
            outcome.statement, outcome.rows = statements[number], rows
        if isinstance(outcome, PgseqError):
            raise outcome
        if outcome is not None:
            rows.append(outcome)
    return rows


@lru_cache(maxsize=64)  # Ten thousand steps return the same columns.
def _names(*names: bytes | None) -> tuple[str, ...]:
    """Names of columns, all ASCII: pgseq's own. Straight from libpq, since a description of each costs more."""
    return tuple((name or b"").decode() for name in names)


@contextmanager
def _translated() -> Iterator[None]:
    """psycopg's errors as pgseq's."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise translate(error) from error
    except UnicodeError as error:
        raise unreadable() from error
