"""Errors on the command line: two lines on stderr and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from click import Context
from click.exceptions import Abort, ClickException, Exit, UsageError

from pgseq.cli.app.program import Program
from pgseq.cli.app.streams import leave
from pgseq.errors import PgseqError
from pgseq.model.exit_code import ExitCode
from pgseq.names import display
from pgseq.text.secrets import redact


def guarded(run: Callable[[], Any], ctx: Context | None, program: Program, *, debug: bool) -> int:
    """Call `run`; return its exit code, or report its error and return that error's code.

    `debug`: with a traceback. `ctx` names the command whose help is pointed at.
    """
    try:
        return _called(run)
    except PgseqError as error:
        _traceback(debug)
        program.tell(error)
        return ExitCode.ERROR
    except ClickException as error:
        _traceback(debug)
        where = error.ctx if isinstance(error, UsageError) and error.ctx else ctx
        command = where.command_path if where else "pgseq"
        program.tell(PgseqError(error.format_message().rstrip("."), f"{command} --help"))
        return ExitCode.ERROR
    except (KeyboardInterrupt, Abort) as error:
        _traceback(debug)
        leave()
        # A terminal has just echoed ^C, perhaps behind a question.
        sys.stderr.write(f"{newline()}{' '.join((f'pgseq: {program.ending.word}', *map(str, error.args)))}\n")
        return program.ending.exit_code
    except BrokenPipeError:
        # Nobody reads on.
        return ExitCode.PIPE_CLOSED
    except Exception as error:
        _traceback(debug)
        name, called = type(error).__name__, (ctx and ctx.find_root().info_name) or "pgseq"
        program.tell(
            PgseqError(
                f"unexpected {name}: {error}", "" if debug else f"run it again as {called} --debug … and report it"
            )
        )
        return ExitCode.ERROR
    finally:
        leave()


def _called(run: Callable[[], Any]) -> int:
    """The exit code of `run`, once its output is flushed."""
    try:
        code = run()
    except Exit as request:
        code = request.exit_code
    sys.stdout.flush()
    return code if isinstance(code, int) else ExitCode.OK


def tell(error: PgseqError) -> None:
    """Write an error to stderr: what happened, and what to do next."""
    message = "; ".join(line.strip() for line in error.message.splitlines() if line.strip())
    sys.stderr.write(f"pgseq: error: {display(message)}\n")
    if error.hint:
        sys.stderr.write(f"hint: {display(error.hint)}\n")


def note(text: str) -> None:
    """Write a remark to stderr."""
    sys.stderr.write(f"pgseq: {display(text)}\n")


def newline() -> str:
    """A line feed if the cursor may be left behind a question or an echoed ^C."""
    return "\n" if sys.stderr.isatty() else ""


def _traceback(debug: bool) -> None:
    """Write the traceback of the error at hand, and those of what it came of. Each message is struck out by itself: in
    the source lines between them nothing is secret."""
    error = sys.exception()
    if not debug or error is None:
        return
    import traceback

    chain = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) and before not in chain:
        chain.append(before)
    for number, link in enumerate(reversed(chain)):
        message = "".join(traceback.format_exception_only(link))
        begun = "and then:\n" if number else ""
        lines = "".join(traceback.format_tb(link.__traceback__))
        sys.stderr.write(f"{begun}Traceback (most recent call last):\n{lines}{redact(message)}")
