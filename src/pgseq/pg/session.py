"""The interface of a session with a database: a few small methods, so that any driver can implement it.

`transaction()` is how every module talks to the server: one bounded transaction in one round trip.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Items
from contextlib import suppress
from operator import itemgetter
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from pgseq.errors import ConnectionFailed, PgseqError, QueryFailed
from pgseq.model.limits import precautions

T = TypeVar("T")


class Rows(NamedTuple):
    """The rows of one statement."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def into(self, kind: Callable[..., T]) -> list[T]:
        """Each row as `kind(**row)`: the columns are named as the fields they fill. The rows are used up, one by one:
        those of a large catalog are not kept twice."""
        make = _by_position(kind, self.columns) or (lambda row: kind(**dict(zip(self.columns, row, strict=True))))
        made: list[T] = []
        for number, row in enumerate(self.rows):
            made.append(make(row))
            self.rows[number] = ()
        return made


def _by_position(kind: Callable[..., T], columns: tuple[str, ...]) -> Callable[[tuple[Any, ...]], T] | None:
    """Makes a NamedTuple of a row of all its fields, in whatever order; None for other kinds."""
    fields: tuple[str, ...] | None = getattr(kind, "_fields", None)
    if fields is None or set(fields) != set(columns):
        return None
    make: Callable[[tuple[Any, ...]], T] = kind._make  # type: ignore[attr-defined]
    in_order = itemgetter(*map(columns.index, fields))
    return lambda row: make(in_order(row))


#: What one of several transactions returned, statement by statement, or why it did not commit.
Answer = list[Rows] | QueryFailed | ConnectionFailed


class Session(Protocol):
    """One open session with a server."""

    @property
    def in_transaction(self) -> bool:
        """Whether the caller's own transaction is open: pgseq then works inside savepoints, and commit and rollback
        stay with the caller."""
        ...

    @property
    def read_only(self) -> bool:
        """Whether the caller has made the connection's transactions READ ONLY by his driver."""
        ...

    @property
    def dsn(self) -> str:
        """The connection string, as far as it names a server, a database and a role."""
        ...

    @property
    def server_version(self) -> int:
        """The server's version as one number, such as 180006."""
        ...

    @property
    def address(self) -> tuple[str | None, int | None]:
        """The host, address or folder of the socket, and the port, to which the session is connected."""
        ...

    @property
    def times_scripts(self) -> bool:
        """Whether the statement_timeout in force when a script arrives holds for all of it (until PostgreSQL 12), and
        not for each statement (PostgreSQL documentation, statement_timeout)."""
        ...

    @property
    def sends_scripts(self) -> bool:
        """Whether the statements of a script go to the server in one message: it does not wait for the client between
        them."""
        ...

    def run(self, *statements: str) -> list[Rows]:
        """Send statements in one round trip; what each that returns rows returned.

        Raises QueryFailed, which names the statement that failed (nothing after it was executed), ConnectionFailed.
        """
        ...

    def run_each(self, scripts: Items[Items[str]]) -> list[Answer]:
        """Send scripts, each the statements of a whole transaction, in one round trip; an answer for each.

        One that fails is rolled back and does not stop the next; after the connection was lost, those without an answer
        are a ConnectionFailed each.
        """
        ...

    def cancel(self) -> None:
        """Ask the server to cancel what the session is running, and let it run nothing more until `resume`; may be
        called from another thread."""
        ...

    def resume(self) -> None:
        """Let a cancelled session run again, out of the transaction that it was in. Not while another thread may still
        be using it."""
        ...

    def quote(self, text: str) -> str:
        """`text` as a string literal, quoted by the driver."""
        ...


#: How a transaction begins and ends: `read` is READ ONLY, `snapshot` besides sees one state of the catalog in all
#: statements (but for positions, which are no rows with versions), `trial` may write and is rolled back, `write` is
#: committed.
Mode = Literal["read", "snapshot", "trial", "write"]

_BEGIN: dict[Mode, str] = {
    "read": "BEGIN READ ONLY",
    "snapshot": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "trial": "BEGIN",
    "write": "BEGIN",
}
_END: dict[Mode, str] = {"read": "ROLLBACK", "snapshot": "ROLLBACK", "trial": "ROLLBACK", "write": "COMMIT"}
_ROLLBACK_TO: tuple[str, ...] = ("ROLLBACK TO SAVEPOINT pgseq", "RELEASE SAVEPOINT pgseq")
#: What bounds the statements after it.
_TIME_BOUND = "SET LOCAL statement_timeout"


def transaction(
    session: Session, statements: Items[str], *, settings: Items[str] = (), mode: Mode = "read"
) -> list[Rows]:
    """Run `statements` in a transaction of their own, or in a savepoint of the caller's; what they returned.

    A savepoint is rolled back in every mode: settings and locks end with it, while nextval() and setval() stay, since
    they are not transactional.
    """
    if session.in_transaction:
        begin, end, abort = "SAVEPOINT pgseq", _ROLLBACK_TO, _ROLLBACK_TO
    else:
        begin, end, abort = _BEGIN[mode], (_END[mode],), ("ROLLBACK",)
    script = (begin, *_guarded(session, settings, mode), *statements, *end)
    messages = _timed(script) if session.times_scripts else [script]
    try:
        return [rows for message in messages for rows in session.run(*message)]
    except BaseException:
        # Also after Ctrl-C: the connection may be the caller's.
        with suppress(PgseqError):
            session.run(*abort)
        raise


def _guarded(session: Session, settings: Items[str], mode: Mode) -> Items[str]:
    """The settings with the precautions before them, as far as they do not hold them already."""
    if mode == "trial":
        return settings
    return (*(one for one in precautions(session.server_version) if one not in settings), *settings)


def _timed(script: Items[str]) -> list[Items[str]]:
    """The script in messages, each of which ends where the bound on time changes: it holds for a whole message."""
    messages: list[list[str]] = [[]]
    for statement in script:
        messages[-1].append(statement)
        if statement.startswith(_TIME_BOUND):
            messages.append([])
    return [*messages]


def in_one_message(session: Session) -> bool:
    """Whether `commit_each` sends all transactions in one message."""
    return session.sends_scripts and not (session.in_transaction or session.times_scripts)


def commit_each(session: Session, transactions: Items[Items[str]]) -> list[Answer]:
    """Run each list of statements in a transaction of its own that is committed; what became of each, in order.

    One round trip for all, except in a caller's transaction and where a statement_timeout holds for a whole script.
    """
    if not (session.in_transaction or session.times_scripts):
        try:
            scripts = [(_BEGIN["write"], *_guarded(session, each, "write"), _END["write"]) for each in transactions]
            return session.run_each(scripts)
        except BaseException:
            with suppress(PgseqError):
                session.run("ROLLBACK")
            raise
    answers: list[Answer] = []
    for statements in transactions:
        try:
            answers.append(transaction(session, statements, mode="write"))
        except (QueryFailed, ConnectionFailed) as error:
            answers.append(error)
    return answers
