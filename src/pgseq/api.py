"""The Python interface: check, fix and verify over a DSN or an open psycopg connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

from pgseq import doctor
from pgseq.connection import open_crew
from pgseq.model import DatabaseReport, Policy, Verification
from pgseq.scope import scope
from pgseq.session import Limits

if TYPE_CHECKING:
    import psycopg

    Target = str | psycopg.Connection[Any]


def check(
    target: Target,
    *,
    schema: Iterable[str] = (),
    exclude_schema: Iterable[str] = (),
    table: Iterable[str] = (),
    exclude_table: Iterable[str] = (),
    max_jump: float = 0.10,
    statement_timeout: float = 30.0,
    lock_timeout: float = 2.0,
    jobs: int = 2,
) -> DatabaseReport:
    """Read and judge every sequence of a database; changes nothing.

    `target` is a DSN (URI, conninfo or database name, libpq's rules) or an open psycopg connection. In a connection's
    open transaction pgseq works inside savepoints that it rolls back: nothing is committed. The four selections take
    pg_dump's patterns. Times in seconds. `max_jump`: part (0 to 1) of the values left that a repair may give up.
    `jobs`: greatest number of connections (an open connection works alone).

    Returns a DatabaseReport, worst sequences first. Raises UsageError (NothingMatches for a selection that matches
    nothing), ConnectionFailed, QueryFailed.
    """
    options = doctor.Options(
        scope=scope(schema=schema, exclude_schema=exclude_schema, table=table, exclude_table=exclude_table),
        limits=_limits(statement_timeout, lock_timeout),
        policy=Policy(max_jump=max_jump),
    )
    with open_crew(target, jobs) as crew:
        return doctor.check(crew, options)


def fix(
    target: Target,
    *,
    schema: Iterable[str] = (),
    exclude_schema: Iterable[str] = (),
    table: Iterable[str] = (),
    exclude_table: Iterable[str] = (),
    max_jump: float = 0.10,
    into_gap: bool = False,
    lock: Literal["table", "none"] = "table",
    statement_timeout: float = 30.0,
    lock_timeout: float = 2.0,
    jobs: int = 2,
    confirm: Callable[[DatabaseReport], bool] = lambda report: True,
) -> DatabaseReport:
    """Move every sequence that is out of sync beyond the values stored, never backwards; read afresh and report.

    Arguments as for `check`. `into_gap`: where a repair is not possible or gives up too much, continue in the widest
    free stretch. `lock`: hold SHARE ROW EXCLUSIVE on the fed tables during each move (`table`) or not (`none`).
    `confirm` is shown the checked report with its steps; when it returns False nothing is changed.

    Moves are not undone by ROLLBACK (PostgreSQL documentation, "Sequence Manipulation Functions"), not even those made
    inside the connection's open transaction. Raises what `check` raises; UsageError also on a standby or read-only
    server and in a transaction at REPEATABLE READ or above, whose snapshot hides newer rows.
    """
    options = doctor.Options(
        scope=scope(schema=schema, exclude_schema=exclude_schema, table=table, exclude_table=exclude_table),
        limits=_limits(statement_timeout, lock_timeout),
        policy=Policy(max_jump=max_jump, into_gap=into_gap, lock=lock),
    )
    with open_crew(target, jobs) as crew:
        return doctor.fix(crew, options, confirm)


def verify(
    target: Target,
    *,
    schema: Iterable[str] = (),
    exclude_schema: Iterable[str] = (),
    table: Iterable[str] = (),
    exclude_table: Iterable[str] = (),
    insert: bool = False,
    statement_timeout: float = 30.0,
    lock_timeout: float = 2.0,
    jobs: int = 2,
) -> Verification:
    """Prove, for every sequence, that the value nextval() would give is free in every column it feeds.

    Arguments as for `check`. `insert`: also try a real INSERT that lets the default work, rolled back; each uses up one
    value of its sequence. Raises what `check` raises.
    """
    options = doctor.Options(
        scope=scope(schema=schema, exclude_schema=exclude_schema, table=table, exclude_table=exclude_table),
        limits=_limits(statement_timeout, lock_timeout),
    )
    with open_crew(target, jobs) as crew:
        return doctor.verify(crew, options, insert=insert)


def _limits(statement_timeout: float, lock_timeout: float) -> Limits:
    return Limits(statement_ms=round(statement_timeout * 1000), lock_ms=round(lock_timeout * 1000))
