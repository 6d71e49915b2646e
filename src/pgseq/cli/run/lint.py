"""Runs `lint`: reads the files and the database, and writes the findings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Sequence as Items
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import field
from msgspec.structs import replace

from pgseq import config
from pgseq.cli.app.errors import tell
from pgseq.cli.options.configuration import load_config
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import caller
from pgseq.commands.lint import FileReport, LintReport, Unread
from pgseq.commands.lint.linter import Reader
from pgseq.commands.lint.linting import Linting, earlier, files_of
from pgseq.commands.lint.parse.source import STDIN, opened
from pgseq.commands.lint.rules import RULES
from pgseq.commands.lint.simulator.run import Simulator
from pgseq.core.follow_up import linting as compose
from pgseq.errors import UsageError
from pgseq.model.configuration import Config
from pgseq.model.hints import Compose
from pgseq.model.limits import MAX_JUMP, Limits
from pgseq.names import display
from pgseq.render.github.lint import Annotations
from pgseq.render.json.lint import LintDocument
from pgseq.render.json.lint_gitlab import CodeQuality
from pgseq.render.json.lint_sarif import Sarif
from pgseq.render.lint_sink import LintWriter
from pgseq.render.text.lint import LintText
from pgseq.render.text.progress import Bar
from pgseq.render.text.terminal import Color, Terminal
from pgseq.values import Value

if TYPE_CHECKING:
    from pgseq.commands.lint.workflow import Runner


class LintRun(Value, frozen=True, kw_only=True):
    """One run of `lint`."""

    unshown: ClassVar = ("scratch",)
    connection: Connection
    limits: Limits
    fix: bool
    #: The values of placeholders, by name.
    values: Mapping[str, str] = field(default_factory=dict)
    #: The share of a sequence's free values that `--fix` may give up.
    max_jump: float = MAX_JUMP
    #: Run the files, on a database of their own.
    on_server: bool = False
    #: The server for that; None: one of our own.
    scratch: str | None = None
    #: The commit since which findings count; None: all count.
    since: str | None = None

    def run(self, names: Iterable[str], settings: Config, out: LintWriter) -> int:
        """Lint the files and write the findings; the exit code. A file that cannot be read or written does not stop the
        others. Raises UsageError, ConnectionFailed, QueryFailed."""
        names, asked = list(names), {}
        if self.fix:
            asked["--fix"] = "append to standard input"
        if self.on_server:
            asked["--run"] = "read standard input twice"
        if self.since is not None:
            asked["--since"] = "know what standard input was"
        files = files_of(names, asked)
        reports: list[FileReport] = []
        unread: list[Unread] = []
        with ExitStack() as stack, Bar(sys.stderr) as bar:
            progress = _Progress(bar=bar, total=sum(map(_size, files)))
            linting = self._linting(
                settings,
                through=progress.through,
                note=lambda text: _note(bar, text),
                compose=self._compose(names, settings),
            )
            reader = linting.reader(files)
            if self.since is not None:
                reader.earlier = earlier(names, self.since, self._linting(settings))
            runner = self._runner(stack, reader, settings) if self.on_server else None
            for result in linting.run(reader, files, lambda report: _with_run(reader, runner, report)):
                bar.pause()
                if isinstance(result, FileReport):
                    out.file(result)
                    sys.stdout.flush()
                    reports.append(result)
                    continue
                tell(UsageError(result.reason, result.hint))
                if not result.unwritten:
                    out.unread(result)
                unread.append(result)
        out.close()
        return LintReport(files=tuple(reports), unread=tuple(unread)).exit_code

    def _linting(self, settings: Config, **shown: Any) -> Linting:
        """How the files are linted, from the state with which they begin."""
        return Linting(
            config=settings,
            fix=self.fix,
            values=self.values,
            max_jump=self.max_jump,
            simulator=self._simulator(settings),
            **shown,
        )

    def _compose(self, names: Items[str], settings: Config) -> Compose:
        """Writes commands about the files and the database that the command line names."""
        target = self.connection.arguments() if self._database else ()
        return compose(caller(target=target), names, self.values, self.max_jump, settings, self.limits)

    @property
    def _database(self) -> bool:
        """Whether the command line names one."""
        return replace(self.connection, prompt="wanted") != Connection()

    def _runner(self, stack: ExitStack, reader: Reader, settings: Config) -> Runner:
        """What runs the files, until `stack` is left. Raises UsageError."""
        from pgseq.commands.lint.workflow import Runner
        from pgseq.embedded import forget_the_users_servers, temporary_server

        if self.scratch is None:
            forget_the_users_servers()
        dsn = self.scratch if self.scratch is not None else stack.enter_context(temporary_server()).dsn()
        runner = Runner(dsn=dsn, parse=reader.parse, limits=self.limits, config=settings, values=self.values)
        stack.callback(runner.close)
        return runner

    def _simulator(self, settings: Config) -> Simulator:
        """A simulator that begins empty, or with the database that the command line names."""
        if not self._database:
            return Simulator()
        from pgseq.commands.lint.live import read as live

        (server,) = self.connection.servers()
        with server.open(1) as pool:
            settings.effect.feeds.update(settings.feeds)
            return live.read_simulator(pool, self.limits, settings.feeds)


@dataclass(slots=True, kw_only=True)
class _Progress:
    """Shows how much of the files has been read, in megabytes."""

    bar: Callable[[int, int], None]
    #: Bytes of all files; 0: not known.
    total: int
    _done: int = 0

    def through(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks; the bar moves after each."""
        for block in blocks:
            yield block
            self._done += len(block)
            if self.total:
                self.bar(self._done >> 20, self.total >> 20)


def _with_run(reader: Reader, runner: Runner | None, report: FileReport) -> FileReport:
    """The report on the file just read, by what comes of running it on the database that it is for."""
    if runner is None:
        return report
    with opened(report.file) as blocks:
        return reader.with_run(report, runner.run(report.file, blocks, id(reader.simulator)))


def _size(file: str) -> int:
    path = Path(file)
    return path.stat().st_size if file != STDIN and path.is_file() else 0


def configuration(path: Path | None, ignore: tuple[str, ...]) -> Config:
    """The configuration, with the codes that the command line ignores. Raises UsageError, ConfigError."""
    known = {rule.CODE for rule in RULES}
    unknown = next((code for code in ignore if code.upper() not in known), None)
    if unknown is not None:
        raise UsageError(f"lint has no code {display(unknown)}", f"codes run from {RULES[0].CODE} to {RULES[-1].CODE}")
    settings = load_config(path)
    return replace(settings, ignore=settings.ignore + config.ignored(ignore))


def output(format: str, color: Color, config: str | None, *, quiet: bool) -> LintWriter:
    """The writer for a format; `config` is the configuration file that was read."""
    match format:
        case "json":
            return LintDocument(sys.stdout, config)
        case "github":
            return Annotations(sys.stdout)
        case "sarif":
            return Sarif(sys.stdout)
        case "gitlab":
            return CodeQuality(sys.stdout)
        case "html":
            from pgseq.render.html.lint import HtmlLint

            return HtmlLint(sys.stdout, config, quiet=quiet)
        case _:
            return LintText(Terminal(sys.stdout, color), quiet=quiet)


def _note(bar: Bar, text: str) -> None:
    bar.pause()
    sys.stderr.write(f"pgseq: {text}\n")
