"""Runs `check` and `verify`; and what all commands share: the same work in every database."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from pgseq import workflow
from pgseq.cli.app.errors import newline, note, tell
from pgseq.cli.options.configuration import naming_configuration
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.run.databases import DatabaseJob, Work
from pgseq.cli.run.targets import calling
from pgseq.errors import Interrupted, PgseqError, UsageError
from pgseq.fleet import Question
from pgseq.model.configuration import Config
from pgseq.model.exit_code import ExitCode
from pgseq.model.hints import Command
from pgseq.model.reports import DatabaseReport, Tally, Verification
from pgseq.model.sequences import Problem
from pgseq.pg.pool import SessionPool
from pgseq.render.text import words
from pgseq.render.text.check import CheckTable, following
from pgseq.render.text.progress import Bar
from pgseq.render.writer import Writer

if TYPE_CHECKING:
    from pgseq.commands.range.read import Counters

T = TypeVar("T")


def check(
    connection: Connection, options: workflow.Options, view: View, *, require: bool = False
) -> tuple[ExitCode, str]:
    """Check every database and write the reports; the exit code, and what a fix will do, if anything."""
    tally = Tally()
    problems: dict[Problem, None] = {}

    question = _question(options, problems)

    def work(pool: SessionPool, here: workflow.Options, bar: Bar) -> DatabaseReport:
        try:
            return question.finish(question.read(pool, here, progress=bar), here)
        except Interrupted as stop:
            bar.pause()
            # A document would look complete.
            if view.format == "table" and isinstance(stop.report, DatabaseReport):
                writer.database(stop.report)
            raise KeyboardInterrupt("before everything was looked at") from None

    def code(report: DatabaseReport) -> ExitCode:
        here = Tally().add(report.sequences)
        tally.merge(here)
        return here.exit_code

    writer, unfinished = report_writer(view, options.config), view.format == "table"
    worst = over(connection, options, work, writer, code, question=question, at_once=True, unfinished=unfinished)
    for problem in problems:
        note(f"{problem.reason}; {problem.hint}")
    return _required(worst, require, tally.compared), words.prospect(tally)


def _question(options: workflow.Options, problems: dict[Problem, None]) -> Question[DatabaseReport]:
    """A check, of which a sample is kept where the configuration names a history; `problems` takes why it was not."""
    path = options.config.history
    if path is None:
        return Question(read=workflow.check)
    from pgseq.commands.range.workflow import counted, keep_sample

    def kept(read: tuple[DatabaseReport, Counters], here: workflow.Options) -> DatabaseReport:
        problems.update(dict.fromkeys(keep_sample(path, *read)))
        return read[0]

    return Question(read=counted, finish=kept)


def verify(
    connection: Connection, options: workflow.Options, view: View, *, insert: bool, require: bool = False
) -> tuple[ExitCode, bool]:
    """Verify every database and write the proofs; the exit code, and whether a fix would repair one that would fail."""
    compared, repairable = 0, False

    def work(pool: SessionPool, options: workflow.Options, bar: Bar) -> Verification:
        return workflow.verify(pool, options, insert=insert, progress=bar)

    def code(verification: Verification) -> ExitCode:
        nonlocal compared, repairable
        compared += sum(proof.ignored is None and not proof.feeds_nothing for proof in verification.proofs)
        repairable = repairable or any(proof.proved is False and proof.repairable for proof in verification.proofs)
        return verification.exit_code

    question: Question[Verification] = Question(read=workflow.verify)
    if insert and connection.executor is not None:
        raise UsageError("--insert uses up values, and goes to no executor", "leave out --insert or --executor")
    writer, unfinished = _proof_writer(view, options.config), view.format == "table"
    worst = over(connection, options, work, writer, code, question=question, at_once=True, unfinished=unfinished)
    return _required(worst, require, compared), repairable


def _required(code: ExitCode, require: bool, compared: int) -> ExitCode:
    """The exit code where at least one sequence has to be compared with a column."""
    if not require or compared:
        return code
    hint = "name the database and the role of the application; without --require an empty database is in sync"
    tell(PgseqError("no sequence that feeds a column was looked at", hint))
    return ExitCode.worst((code, ExitCode.UNKNOWN))


def over(
    connection: Connection,
    options: workflow.Options,
    work: Work[T],
    writer: Writer[T],
    code: Callable[[T], ExitCode],
    *,
    question: Question[T] | None = None,
    at_once: bool = False,
    changes: bool = False,
    unfinished: bool = False,
) -> ExitCode:
    """Do `work` in each database and write its results; the exit code over all of them.

    With several databases, one that cannot be reached, refuses, or has nothing that matches, does not stop the others,
    and a pattern or a declared feed is missing only where none of them has it. `question`, `at_once`, `changes` and
    `unfinished` are those of Job. Raises what `work` raises, and NothingMatches when no database has a match. Names the
    configuration file that changes the answer.
    """
    job = DatabaseJob(
        connection=connection,
        options=options,
        work=work,
        writer=writer,
        code=code,
        question=question,
        at_once=at_once,
        changes=changes,
        unfinished=unfinished,
    )
    with naming_configuration(options.config):
        return job.run()


def report_writer(view: View, config: Config) -> Writer[DatabaseReport]:
    """The writer of reports in the selected format."""
    match view.format:
        case "json":
            from pgseq.render.json.check import check_document

            return check_document(sys.stdout, config.path)
        case "jsonl":
            from pgseq.render.json.check import check_document
            from pgseq.render.json.lines import JsonLines

            return JsonLines(sys.stdout, lambda out: check_document(out, config.path))
        case "csv":
            from pgseq.render.csv.check import Delimited

            return Delimited(sys.stdout)
        case "markdown":
            from pgseq.render.markdown.check import Markdown

            return Markdown(sys.stdout, view.detail)
        case "html":
            from pgseq.render.html.check import HtmlReport

            return HtmlReport(sys.stdout, view.detail, config.path)
        case "github":
            from pgseq.render.github.check import Annotations

            summary = os.environ.get("GITHUB_STEP_SUMMARY")
            return Annotations(sys.stdout, view.detail, Path(summary) if summary else None)
        case _:
            return CheckTable(view.terminal(), view.detail)


def _proof_writer(view: View, config: Config) -> Writer[Verification]:
    match view.format:
        case "json":
            from pgseq.render.json.verify import verify_document

            return verify_document(sys.stdout, config.path)
        case "jsonl":
            from pgseq.render.json.lines import JsonLines
            from pgseq.render.json.verify import verify_document

            return JsonLines(sys.stdout, lambda out: verify_document(out, config.path))
        case "csv":
            from pgseq.render.csv.verify import ProofCsv

            return ProofCsv(sys.stdout)
        case "markdown":
            from pgseq.render.markdown.verify import ProofMarkdown

            return ProofMarkdown(sys.stdout, view.detail)
        case _:
            from pgseq.render.text.verify import ProofTable

            return ProofTable(view.terminal(), view.detail)


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


def suggest(view: View, connection: Connection, options: workflow.Options, command: Command, remark: str = "") -> None:
    """Show the command to run next over all databases, and what it will do."""
    if view.format != "table" or view.detail.quiet:
        return
    called = replace(options, caller=calling(options.caller, connection.arguments(), connection.jobs))
    color = () if view.color == "auto" else ("--color", view.color)
    following(view.terminal(), called.compose(command._replace(options=(*command.options, *color))), remark)
