"""Runs `lint`: reads the files and the database, and writes the findings."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pgseq import config
from pgseq.api.configuration import ignored_by_lint
from pgseq.cli.app.errors import tell
from pgseq.cli.options.configuration import load_config
from pgseq.cli.options.connection import Connection
from pgseq.commands.lint import FileReport, exit_code, workflow
from pgseq.commands.lint.parse.source import STDIN
from pgseq.commands.lint.simulator.run import Simulator
from pgseq.errors import UsageError
from pgseq.model.exit_code import ExitCode
from pgseq.model.limits import Limits
from pgseq.render.json.lint import LintDocument
from pgseq.render.json.lint_sarif import Sarif
from pgseq.render.lint_sink import LintWriter
from pgseq.render.text.lint import LintText
from pgseq.render.text.lint_github import Annotations
from pgseq.render.text.progress import Bar
from pgseq.render.text.terminal import Color, Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Linting:
    """One run of `lint`."""

    connection: Connection
    limits: Limits
    fix: bool

    def run(self, names: Iterable[str], settings: config.Config, out: LintWriter) -> int:
        """Lint the files and write the findings; the exit code. A file that cannot be read or written does not stop the
        others. Raises UsageError, ConnectionFailed, QueryFailed."""
        reports: list[FileReport] = []
        failed = False
        with Bar(sys.stderr) as bar:
            progress = _Progress(bar=bar)
            linting = workflow.Linting(
                config=settings,
                fix=self.fix,
                simulator=self._simulator(settings),
                through=progress.through,
                note=lambda text: _note(bar, text),
            )
            files = linting.files(names)
            progress.total = sum(map(_size, files))
            for result in linting.run(files):
                bar.pause()
                if isinstance(result, FileReport):
                    out.file(result)
                    sys.stdout.flush()
                    reports.append(result)
                    continue
                tell(UsageError(result.reason, result.hint))
                if not result.unwritten:
                    out.unread(result)
                failed = True
        out.close()
        return ExitCode.ERROR if failed else exit_code(tuple(reports))

    def _simulator(self, settings: config.Config) -> Simulator:
        """A simulator that begins empty, or with the database that the command line names."""
        asked = replace(self.connection, prompt="wanted")
        if asked == Connection():
            return Simulator()
        from pgseq.commands.lint.live import read as live

        (server,) = self.connection.servers()
        with server.open(1) as pool:
            settings.effect.feeds.update(settings.feeds)
            return live.read_simulator(pool, self.limits, settings.feeds)


@dataclass(slots=True, kw_only=True)
class _Progress:
    """Shows how much of the files has been read, in megabytes."""

    bar: Bar
    #: Bytes of all files; 0: not known.
    total: int = 0
    _done: int = 0

    def through(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks; the bar moves after each."""
        for block in blocks:
            yield block
            self._done += len(block)
            if self.total:
                self.bar(self._done >> 20, self.total >> 20)


def _size(file: str) -> int:
    path = Path(file)
    return path.stat().st_size if file != STDIN and path.is_file() else 0


def configuration(path: Path | None, ignore: tuple[str, ...]) -> config.Config:
    """The configuration, with the codes that the command line ignores. Raises UsageError, ConfigError."""
    asked = ignored_by_lint(ignore)
    settings = load_config(path)
    return replace(settings, ignore=settings.ignore + asked)


def output(format: str, color: Color, config: str | None, *, quiet: bool) -> LintWriter:
    """The writer for a format; `config` is the configuration file that was read."""
    match format:
        case "json":
            return LintDocument(sys.stdout, config)
        case "github":
            return Annotations(sys.stdout)
        case "sarif":
            return Sarif(sys.stdout)
        case _:
            return LintText(Terminal(sys.stdout, color), quiet=quiet)


def _note(bar: Bar, text: str) -> None:
    bar.pause()
    sys.stderr.write(f"pgseq: {text}\n")
