"""The same work in every database that a command line means: one after the other, many at once, or elsewhere."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Items
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, Generic, TypeVar, cast

from pgseq import conninfo, fleet, workflow
from pgseq.cli.app.errors import note, tell
from pgseq.cli.options.connection import Connection, Identity, Server, distinct, wants_password
from pgseq.cli.options.executor import executor
from pgseq.cli.options.inventory import Line, places
from pgseq.cli.options.shared import usual_jobs
from pgseq.cli.run.missing import Absences
from pgseq.core.follow_up import Caller
from pgseq.errors import ConnectionFailed, NothingMatches, PgseqError, QueryFailed, UsageError
from pgseq.model.exit_code import ExitCode
from pgseq.model.reports import Unreachable
from pgseq.names import plural
from pgseq.pg.allotment import Allotment
from pgseq.pg.pool import SessionPool
from pgseq.pg.threads import InOrder, Threads
from pgseq.render.text.progress import Bar
from pgseq.render.writer import Writer

T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")

#: What a command does in one database.
Work = Callable[[SessionPool, workflow.Options, Bar], T]
#: Errors of one database that do not stop the work in others.
FAILURES: Final = (ConnectionFailed, QueryFailed, UsageError)
#: Databases that are begun before the first of them is written: a server that hangs holds up no more of them.
AHEAD: Final = 100

#: Tells why there is nothing of what stands at a place and is to be called by a label.
Miss = Callable[[str, str, PgseqError], None]


@dataclass(frozen=True, kw_only=True)
class Job(Generic[T]):
    """What is done in each database, how its results are written, and the exit code of one."""

    connection: Connection
    options: workflow.Options
    work: Work[T]
    writer: Writer[T]
    code: Callable[[T], ExitCode]
    #: Whether it may be done in several databases at once: it asks nothing, and writes nothing itself.
    at_once: bool = False
    #: The same work as a task for an executor; None: it is not to be done elsewhere.
    question: fleet.Question | None = None
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
            results = self._results(runs, stack)
            try:
                for done, (run, future) in enumerate(results, start=1):
                    if sys.stdout.isatty():
                        bar.pause()
                    answers.take(run.target, partial(run.result, future))
                    bar(done, len(runs))
            except KeyboardInterrupt:
                bar.pause()
                for run, future in results.known():
                    answers.take(run.target, partial(run.result, future))
                if self.unfinished:
                    self.writer.close()
                count = answers.written
                raise KeyboardInterrupt(f"after {count} of {plural(len(runs), 'database')}") from None

    def _results(self, runs: list[_Run[T]], stack: ExitStack) -> InOrder[_Run[T], Any]:
        connection = self.connection
        if connection.executor is not None:
            cluster = stack.enter_context(executor(connection.executor))
            elsewhere = fleet.Elsewhere(cluster, send_passwords=connection.send_passwords)
            ahead = connection.jobs if connection.jobs_asked else fleet.GIVEN
            return InOrder(lambda run: elsewhere.submit(run.task()), iter(runs), ahead)
        return stack.enter_context(at_once(connection.jobs, runs, lambda run, allotment: run.shared(allotment)))


@contextmanager
def at_once(
    jobs: int, items: Items[Item], work: Callable[[Item, Allotment], Result]
) -> Iterator[InOrder[Item, Result]]:
    """Do `work` for all items, each a database, with at most `jobs` sessions at a time; the results in their order."""
    threads = Threads(jobs)
    allotment = Allotment(sessions=jobs, databases=len(items))
    try:
        yield InOrder(lambda item: threads.submit(partial(work, item, allotment)), iter(items), AHEAD)
    finally:
        threads.stop()
        allotment.stop()


@dataclass(frozen=True, kw_only=True)
class _Run(Generic[T]):
    """The work in one database."""

    job: Job[T]
    number: int
    target: Server
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

    def shared(self, allotment: Allotment) -> T:
        """The result, with sessions of an allotment; without a question."""
        with allotment.pool(self.target.wanting_no_password.session) as pool:
            return self.job.work(pool, self.noted, Bar(io.StringIO()))

    def task(self) -> fleet.Task:
        """The same work for an executor."""
        assert self.job.question is not None
        dsn = conninfo.build(self.target.parameters)
        return fleet.Task(question=self.job.question, dsn=dsn, options=self.options)

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
        return cast(T, outcome.result)


@dataclass(kw_only=True)
class _Answers(Generic[T]):
    """What has come of the work so far."""

    job: Job[T]
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

    def take(self, target: Server, get: Callable[[], T]) -> None:
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
        sys.stdout.flush()
        self.written += 1
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


def refuse_executor(connection: Connection) -> None:
    """Raises UsageError where work is to be done elsewhere, for a command that does its work here."""
    if connection.executor is not None:
        raise UsageError(
            "--executor is for check and verify, which only read",
            "leave it out: a change is made from here, since one that is run again after a worker was lost would "
            "lose the record that undoes it",
        )


def targets_of(connection: Connection, miss: Miss) -> list[Server]:
    """The databases to work in, each once; `miss` is called for the lines of a list that name none, and for each of
    several servers that cannot list theirs."""
    missed: list[str] = []

    def counted(place: str, label: str, error: PgseqError) -> None:
        missed.append(place)
        miss(place, label, error)

    servers, again = named(connection, counted)
    if again:
        note(f"named before, and looked at once: {places(again)}")
    if not connection.every:
        return servers
    targets: list[Server] = []
    for server in servers:
        try:
            siblings = list(server.databases())
        except FAILURES as error:
            if len(servers) == 1 and not missed:
                raise
            counted(server.label, server.label, error)
            continue
        siblings = [(one, is_open) for one, is_open in siblings if not connection.excludes(one)]
        targets += [one for one, is_open in siblings if is_open]
        if closed := [one.label for one, is_open in siblings if not is_open]:
            note(f"not looked at, no connections are allowed: {', '.join(closed)}")
    return distinct(targets)


def named(connection: Connection, miss: Miss) -> tuple[list[Server], list[Line]]:
    """The servers that arguments and files name, each once, and the lines that name one again."""
    servers: dict[Identity, Server] = {server.identity: server for server in distinct(connection.servers())}
    again: list[Line] = []
    for line, server in connection.listed(lambda line, error: miss(line.place, line.label or line.place, error)):
        if servers.setdefault(server.identity, server) is not server:
            again.append(line)
    return [*servers.values()], again


def calling(caller: Caller, target: tuple[str, ...], jobs: int) -> Caller:
    """Who calls, with the database that is worked in."""
    options = () if jobs == usual_jobs() else (("--jobs", str(jobs)),)
    return replace(caller, target=target, options=(*caller.options, *options))
