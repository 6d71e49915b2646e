"""The work of `explain` on the command line: which texts are read, which database is asked, and what is written."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from pgseq import conninfo
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.options.types import duration
from pgseq.commands.explain.logs.errors import CountedErrors, Log, of_logs, of_pipe, of_text
from pgseq.commands.explain.logs.source import blocks, stream
from pgseq.commands.explain.model import CountedError
from pgseq.commands.explain.parse.split import several
from pgseq.commands.explain.workflow import ExplainTarget, explain_all
from pgseq.core.follow_up import Caller, commands
from pgseq.errors import UsageError
from pgseq.model.configuration import Config
from pgseq.model.diagnosis import Policy
from pgseq.model.hints import Compose, Hint, command, completed
from pgseq.model.limits import Limits
from pgseq.names import display, shell_words
from pgseq.pg.pool import SessionPool
from pgseq.render.text.explain import ExplanationText, write_document


class ExplainRun(Struct, frozen=True, kw_only=True):
    """One run of `explain`; each method returns the exit code."""

    connection: Connection
    limits: Limits
    config: Config
    view: View
    caller: Caller

    def text(self, text: str) -> int:
        """Explain the errors in a text."""
        if os.path.isfile(text) and not several(text):
            log, piped = command("explain", "", "--log", text), command("explain")
            hint = Hint(log, "; of an application's output: ", piped, f" < {shell_words([text])}")
            raise UsageError(f"{text} is a file, and no error's text", completed(hint, self._compose()))
        return self._write(of_text(text))

    def standard_input(self) -> int:
        """Explain what is piped in: the text of errors, or a log."""
        if sys.stdin.isatty():
            raise UsageError("there is nothing to explain", "give the error's text, or --log FILE, or pipe it in")
        return self._write(of_pipe(_pipe()))

    def logs(self, paths: tuple[Path, ...], since: datetime | None, *, follow: bool) -> int:
        """Explain the errors in logs."""

        def write(error: CountedError) -> None:
            self._write(CountedErrors(errors=(error,), counted=True))
            sys.stdout.flush()

        logs = (
            Log(
                name=str(path),
                blocks=stream(_pipe(), follow=follow) if str(path) == "-" else blocks(path, follow=follow),
            )
            for path in paths
        )
        on_new: dict[str, Callable[[CountedError], None]] = {"on_new": write} if follow else {}
        return self._write(of_logs(logs, since, warn=self._warn, **on_new))

    def _write(self, counted: CountedErrors) -> int:
        answer = explain_all(counted, self._target, self.limits, self.config, self.caller)
        if self.view.format == "json":
            write_document(sys.stdout, list(answer.explanations), answer.unreachable or None, self.config.path)
        else:
            if answer.unreachable:
                self._warn(f"no database was asked: {answer.unreachable}")
            text = ExplanationText(self.view.terminal(), self.view.detail, counted=counted.counted)
            text.write(list(answer.explanations))
        return answer.exit_code

    def _warn(self, text: str) -> None:
        self.view.terminal(error=True).line((display(text), "unknown"))

    def _compose(self) -> Compose:
        """Writes commands about the database that the command line names."""
        target = () if replace(self.connection, prompt="wanted") == Connection() else self.connection.arguments()
        return commands(replace(self.caller, target=target), self.limits, Policy(), self.config)

    def _target(self, database: str) -> ExplainTarget:
        connection = self._connection(database)

        def pool() -> AbstractContextManager[SessionPool]:
            (server,) = connection.servers()
            return server.open(1)

        # A database that only the log names may be another server's.
        who = replace(self.caller, target=connection.arguments())
        return ExplainTarget(open=pool, optional=connection != self.connection, caller=who)

    def _connection(self, database: str) -> Connection:
        """The connection asked for; to the database that the log names where the command line names none."""
        named = {} if self.connection.dbname is None else conninfo.parse(self.connection.dbname)
        if not database or "dbname" in named:
            return self.connection
        if self.connection.names is not None:
            return replace(self.connection, dbname=self.connection.names.another(database))
        if conninfo.default("service"):
            return self.connection
        complete = named or conninfo.is_string(database)
        return replace(self.connection, dbname=conninfo.build(named | {"dbname": database}) if complete else database)


def start(since: str | None) -> datetime | None:
    """The start of --since; without a zone it is by the log's own clock. Raises UsageError."""
    if since is None:
        return None
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*(us|ms|s|min|h|d)\s*", since):
        return datetime.now(UTC) - timedelta(milliseconds=duration(since))
    try:
        return datetime.fromisoformat(since)
    except ValueError:
        hint = "write 2026-05-01, 2026-05-01 12:00, 2026-05-01 12:00+02:00, 90min, 12h or 7d"
        raise UsageError(f"--since {since!r} is not a time", hint) from None


def _pipe() -> FileIO:
    """Standard input as it comes."""
    return FileIO(sys.stdin.fileno(), closefd=False)
