"""The same work in every database that a command line means: one after the other, many at once, or elsewhere."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq import conninfo, fleet, workflow
from pgseq.cli.app.errors import tell
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.password import wants_password
from pgseq.cli.options.server import NamedServer
from pgseq.cli.run.missing import Absences
from pgseq.cli.run.targets import FAILURES, calling, refuse_executor, targets_of
from pgseq.errors import ConnectionFailed, NothingMatches, PgseqError, UsageError
from pgseq.model.exit_code import ExitCode
from pgseq.model.reports import Unreachable
from pgseq.names import plural
from pgseq.pg.pool import SessionPool
from pgseq.render.text.progress import Aside, Bar
from pgseq.render.writer import Writer

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pgseq.pg.allotment import Allotment
    from pgseq.pg.threads import InOrder

T = TypeVar("T")

#: What a command does in one database.
Work = Callable[[SessionPool, workflow.Options, Bar], T]
#: Seconds that a change may still take after Ctrl-C before it is cancelled, as where it waits for a lock.
PATIENCE: Final = 3.0


class DatabaseJob(Struct, Generic[T], frozen=True, kw_only=True):
    """What is done in each database, how its results are written, and the exit code of one."""

    connection: Connection
    options: workflow.Options
    work: Work[T]
    writer: Writer[T]
    code: Callable[[T], ExitCode]
    #: Whether it may be done in several databases at once: it asks nothing, and then writes nothing itself.
    at_once: bool = False
    #: Whether it changes something: what is under way is then finished and told, whatever comes in between.
    changes: bool = False
    #: The same work as a question for an executor; None: it is not to be done elsewhere.
    question: fleet.Question[T] | None = None
    #: Whether what was done before Ctrl-C is written as if it were all; a document would look complete.
    unfinished: bool = False

    def run(self) -> ExitCode:
        """Do it; the exit code over all. Raises what `work` raises, and NothingMatches when no database has a match."""
        self._refuse_elsewhere()
        answers = _Answers(job=self)
        targets = targets_of(self.connection, answers.miss)
        answers.incomplete = bool(answers.codes)
        answers.alone = not answers.incomplete and len(targets) == 1
        runs = [_Run(job=self, number=number, target=target, answers=answers) for number, target in enumerate(targets)]
        if self.connection.executor is not None or (self.at_once and not answers.alone and self.connection.at_once):
            self._many(runs, answers)
        else:
            for run in runs:
                answers.take(run.target, run.here)
        return answers.close(len(targets))

    def _refuse_elsewhere(self) -> None:
        if self.connection.executor is None:
            return
        if self.question is None:
            refuse_executor(self.connection)
        if self.connection.prompt == "always":
            raise UsageError("-W asks for a password here, and the executor connects", "name it as service=NAME")

    def _many(self, runs: list[_Run[T]], answers: _Answers[T]) -> None:
        # Unlike what one database has, what each of many had is garbage soon: connections are, in circles.
        gc.set_threshold(5_000, 10, 10)
        with ExitStack() as stack:
            bar = stack.enter_context(Bar(sys.stderr))
            begun = self._begin(runs, stack)
            results = begun.results
            try:
                for done, (run, future) in enumerate(results, start=1):
                    if sys.stdout.isatty():
                        bar.pause()
                    answers.take(run.target, partial(run.result, future))
                    bar(done, len(runs))
            except KeyboardInterrupt:
                bar.pause()
                self._rest(begun, answers)
                if self.unfinished or self.changes:
                    self.writer.close()
                again = "; run it again for the rest" if self.changes else ""
                of = plural(len(runs), "database")
                raise KeyboardInterrupt(f"after {answers.written} of {of}{again}") from None
            except Exception:
                if self.changes:
                    # As where standard output cannot be written: what is under way tells on standard error.
                    with suppress(PgseqError, OSError):
                        self._rest(begun, answers)
                raise

    def _rest(self, begun: _Begun[T], answers: _Answers[T]) -> None:
        """Write what is known when no more is waited for; where something is changed, what is under way comes to its
        end first, or is called off."""
        failures: list[Exception] = []
        for run, future in begun.ended() if self.changes else begun.results.known():
            if not _interrupted(future):
                try:
                    answers.take(run.target, partial(run.result, future))
                except (PgseqError, OSError) as error:
                    failures.append(error)
        if failures:
            raise failures[0]

    def _begin(self, runs: list[_Run[T]], stack: ExitStack) -> _Begun[T]:
        from pgseq.pg.allotment import Allotment, at_once
        from pgseq.pg.threads import InOrder

        connection, stopping = self.connection, threading.Event()
        if connection.executor is not None:
            from pgseq.cli.options.executor import executor

            cluster = stack.enter_context(executor(connection.executor))
            elsewhere = fleet.Elsewhere(cluster, send_passwords=connection.send_passwords)
            ahead = connection.jobs if connection.jobs_asked else fleet.GIVEN
            submitted = InOrder(lambda run: elsewhere.submit(run.task()), iter(runs), ahead)
            return _Begun(results=submitted, stopping=stopping, call_off=lambda: None)
        allotment = Allotment(sessions=connection.jobs, databases=len(runs))
        here = at_once(allotment, runs, lambda run: run.shared(allotment, stopping))
        return _Begun(results=stack.enter_context(here), stopping=stopping, call_off=allotment.stop)


def _interrupted(future: Future[Any]) -> bool:
    """Whether what came of it is that it was interrupted."""
    if (error := future.exception()) is not None:
        return isinstance(error, KeyboardInterrupt)
    outcome = future.result()
    return isinstance(outcome, fleet.Outcome) and outcome.interrupted


class _Begun(Struct, Generic[T], frozen=True, kw_only=True):
    """Work in many databases that is under way."""

    results: InOrder[_Run[T], Any]
    #: Set: what is under way ends after what it is just doing.
    stopping: threading.Event
    #: Cancels what is still running on the servers.
    call_off: Callable[[], None]

    def ended(self) -> Iterator[tuple[_Run[T], Future[Any]]]:
        """What is under way, each when it has come to its end; what a lock holds up is cancelled after a while."""
        self.stopping.set()
        timer = threading.Timer(PATIENCE, self.call_off)
        timer.daemon = True
        timer.start()
        try:
            yield from self.results.finished()
        finally:
            timer.cancel()


class _Run(Struct, Generic[T], frozen=True, kw_only=True):
    """The work in one database."""

    job: DatabaseJob[T]
    number: int
    target: NamedServer
    answers: _Answers[T]

    @property
    def options(self) -> workflow.Options:
        caller = calling(self.job.options.caller, self.target.words, self.job.connection.jobs)
        return replace(self.job.options, caller=replace(caller, label=self.target.own_label))

    @property
    def noted(self) -> workflow.Options:
        """The options for here: what this database does not have may be in another one."""
        return self.options if self.answers.alone else self.answers.absences.noted(self.options, self.number)

    def here(self) -> T:
        """The result, with all sessions."""
        with Bar(sys.stderr) as bar, self.target.open(self.job.connection.jobs) as pool:
            return self.job.work(pool, self.noted, bar)

    def shared(self, allotment: Allotment, stopping: threading.Event) -> T:
        """The result, with sessions of an allotment; without a question. Ends when `stopping` is set."""
        with allotment.pool(self.target.wanting_no_password.session) as pool:
            return self.job.work(pool, self.noted, Aside(stopping))

    def task(self) -> fleet.Task:
        """The same work for an executor."""
        assert self.job.question is not None
        dsn = conninfo.build(self.target.parameters)
        return fleet.Task(read=self.job.question.read, dsn=dsn, options=self.options)

    def result(self, future: Future[Any]) -> T:
        """The result that has come. Raises what the work raised."""
        try:
            result = future.result()
        except ConnectionFailed as error:
            if not wants_password(error) or self.target.password.prompt != "wanted":
                raise
            result = self.here()
        return self._received(result) if isinstance(result, fleet.Outcome) else cast(T, result)

    def _received(self, outcome: fleet.Outcome) -> T:
        if not isinstance(outcome.result, UsageError | ConnectionFailed) or isinstance(outcome.result, NothingMatches):
            self.noted.on_missing_feeds(outcome.feeds)
            self.noted.unmatched(outcome.unmatched)
        effect = self.job.options.config.effect
        effect.feeds |= outcome.effect.feeds
        effect.codes |= outcome.effect.codes
        if isinstance(outcome.result, PgseqError):
            raise outcome.result
        assert self.job.question is not None
        return self.job.question.finish(outcome.result, self.options)


class _Answers(Struct, Generic[T], kw_only=True, eq=False):
    """What has come of the work so far."""

    job: DatabaseJob[T]
    codes: list[ExitCode] = field(default_factory=list)
    passed_over: list[NothingMatches] = field(default_factory=list)
    absences: Absences = field(default_factory=Absences)
    written: int = 0
    #: Whether there is one database only, whose error is the command's.
    alone: bool = False
    #: Whether a database is missing that may have what the others do not.
    incomplete: bool = False

    def miss(self, place: str, label: str, error: PgseqError, code: ExitCode = ExitCode.ERROR) -> None:
        """Tell of a database, or of a line that names none, and go on."""
        tell(PgseqError(f"{place}: {error.message}", error.hint))
        self.job.writer.unreachable(Unreachable(database=label, reason=error.message, hint=error.hint))
        self.codes.append(code)

    def take(self, target: NamedServer, get: Callable[[], T]) -> None:
        """Write a result, or why there is none."""
        try:
            result = get()
        except NothingMatches as error:
            self.passed_over.append(error)
            return
        except FAILURES as error:
            if self.alone:
                raise
            # A database that was named is an error; one that --all came across is unknown.
            code = ExitCode.UNKNOWN if self.job.connection.every else ExitCode.ERROR
            self.miss(target.label, target.label, error, code)
            return
        self.job.writer.database(result)
        self.written += 1
        sys.stdout.flush()
        self.codes.append(self.job.code(result))

    def close(self, count: int) -> ExitCode:
        """Finish what is written, and tell what none of `count` databases has."""
        every = count if not self.incomplete else None
        missing: list[PgseqError] = list(self.absences.everywhere(every))
        if not missing and not self.written:
            missing += self.passed_over[:1]
        if missing and not self.codes:
            raise missing[0]
        self.job.writer.close()
        for error in missing:
            tell(error)
            self.codes.append(ExitCode.ERROR)
        return ExitCode.worst(self.codes)
