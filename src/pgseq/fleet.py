"""One piece of work over many databases: by threads here, or by an Executor elsewhere; only what reads goes elsewhere.

What travels is a task and its outcome, pickled here and there: these are values of one version of pgseq, so versions
are compared before anything is unpickled.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Literal

from pgseq import conninfo, workflow
from pgseq.core.selection import scope
from pgseq.errors import ConnectionFailed, PgseqError, UsageError
from pgseq.model.configuration import Declared, Effect
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import LONGEST_MS, MAX_JUMP, Limits
from pgseq.model.reports import DatabaseReport, Unreachable, Verification
from pgseq.pg.allotment import Allotment
from pgseq.pg.connect import open_session
from pgseq.pg.suggest import Unmatched
from pgseq.pg.threads import Threads, as_they_come
from pgseq.text.secrets import KEYWORDS, Hidden
from pgseq.version import __version__

Patterns = str | Iterable[str]
Question = Literal["check", "verify"]

#: Databases that an executor is given at a time, where nothing says how many.
GIVEN: Final = 1000
#: Sessions at a time by threads here, where nothing says how many.
SESSIONS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is asked about a database that `dsn` names; all of it can be pickled."""

    question: Question
    dsn: str = field(repr=False)
    options: workflow.Options

    def run(self, allotment: Allotment | None = None) -> Outcome:
        """Do it here; an error of this database is an outcome, too."""
        feeds: list[Declared] = []
        unmatched: list[Unmatched] = []
        options = replace(self.options, on_missing_feeds=feeds.extend, unmatched=unmatched.extend)
        result: DatabaseReport | Verification | PgseqError
        try:
            result = self._answer(options, allotment or Allotment(sessions=1, databases=1))
        except PgseqError as error:
            result = error
        return Outcome(result=result, feeds=tuple(feeds), unmatched=tuple(unmatched), effect=options.config.effect)

    def _answer(self, options: workflow.Options, allotment: Allotment) -> DatabaseReport | Verification:
        with allotment.pool(lambda: open_session(Hidden(self.dsn))) as pool:
            return workflow.check(pool, options) if self.question == "check" else workflow.verify(pool, options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a task, with what the database does not have: it may be missing in every one."""

    result: DatabaseReport | Verification | PgseqError
    feeds: tuple[Declared, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    effect: Effect = field(default_factory=Effect)


def work_elsewhere(version: str, pickled: bytes) -> tuple[str, bytes]:
    """What runs in a worker: do a pickled Task, if it is of this version of pgseq; the version, and the Outcome."""
    if version != __version__:
        return __version__, b""
    task: Task = pickle.loads(pickled)
    return __version__, pickle.dumps(task.run())


class Elsewhere:
    """Gives tasks to an executor; `send_passwords`: also those whose connection string holds one."""

    def __init__(self, executor: Executor, *, send_passwords: bool = False) -> None:
        self._executor = executor
        # Processes of this machine, which inherit what is known here.
        # Not with the others: a check of one database needs no processes.
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

        self._sends = send_passwords or isinstance(executor, (ThreadPoolExecutor, ProcessPoolExecutor))

    def submit(self, task: Task) -> Future[Outcome]:
        """The outcome to come; that the worker or the executor failed is a ConnectionFailed or UsageError in it."""
        answer: Future[Outcome] = Future()
        if not self._sends and KEYWORDS & set(conninfo.parse(task.dsn)):
            answer.set_result(_refused("the connection string holds a password, which would travel to the executor"))
            return answer
        try:
            given = self._executor.submit(work_elsewhere, __version__, pickle.dumps(task))
        except Exception as error:
            answer.set_result(_lost(error))
            return answer
        given.add_done_callback(lambda done: answer.set_result(_received(done)))
        return answer


def _received(done: Future[tuple[str, bytes]]) -> Outcome:
    try:
        version, pickled = done.result()
        if version == __version__:
            outcome: Outcome = pickle.loads(pickled)
            return outcome
    except (CancelledError, Exception) as error:
        return _lost(error)
    return Outcome(
        result=UsageError(
            f"the worker has pgseq {version}, and here it is {__version__}", "install the same version on all workers"
        )
    )


def _refused(reason: str) -> Outcome:
    hint = (
        "name it as service=NAME, defined on the workers; --send-passwords (send_passwords=True) sends it all the same"
    )
    return Outcome(result=UsageError(reason, hint))


def _lost(error: BaseException) -> Outcome:
    if isinstance(error, ModuleNotFoundError | AttributeError):
        return Outcome(
            result=UsageError(f"the worker cannot run pgseq: {error}", f"install pgseq {__version__} on all workers")
        )
    told = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}".removesuffix(": ")
    return Outcome(
        result=ConnectionFailed(f"the executor lost the work: {told}", "nothing was changed; run the command again")
    )


def check_many(
    targets: Iterable[str] | Mapping[str, str],
    executor: Executor | None = None,
    *,
    jobs: int | None = None,
    send_passwords: bool = False,
    max_jump: float = MAX_JUMP,
    schema: Patterns = (),
    exclude_schema: Patterns = (),
    table: Patterns = (),
    exclude_table: Patterns = (),
    statement_timeout: float = Limits().statement_ms / 1000,
    lock_timeout: float = Limits().lock_ms / 1000,
    trust_owners: bool = False,
) -> Iterator[DatabaseReport | Unreachable]:
    """Check many databases at once; changes nothing. Yields a result for each target as they come, in no order.

    `targets` are DSNs (URI, conninfo or database name), or DSNs by the label that each result then bears: in
    `report.server.label`, and in the `database` of an Unreachable, which is a target that could not be checked, with
    the reason and a hint. One target does not stop the others.

    `executor`: where the work is done; None: in threads here. `jobs`: the greatest number of sessions at a time; 8, and
    as many as the executor takes. In an executor each DSN is resolved by the worker's own service file, .pgpass and PG*
    variables, and one that holds a password is refused without `send_passwords` unless the workers are processes of
    this machine. Workers need the same version of pgseq. An executor that is closed or breaks yields Unreachable for
    each target that it has lost.

    The other arguments are those of `check`. Leaving the iterator early cancels what runs here. Raises UsageError for
    arguments that cannot be.

        with ProcessPoolExecutor() as executor:
            for result in pgseq.check_many({"eu": "service=eu", "us": "service=us"}, executor):
                ...

    >>> [result.server.label for result in pgseq.check_many({"eu": dsn})]
    ['eu']
    """
    if jobs is not None and jobs < 1:
        raise UsageError(f"jobs = {jobs} is not a number of sessions", "pass 1 or more")
    if not 0 <= max_jump <= 1:
        raise UsageError(f"max_jump = {max_jump} is not a part of a whole", "10 % is written 0.10")
    for name, seconds in (("statement_timeout", statement_timeout), ("lock_timeout", lock_timeout)):
        if not 1 <= seconds * 1000 <= LONGEST_MS:
            raise UsageError(f"{name} = {seconds} is not a bound", "give seconds, 0.001 or more")
    options = workflow.Options(
        scope=scope(
            schema=_several(schema),
            exclude_schema=_several(exclude_schema),
            table=_several(table),
            exclude_table=_several(exclude_table),
        ),
        limits=Limits(
            statement_ms=round(statement_timeout * 1000),
            lock_ms=round(lock_timeout * 1000),
            trust_owners=trust_owners,
        ),
        policy=Policy(max_jump=max_jump),
    )
    if isinstance(targets, str):
        raise UsageError("targets is one string", "pass a list of DSNs, or call pgseq.check")
    pairs = targets.items() if isinstance(targets, Mapping) else (("", dsn) for dsn in targets)
    named: list[tuple[str, str]] = []
    for label, dsn in pairs:
        if not isinstance(dsn, str):
            raise UsageError("a target is not a DSN", "pass connection strings: a connection works on one at a time")
        named.append((str(label), Hidden(dsn)))
    return _check_many(named, executor, options, jobs, send_passwords=send_passwords)


def _check_many(
    named: list[tuple[str, str]],
    executor: Executor | None,
    options: workflow.Options,
    jobs: int | None,
    *,
    send_passwords: bool,
) -> Iterator[DatabaseReport | Unreachable]:
    threads = Threads(jobs or SESSIONS)
    allotment = Allotment(sessions=jobs or SESSIONS, databases=len(named))
    elsewhere = None if executor is None else Elsewhere(executor, send_passwords=send_passwords)

    def submit(item: tuple[str, str]) -> Future[Outcome]:
        try:
            task = Task(question="check", dsn=item[1], options=_calling(options, *item))
        except UsageError as error:
            refused: Future[Outcome] = Future()
            refused.set_result(Outcome(result=error))
            return refused
        return threads.submit(partial(task.run, allotment)) if elsewhere is None else elsewhere.submit(task)

    most = jobs or (SESSIONS if elsewhere is None else GIVEN)
    try:
        for (label, dsn), future in as_they_come(submit, iter(named), most):
            result = future.result().result
            if isinstance(result, DatabaseReport):
                yield result
            elif isinstance(result, PgseqError):
                yield Unreachable(database=label or _name(dsn), reason=result.message, hint=result.hint)
    finally:
        threads.stop()
        allotment.stop()


def _calling(options: workflow.Options, label: str, dsn: str) -> workflow.Options:
    """The options with the database that is worked in. Raises UsageError."""
    words = conninfo.naming(dsn, conninfo.database(conninfo.parse(dsn)))
    return replace(options, caller=replace(options.caller, target=words, label=label))


def _name(dsn: str) -> str:
    """The database's name, as far as the connection string tells it."""
    try:
        return conninfo.effective(conninfo.parse(dsn)).get("dbname", "?")
    except UsageError:
        return "?"


def _several(patterns: Patterns) -> Iterable[str]:
    return (patterns,) if isinstance(patterns, str) else patterns
