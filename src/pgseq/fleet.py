"""One piece of work over many databases: by threads here, or by an Executor elsewhere; only what reads goes elsewhere.

What travels is a task and its outcome, pickled here and there: these are values of one version of pgseq, so versions
are compared before anything is unpickled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Protocol, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq import conninfo, workflow
from pgseq.errors import ConnectionFailed, PgseqError, UsageError
from pgseq.model.configuration import ConfigEffect, Declared
from pgseq.model.reports import Unreachable
from pgseq.pg.connect import open_session
from pgseq.pg.pool import SessionPool
from pgseq.text.secrets import KEYWORDS, Hidden
from pgseq.values import Value
from pgseq.version import __version__

if TYPE_CHECKING:
    from pgseq.pg.allotment import Allotment
    from pgseq.pg.suggest import Unmatched

T = TypeVar("T")

#: Databases that an executor is given at a time, where nothing says how many.
GIVEN: Final = 1000
#: Sessions at a time by threads here, where nothing says how many.
SESSIONS: Final = 8


def as_it_is(read: T, options: workflow.Options) -> T:
    """What was read is the answer."""
    return read


class Read(Protocol):
    """Reads a database, and changes nothing; can be pickled."""

    def __call__(
        self, pool: SessionPool, options: workflow.Options, /, *, progress: workflow.Progress = ...
    ) -> Any: ...


class Question(Struct, Generic[T], frozen=True, kw_only=True):
    """What is asked about a database, in two parts."""

    #: Reads it, wherever that is done.
    read: Read
    #: Makes the answer of what was read: here, where our files are. Raises UsageError.
    finish: Callable[[Any, workflow.Options], T] = as_it_is


class Task(Value, frozen=True, kw_only=True):
    """What is read of a database that `dsn` names; all of it can be pickled."""

    unshown: ClassVar = ("dsn",)
    read: Read
    dsn: str
    options: workflow.Options

    def run(self, allotment: Allotment | None = None) -> Outcome:
        """Do it here; an error of this database is an outcome, too."""
        from pgseq.pg.allotment import Allotment

        feeds: list[Declared] = []
        unmatched: list[Unmatched] = []
        options = replace(self.options, on_missing_feeds=feeds.extend, unmatched=unmatched.extend)
        allotment = allotment or Allotment(sessions=1, databases=1)
        try:
            with allotment.pool(lambda: open_session(Hidden(self.dsn))) as pool:
                result = self.read(pool, options)
        except PgseqError as error:
            result = error
        return Outcome(result=result, feeds=tuple(feeds), unmatched=tuple(unmatched), effect=options.config.effect)


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a task, with what the database does not have: it may be missing in every one."""

    #: What was read, or a PgseqError.
    result: Any
    feeds: tuple[Declared, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    effect: ConfigEffect = field(default_factory=ConfigEffect)
    #: Whether Ctrl-C has reached the worker, too, as it does from a terminal.
    interrupted: bool = False


def work_elsewhere(version: str, pickled: bytes, call: str = "") -> tuple[str, bytes]:
    """What runs in a worker: do a pickled Task, if it is of this version of pgseq; the version, and the Outcome. `call`
    is another one each time: of two calls that look alike, Dask answers the second from the first."""
    if version != __version__:
        return __version__, b""
    import pickle

    task: Task = pickle.loads(pickled)
    return __version__, pickle.dumps(task.run())


class Elsewhere:
    """Gives tasks to an executor; `send_passwords`: also those whose connection string holds one."""

    def __init__(self, executor: Executor, *, send_passwords: bool = False) -> None:
        # Not with the others: a check of one database needs no processes.
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

        self._executor = executor
        # Processes of this machine, which inherit what is known here.
        self._sends = send_passwords or isinstance(executor, (ThreadPoolExecutor, ProcessPoolExecutor))

    def submit(self, task: Task) -> Future[Outcome]:
        """The outcome to come; that the worker or the executor failed is a ConnectionFailed or UsageError in it."""
        answer: Future[Outcome] = Future()
        if not self._sends and KEYWORDS & set(conninfo.parse(task.dsn)):
            answer.set_result(_refused("the connection string holds a password, which would travel to the executor"))
            return answer
        try:
            import pickle
            from uuid import uuid4

            future = self._executor.submit(work_elsewhere, __version__, pickle.dumps(task), uuid4().hex)
        except Exception as error:
            answer.set_result(_lost(error))
            return answer
        future.add_done_callback(lambda done: answer.set_result(_received(done)))
        return answer


def _received(done: Future[tuple[str, bytes]]) -> Outcome:
    try:
        # Ctrl-C in a worker is one of its errors: raised here, it would end the thread that brings the others.
        if (error := done.exception()) is not None:
            return _lost(error)
        version, pickled = done.result()
        if version == __version__:
            import pickle

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
    message = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}".removesuffix(": ")
    if isinstance(error, CancelledError):
        message = "it was cancelled, as where a scheduler ends"
    return Outcome(
        result=ConnectionFailed(f"the executor lost the work: {message}", "nothing was changed; run the command again"),
        interrupted=isinstance(error, KeyboardInterrupt),
    )


def ask_all(
    question: Question[T],
    named: list[tuple[str, str]],
    executor: Executor | None,
    options: workflow.Options,
    jobs: int | None,
    *,
    send_passwords: bool,
    progress: workflow.Progress = workflow.silent,
) -> Iterator[T | Unreachable]:
    """Ask about databases, pairs of a label and a DSN; an answer for each as they come. `progress` counts databases."""
    from pgseq.pg.allotment import Allotment
    from pgseq.pg.threads import Threads, as_they_come

    threads = Threads(jobs or SESSIONS)
    allotment = Allotment(sessions=jobs or SESSIONS, databases=len(named))
    elsewhere = None if executor is None else Elsewhere(executor, send_passwords=send_passwords)

    def submit(item: tuple[str, str]) -> Future[Outcome]:
        try:
            task = Task(read=question.read, dsn=item[1], options=_calling(options, *item))
        except UsageError as error:
            refused: Future[Outcome] = Future()
            refused.set_result(Outcome(result=error))
            return refused
        return threads.submit(partial(task.run, allotment)) if elsewhere is None else elsewhere.submit(task)

    def answer(item: tuple[str, str], result: Any) -> T | Unreachable:
        try:
            if isinstance(result, PgseqError):
                raise result
            return question.finish(result, _calling(options, *item))
        except PgseqError as error:
            return Unreachable(database=item[0] or _name(item[1]), reason=error.message, hint=error.hint)

    most = jobs or (SESSIONS if elsewhere is None else GIVEN)
    try:
        for done, (item, future) in enumerate(as_they_come(submit, iter(named), most), start=1):
            answered = answer(item, future.result().result)
            progress(done, len(named))
            yield answered
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
