"""explain, explain_log: what the library says of errors."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Unpack

from msgspec.structs import replace

from pgseq.api.options import Arguments, Bounds, Target, calling, prepared
from pgseq.errors import ConfigError, ConnectionFailed, UsageError
from pgseq.pg.connect import open_pool

if TYPE_CHECKING:
    from datetime import datetime

    from pgseq.commands.explain.model import Explanation


def explain(
    error: BaseException | str,
    target: Target | None = None,
    **bounds: Unpack[Bounds],
) -> Explanation:
    """Say whether a sequence is to blame for an error, which one, and what to do; changes nothing.

    `error` is a caught exception (psycopg 2 or 3, asyncpg; what SQLAlchemy or Django raise over them), a text, or the
    name of a constraint, an index, a table or a sequence, whose state is told.
    `target` and options as for `check`; without a target, or where it cannot be connected to or its transaction has
    failed, the answer is what the error alone tells, with the reason in `evidence`.

    Returns an Explanation. Raises UsageError for options that cannot be, ConfigError.

    >>> try:
    ...     connection.execute("INSERT INTO users DEFAULT VALUES")
    ... except psycopg.errors.UniqueViolation as error:
    ...     explanation = pgseq.explain(error, dsn)
    >>> explanation.verdict, explanation.sequence.sql, explanation.ok
    ('behind', 'public.users_id_seq', False)
    """
    arguments = Arguments(**bounds)
    limits, settings, caller = arguments.limits, arguments.configuration, arguments.caller
    target = None if target is None else prepared(target)
    from pgseq.commands.explain.model import NOTHING, Occurrences
    from pgseq.commands.explain.parse.exceptions import report
    from pgseq.commands.explain.parse.named import by_name
    from pgseq.commands.explain.parse.recognise import recognise
    from pgseq.commands.explain.workflow import explain as explain_errors

    known = (recognise(error) or by_name(error)) if isinstance(error, str) else report(error)
    parsed = known or replace(NOTHING, message=str(error))
    if target is not None:
        try:
            with open_pool(target, 1) as pool:
                who = calling(caller, target, pool.primary)
                return next(explain_errors([(parsed, Occurrences())], pool, limits, settings, caller=who))
        except ConfigError:
            raise
        except (ConnectionFailed, UsageError) as error_of_target:
            alone = next(explain_errors([(parsed, Occurrences())], None, caller=caller))
            reason = f"no database was asked: {error_of_target.message}"
            return replace(alone, evidence=(*alone.evidence, reason))
    return next(explain_errors([(parsed, Occurrences())], None, caller=caller))


def explain_log(
    log: str | os.PathLike[str] | Iterable[str | bytes],
    target: Target | None = None,
    *,
    since: datetime | None = None,
    **bounds: Unpack[Bounds],
) -> Iterator[Explanation]:
    """Explain the errors in a server's log, each cause once; changes nothing.

    `log` is the path of a log (stderr, csvlog or jsonlog; plain or gzip), or its lines, such as an open file.
    `target` and options as for `explain`; an error that occurred in another database is explained by the log
    alone, and `evidence` says so. `since`: only errors from then on; without a time zone, by the log's own clock.

    Yields an Explanation for each cause, those that blame a sequence first, then the most frequent. `occurrences` has
    the count, the first and the last time as the log writes them, users and applications. A log without a single
    record of PostgreSQL's yields one `cannot_tell` with a count of 0. Raises UsageError for a log that cannot be read
    and for options that cannot be.

    >>> log = [
    ...     "2026-05-01 12:00:00 UTC [7] ERROR:  duplicate key value violates unique constraint \\"users_pkey\\"",
    ...     "2026-05-01 12:00:00 UTC [7] DETAIL:  Key (id)=(1) already exists.",
    ... ]
    >>> [(one.verdict, one.occurrences.count) for one in pgseq.explain_log(log, dsn)]
    [('behind', 1)]
    """
    from pathlib import Path

    from pgseq.commands.explain.logs import errors, source
    from pgseq.commands.explain.workflow import ExplainTarget, explain_all

    arguments, asked = Arguments(**bounds), None
    limits, settings, caller = arguments.limits, arguments.configuration, arguments.caller
    if target is not None:
        database = prepared(target)
        asked = ExplainTarget(open=lambda: open_pool(database, 1), optional=True, caller=calling(caller, database))
    if isinstance(log, str | os.PathLike):
        read = errors.Log(name=os.fspath(log), blocks=source.blocks(Path(log)))
    else:
        read = errors.Log(name="the log", blocks=source.of_lines(log))
    answer = explain_all(errors.of_logs([read], since), lambda database: asked, limits, settings, caller)
    reason = (f"no database was asked: {answer.unreachable}",) if answer.unreachable else ()
    return (replace(one, evidence=(*one.evidence, *reason)) for one in answer.explanations)
