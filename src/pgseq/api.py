"""The Python interface: check, fix, verify, explain, explain_log and sync over a DSN or an open psycopg connection."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict, Unpack

from pgseq import conninfo, workflow
from pgseq.core.follow_up import Caller
from pgseq.core.selection import scope
from pgseq.errors import ConnectionFailed, UsageError
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import LONGEST_MS, MAX_JUMP, Limits
from pgseq.model.reports import DatabaseReport, Verification
from pgseq.pg.connect import open_pool
from pgseq.text.secrets import Hidden

#: One of pg_dump's patterns, or several.
Patterns = str | Iterable[str]

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    import psycopg

    from pgseq.commands.explain.model import Explanation
    from pgseq.commands.range import RangeReport
    from pgseq.commands.sync import Cutover

    Target = str | psycopg.Connection[Any]


NOBODY: Final = Caller()
#: Seconds.
STATEMENT_TIMEOUT: Final = Limits().statement_ms / 1000
LOCK_TIMEOUT: Final = Limits().lock_ms / 1000


class Selection(TypedDict, total=False):
    """Arguments of `check`, `fix`, `verify` and `sync`: which sequences, and within which limits."""

    schema: Patterns
    exclude_schema: Patterns
    table: Patterns
    exclude_table: Patterns
    statement_timeout: float
    lock_timeout: float
    trust_owners: bool
    jobs: int
    caller: Caller


def check(
    target: Target,
    *,
    max_jump: float = MAX_JUMP,
    **selection: Unpack[Selection],
) -> DatabaseReport:
    """Diagnose every sequence of a database; changes nothing.

    `target` is a DSN (URI, conninfo or database name, libpq's rules) or an open psycopg connection. In a connection's
    open transaction pgseq works inside savepoints that it rolls back: nothing is committed. `max_jump`: part (0 to 1)
    of the free values left that a repair may give up.

    `schema`, `exclude_schema`, `table`, `exclude_table`: one of pg_dump's patterns each, or several; default: all.
    `statement_timeout`, `lock_timeout`: seconds; 30 and 2. `trust_owners`: read tables although that runs functions of
    their owners (docs/security.md); False. `jobs`: greatest number of connections; 2 (an open connection works alone).
    `caller`: the program's name, and the database's as its command line takes it, for commands that hints tell to run
    (`Caller(program="./manage.py pgseq", target=("-d", "default"))`); `pgseq`, and the target without password.

    Returns a DatabaseReport, worst sequences first. Raises UsageError (NothingMatches for a selection that matches
    nothing), ConnectionFailed, QueryFailed.
    """
    target = _hidden(target)
    arguments = _Arguments(**selection)
    options = arguments.options(target, policy=_policy(max_jump))
    with open_pool(target, _jobs(arguments.jobs)) as pool:
        return workflow.check(pool, options)


def fix(
    target: Target,
    *,
    max_jump: float = MAX_JUMP,
    into_gap: bool = False,
    lock: Literal["table", "none"] = "table",
    confirm: Callable[[DatabaseReport], bool] = lambda report: True,
    **selection: Unpack[Selection],
) -> DatabaseReport:
    """Move every sequence that is out of sync beyond the stored values, never backwards; read again and report.

    Arguments as for `check`. `into_gap`: where a repair is not possible or gives up too much, continue in a free
    stretch before the furthest stored value. `lock`: hold SHARE ROW EXCLUSIVE on the fed tables during each move
    (`table`) or not (`none`).
    `confirm` is shown the checked report with its steps; when it returns False nothing is changed.

    Moves are not undone by ROLLBACK (PostgreSQL documentation, "Sequence Manipulation Functions"), not even those made
    inside the connection's open transaction. Raises what `check` raises; UsageError also on a standby or read-only
    server and in a transaction at REPEATABLE READ or above, whose snapshot hides newer rows.
    """
    target = _hidden(target)
    arguments = _Arguments(**selection)
    options = arguments.options(target, policy=_policy(max_jump, into_gap, lock))
    with open_pool(target, _jobs(arguments.jobs)) as pool:
        return workflow.fix(pool, options, confirm)


def verify(
    target: Target,
    *,
    insert: bool = False,
    **selection: Unpack[Selection],
) -> Verification:
    """Prove, for every sequence, that the value nextval() would give is free in every column it feeds.

    Arguments as for `check`. `insert`: also try a real INSERT that lets the default work, rolled back; each uses up one
    value of its sequence. Raises what `check` raises.
    """
    target = _hidden(target)
    arguments = _Arguments(**selection)
    options = arguments.options(target)
    with open_pool(target, _jobs(arguments.jobs)) as pool:
        return workflow.verify(pool, options, insert=insert)


def range(
    target: Target,
    *,
    history: str | os.PathLike[str] | None = None,
    since: str | os.PathLike[str] | None = None,
    clock: str | None = None,
    within: timedelta | int | None = None,
    **selection: Unpack[Selection],
) -> RangeReport:
    """How many values each sequence has left until its nearest obstacle, and how long they last; changes nothing there.

    Arguments as for `check`. `history`: a file of samples (SQLite), to which one is added. `since`: an earlier document
    of `check --format json`, as one more sample. Where samples do not tell, a column does that says when a row was
    inserted: `clock`, or one that is NOT NULL with now() as default. `within`: what is too little, a time or a number
    of values; then `exit_code` says whether something ends sooner.

    Returns a RangeReport, what ends first standing first. Raises what `check` raises; UsageError also for a history
    that is damaged or of a newer pgseq. A sample that cannot be kept is one of its `problems`.
    """
    target = _hidden(target)
    from datetime import timedelta
    from pathlib import Path

    from pgseq.commands.range.model import Within
    from pgseq.commands.range.workflow import RangeOptions, left_of

    arguments = _Arguments(**selection)
    options = arguments.options(target)
    span = Within(seconds=within.total_seconds()) if isinstance(within, timedelta) else Within(values=within)
    asked = RangeOptions(
        history=None if history is None else Path(history),
        since=None if since is None else Path(since),
        clock=clock,
        within=None if within is None else span,
    )
    with open_pool(target, _jobs(arguments.jobs)) as pool:
        return left_of(pool, options, asked)


def explain(
    error: BaseException | str,
    target: Target | None = None,
    *,
    statement_timeout: float = STATEMENT_TIMEOUT,
    lock_timeout: float = LOCK_TIMEOUT,
    trust_owners: bool = False,
    caller: Caller = NOBODY,
) -> Explanation:
    """Say whether a sequence is to blame for an error, which one, and what to do; changes nothing.

    `error` is a caught exception (psycopg 2 or 3, asyncpg; what SQLAlchemy or Django raise over them), a text, or the
    name of a constraint, an index, a table or a sequence, whose state is told.
    `target` and `caller` as for `check`; without a target, or where it cannot be connected to or its transaction has
    failed, the answer is what the error alone tells, with the reason in `evidence`.

    Returns an Explanation. Raises UsageError for time-outs that cannot be.
    """
    target = None if target is None else _hidden(target)
    from pgseq.commands.explain.model import NOTHING, Occurrences
    from pgseq.commands.explain.parse.exceptions import report
    from pgseq.commands.explain.parse.named import by_name
    from pgseq.commands.explain.parse.recognise import recognise
    from pgseq.commands.explain.workflow import explain as explain_errors

    known = (recognise(error) or by_name(error)) if isinstance(error, str) else report(error)
    parsed = known or replace(NOTHING, message=str(error))
    limits = _limits(statement_timeout, lock_timeout, trust_owners)
    if target is not None:
        try:
            with open_pool(target, 1) as crew:
                return next(explain_errors([(parsed, Occurrences())], crew, limits, caller=_calling(caller, target)))
        except (ConnectionFailed, UsageError) as failed:
            alone = next(explain_errors([(parsed, Occurrences())], None, caller=caller))
            return replace(alone, evidence=(*alone.evidence, f"no database was asked: {failed.message}"))
    return next(explain_errors([(parsed, Occurrences())], None, caller=caller))


def explain_log(
    log: str | os.PathLike[str] | Iterable[str | bytes],
    target: Target | None = None,
    *,
    since: datetime | None = None,
    statement_timeout: float = 30.0,
    lock_timeout: float = 2.0,
    trust_owners: bool = False,
    caller: Caller = NOBODY,
) -> Iterator[Explanation]:
    """Explain the errors in a server's log, each cause once; changes nothing.

    `log` is the path of a log (stderr, csvlog or jsonlog; plain or gzip), or its lines, such as an open file.
    `target`, `caller` and times as for `explain`; an error that occurred in another database is explained by the log
    alone, and `evidence` says so. `since`: only errors from then on; without a time zone, by the log's own clock.

    Yields an Explanation for each cause, those that blame a sequence first, then the most frequent. `occurrences` has
    the count, the first and the last time as the log writes them, users and applications. A log without a single
    record of PostgreSQL's yields one `cannot_tell` with a count of 0. Raises UsageError for a log that cannot be read
    and for time-outs that cannot be.
    """
    from pathlib import Path

    from pgseq.commands.explain.logs import errors, source
    from pgseq.commands.explain.workflow import Target as Asked
    from pgseq.commands.explain.workflow import explain_all

    limits, asked = _limits(statement_timeout, lock_timeout, trust_owners), None
    if target is not None:
        database = _hidden(target)
        asked = Asked(open=lambda: open_pool(database, 1), optional=True, caller=_calling(caller, database))
    if isinstance(log, str | os.PathLike):
        read = errors.Log(name=os.fspath(log), blocks=source.blocks(Path(log)))
    else:
        read = errors.Log(name="the log", blocks=source.of_lines(log))
    answer = explain_all(errors.of_logs([read], since), lambda database: asked, limits, caller=caller)
    reason = (f"no database was asked: {answer.unreachable}",) if answer.unreachable else ()
    return (replace(one, evidence=(*one.evidence, *reason)) for one in answer.explanations)


def sync(
    source: Target,
    target: Target,
    *,
    margin: int = 0,
    mapping: Mapping[str, str] = MappingProxyType({}),
    max_jump: float = MAX_JUMP,
    lock: Literal["table", "none"] = "table",
    confirm: Callable[[Cutover], bool] = lambda cutover: True,
    **selection: Unpack[Selection],
) -> Cutover:
    """Cut over: move every sequence of `target` to at least where that of `source` stands, beyond the values stored,
    and never backwards. The source is only read.

    Arguments as for `fix`; the selection applies to the target. `margin`: values to be left free behind the source's
    position. `mapping`: qualified names of sequences of the source, and what each is called on the target, where names
    and columns do not tell. `confirm` is shown what was seen of both; when it returns False nothing is changed.

    Returns a Cutover. Raises what `fix` raises; UsageError also where both are the same database.
    """
    source, target = _hidden(source), _hidden(target)
    from pgseq.commands.sync.read import naming
    from pgseq.commands.sync.workflow import sync as cut_over
    from pgseq.config import Config, mapped

    if margin < 0:
        raise UsageError(f"margin = {margin} is less than nothing", "pass 0 or more")
    arguments = _Arguments(**selection)
    options = arguments.options(
        target,
        policy=_policy(max_jump, lock=lock),
        config=Config(map=tuple(mapped(*pair) for pair in mapping.items())),
    )
    with ExitStack() as stack:
        with naming("source"):
            theirs = stack.enter_context(open_pool(source, _jobs(arguments.jobs)))
        with naming("target"):
            ours = stack.enter_context(open_pool(target, _jobs(arguments.jobs)))
        return cut_over(theirs, ours, options, margin, confirm)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arguments:
    """A Selection with its defaults."""

    schema: Patterns = ()
    exclude_schema: Patterns = ()
    table: Patterns = ()
    exclude_table: Patterns = ()
    statement_timeout: float = STATEMENT_TIMEOUT
    lock_timeout: float = LOCK_TIMEOUT
    trust_owners: bool = False
    jobs: int = 2
    caller: Caller = NOBODY

    def options(self, target: Target, **others: Any) -> workflow.Options:
        """The same for the workflow in a database, with its `others`. Raises UsageError."""
        return workflow.Options(
            caller=_calling(self.caller, target),
            scope=scope(
                schema=_several(self.schema),
                exclude_schema=_several(self.exclude_schema),
                table=_several(self.table),
                exclude_table=_several(self.exclude_table),
            ),
            limits=_limits(self.statement_timeout, self.lock_timeout, self.trust_owners),
            **others,
        )


def _calling(caller: Caller, target: Target) -> Caller:
    """The caller, who names the database by the DSN or connection unless he has a name for it. Raises UsageError."""
    if caller.target:
        return caller
    if isinstance(target, str):
        return replace(caller, target=conninfo.naming(target, conninfo.database(conninfo.parse(target))))
    info = getattr(target, "info", None)
    try:
        return caller if info is None else replace(caller, target=conninfo.naming(info.dsn, info.dbname))
    except Exception:  # Not a connection that can be used, which is said when it is.
        return caller


def _several(patterns: Patterns) -> Iterable[str]:
    return (patterns,) if isinstance(patterns, str) else patterns


def _hidden(target: Target) -> Target:
    """The target; tracebacks with local variables do not show a DSN."""
    return Hidden(target) if isinstance(target, str) else target


def _policy(max_jump: float, into_gap: bool = False, lock: Literal["table", "none"] = "table") -> Policy:
    if not 0 <= max_jump <= 1:
        raise UsageError(f"max_jump = {max_jump} is not a part of a whole", "10 % is written 0.10")
    if lock not in ("table", "none"):
        raise UsageError(f"lock = {lock!r} is not known", "pass 'table' or 'none'")
    return Policy(max_jump=max_jump, into_gap=into_gap, lock=lock)


def _jobs(jobs: int) -> int:
    if jobs < 1:
        raise UsageError(f"jobs = {jobs} is not a number of connections", "pass 1 or more")
    return jobs


def _limits(statement_timeout: float, lock_timeout: float, trust_owners: bool) -> Limits:
    return Limits(
        statement_ms=_milliseconds("statement_timeout", statement_timeout),
        lock_ms=_milliseconds("lock_timeout", lock_timeout),
        trust_owners=trust_owners,
    )


def _milliseconds(name: str, seconds: float) -> int:
    # 0 would be no bound at all: a repair could hold up everybody behind it.
    if not 1 <= seconds * 1000 <= LONGEST_MS:
        raise UsageError(f"{name} = {seconds} is not a bound", "give seconds, 0.001 or more")
    return round(seconds * 1000)
