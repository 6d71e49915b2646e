"""A driver's errors as pgseq's: psycopg and psycopg2 have the same fields, and SQLSTATE by another name."""

from __future__ import annotations

from typing import Any

from pgseq.errors import ConnectionFailed, PgseqError, QueryFailed, UsageError

#: admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout,
#: idle_in_transaction_session_timeout, transaction_timeout.
_SERVER_GONE = ("57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04")
#: character_not_in_repertoire, untranslatable_character.
_UNREADABLE = ("22021", "22P05")


def translate(error: Any) -> PgseqError:
    """A driver's error as QueryFailed (the server refused a statement), ConnectionFailed (it went away) or UsageError
    (the names cannot be told in the client's encoding)."""
    state = error.sqlstate if hasattr(error, "sqlstate") else error.pgcode
    if state in _UNREADABLE:
        return unreadable()
    if state is None or state.startswith("08") or state in _SERVER_GONE:
        return ConnectionFailed(f"the server went away: {first_line(error)}", "run the command again")
    diag = error.diag
    return QueryFailed(
        diag.message_primary or first_line(error),
        sqlstate=state,
        hint=diag.message_hint or "",
        constraint=diag.constraint_name or "",
    )


def unreadable() -> UsageError:
    """A name that the client's encoding does not have."""
    return UsageError(
        "a name cannot be read or written in the client's encoding",
        "set PGCLIENTENCODING to the encoding in which the names were written: UTF8, or for example LATIN1",
    )


def called_off() -> ConnectionFailed:
    """Not a refusal, which may be tried again: nobody waits for the answer any more."""
    return ConnectionFailed("the work was called off", "run the command again")


def first_line(error: BaseException) -> str:
    """The first line of an error's text."""
    return str(error).strip().partition("\n")[0]
