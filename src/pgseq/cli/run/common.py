"""Runs `check` and `verify`; and what all commands share: the same work in every database."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from pgseq import workflow
from pgseq.cli.app.errors import newline, note, tell
from pgseq.cli.options.configuration import naming_configuration
from pgseq.cli.options.connection import Connection, Server, distinct
from pgseq.cli.options.shared import View, usual_jobs
from pgseq.cli.run.missing import Absences
from pgseq.config import Config
from pgseq.core.follow_up import Caller
from pgseq.errors import ConnectionFailed, Interrupted, NothingMatches, PgseqError, QueryFailed, UsageError
from pgseq.model.exit_code import ExitCode
from pgseq.model.hints import Command
from pgseq.model.reports import DatabaseReport, Report, Verification
from pgseq.pg.pool import SessionPool
from pgseq.render.csv.check import Delimited
from pgseq.render.csv.verify import ProofCsv
from pgseq.render.json.check import check_document
from pgseq.render.json.verify import verify_document
from pgseq.render.markdown.check import Markdown
from pgseq.render.markdown.verify import ProofMarkdown
from pgseq.render.text import words
from pgseq.render.text.check import Table, following
from pgseq.render.text.progress import Bar
from pgseq.render.text.verify import ProofTable
from pgseq.render.writer import Unreachable, Writer

T = TypeVar("T")

#: What a command does in one database.
Work = Callable[[SessionPool, workflow.Options, Bar], T]
#: Errors of one database that do not stop the work in others.
FAILURES = (ConnectionFailed, QueryFailed, UsageError)


def check(
    connection: Connection, options: workflow.Options, view: View, *, require: bool = False
) -> tuple[ExitCode, str]:
    """Check every database and write the reports; the exit code, and what a fix will do, if anything."""
    reports: list[DatabaseReport] = []
    writer = report_writer(view, options.config)

    def work(pool: SessionPool, options: workflow.Options, bar: Bar) -> DatabaseReport:
        try:
            reports.append(_checked(pool, options, bar))
        except Interrupted as stop:
            bar.pause()
            # A document would look complete.
            if view.format == "table" and isinstance(stop.report, DatabaseReport):
                writer.database(stop.report)
            raise KeyboardInterrupt("before everything was looked at") from None
        return reports[-1]

    code = over(connection, options, work, writer, exit_code)
    code = _required(code, require, Report(databases=tuple(reports)).compared)
    return code, words.prospect(one for report in reports for one in report.sequences)


def _checked(pool: SessionPool, options: workflow.Options, bar: Bar) -> DatabaseReport:
    """Check; add a sample where the configuration names a history."""
    if options.config.history is None:
        return workflow.check(pool, options, bar)
    from pgseq.commands.range.workflow import sampled

    report, problems = sampled(pool, options, options.config.history, lambda: workflow.check(pool, options, bar))
    for problem in problems:
        bar.pause()
        note(f"{problem.reason}; {problem.hint}")
    return report


def verify(
    connection: Connection, options: workflow.Options, view: View, *, insert: bool, require: bool = False
) -> tuple[ExitCode, bool]:
    """Verify every database and write the proofs; the exit code, and whether a fix would repair one that would fail."""
    verifications: list[Verification] = []

    def work(pool: SessionPool, options: workflow.Options, bar: Bar) -> Verification:
        verifications.append(workflow.verify(pool, options, insert=insert, progress=bar))
        return verifications[-1]

    code = over(
        connection, options, work, _proof_writer(view, options.config), lambda verification: verification.exit_code
    )
    proofs = [proof for verification in verifications for proof in verification.proofs]
    code = _required(code, require, sum(proof.ignored is None and not proof.feeds_nothing for proof in proofs))
    return code, any(proof.proved is False and proof.repairable for proof in proofs)


def _required(code: ExitCode, require: bool, compared: int) -> ExitCode:
    """The exit code where at least one sequence has to be compared with a column."""
    if not require or compared:
        return code
    hint = "name the database and the role of the application; without --require an empty database is in sync"
    tell(PgseqError("no sequence that feeds a column was looked at", hint))
    return ExitCode.worst((code, ExitCode.UNKNOWN))


def over(
    connection: Connection, options: workflow.Options, work: Work[T], writer: Writer[T], code: Callable[[T], ExitCode]
) -> ExitCode:
    """Do `work` in each database and write its results; the exit code over all of them.

    With several databases, one that cannot be reached, refuses, or has nothing that matches, does not stop the others,
    and a pattern or a declared feed is missing only where none of them has it. Raises what `work` raises, and
    NothingMatches when no database has a match. Names the configuration file that changes the answer.
    """
    with naming_configuration(options.config):
        return _over(connection, options, work, writer, code)


def _over(
    connection: Connection, options: workflow.Options, work: Work[T], writer: Writer[T], code: Callable[[T], ExitCode]
) -> ExitCode:
    codes: list[ExitCode] = []
    passed_over: list[NothingMatches] = []
    absences = Absences()

    def miss(label: str, error: PgseqError, code: ExitCode) -> None:
        tell(PgseqError(f"{label}: {error.message}", error.hint))
        writer.unreachable(Unreachable(database=label, reason=error.message, hint=error.hint))
        codes.append(code)

    targets = targets_of(connection, lambda server, error: miss(server.label, error, ExitCode.ERROR))
    every = not codes
    alone = every and len(targets) == 1
    worked = False
    for number, target in enumerate(targets):
        try:
            here = replace(options, caller=calling(options.caller, target.words, connection.jobs))
            with Bar(sys.stderr) as bar, target.open(connection.jobs) as pool:
                result = work(pool, here if alone else absences.noted(here, number), bar)
        except NothingMatches as error:
            passed_over.append(error)
            continue
        except FAILURES as error:
            if alone:
                raise
            # A database that was named is an error; one that --all came across is unknown.
            miss(target.label, error, ExitCode.UNKNOWN if connection.every else ExitCode.ERROR)
            continue
        worked = True
        writer.database(result)
        sys.stdout.flush()
        codes.append(code(result))
    missing_everywhere: list[PgseqError] = list(absences.everywhere(len(targets) if every else None))
    if not missing_everywhere and not worked:
        missing_everywhere += passed_over[:1]
    if missing_everywhere and not codes:
        raise missing_everywhere[0]
    writer.close()
    for missing in missing_everywhere:
        tell(missing)
        codes.append(ExitCode.ERROR)
    return ExitCode.worst(codes)


def targets_of(connection: Connection, miss: Callable[[Server, PgseqError], None]) -> list[Server]:
    """The databases to work in, each once; `miss` is called for each of several servers that cannot list theirs."""
    servers = distinct(connection.servers())
    if not connection.every:
        return servers
    targets: list[Server] = []
    for server in servers:
        try:
            siblings = list(server.databases())
        except FAILURES as error:
            if len(servers) == 1:
                raise
            miss(server, error)
            continue
        siblings = [(one, is_open) for one, is_open in siblings if not connection.excludes(one)]
        targets += [one for one, is_open in siblings if is_open]
        if closed := [one.label for one, is_open in siblings if not is_open]:
            note(f"not looked at, no connections are allowed: {', '.join(closed)}")
    return distinct(targets)


def report_writer(view: View, config: Config) -> Writer[DatabaseReport]:
    """The writer of reports in the selected format."""
    match view.format:
        case "json":
            return check_document(sys.stdout, config.path)
        case "csv":
            return Delimited(sys.stdout)
        case "markdown":
            return Markdown(sys.stdout, view.detail)
        case "html":
            from pgseq.render.html.check import HtmlReport

            return HtmlReport(sys.stdout, view.detail, config.path)
        case "table":
            return Table(view.terminal(), view.detail)


def _proof_writer(view: View, config: Config) -> Writer[Verification]:
    match view.format:
        case "json":
            return verify_document(sys.stdout, config.path)
        case "csv":
            return ProofCsv(sys.stdout)
        case "markdown":
            return ProofMarkdown(sys.stdout, view.detail)
        case _:
            return ProofTable(view.terminal(), view.detail)


def exit_code(report: DatabaseReport) -> ExitCode:
    """The exit code of one database."""
    return Report(databases=(report,)).exit_code


def confirm_on_terminal(question: str) -> bool:
    """Ask on the terminal; any answer but yes means no."""
    sys.stdout.flush()
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        sys.stderr.write(newline())
    return answer.strip().lower() in ("y", "yes")


def refuse_to_ask(hint: str) -> None:
    """Raises UsageError with `hint` if there is no terminal to ask on."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("there is no terminal to ask on", hint)


def calling(caller: Caller, target: tuple[str, ...], jobs: int) -> Caller:
    """Who calls, with the database that is worked in."""
    options = () if jobs == usual_jobs() else (("--jobs", str(jobs)),)
    return replace(caller, target=target, options=(*caller.options, *options))


def suggest(view: View, connection: Connection, options: workflow.Options, command: Command, remark: str = "") -> None:
    """Show the command to run next over all databases, and what it will do."""
    if view.format != "table" or view.detail.quiet:
        return
    called = replace(options, caller=calling(options.caller, connection.arguments(), connection.jobs))
    color = () if view.color == "auto" else ("--color", view.color)
    following(view.terminal(), called.compose(replace(command, options=(*command.options, *color))), remark)
