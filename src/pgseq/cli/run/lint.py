"""Runs `lint`: reads the files and the database, and writes the findings."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pgseq import config
from pgseq.cli.app.errors import tell
from pgseq.cli.options.configuration import load_config
from pgseq.cli.options.connection import Connection
from pgseq.commands.lint import FileReport, exit_code
from pgseq.commands.lint.files import append, expanded
from pgseq.commands.lint.linter import Reader
from pgseq.commands.lint.parse.source import STDIN, opened
from pgseq.commands.lint.rules import RULES
from pgseq.commands.lint.simulator.run import Simulator
from pgseq.errors import UsageError
from pgseq.model.exit_code import ExitCode
from pgseq.model.limits import Limits
from pgseq.names import display
from pgseq.render.json.lint import LintDocument
from pgseq.render.json.lint_sarif import Sarif
from pgseq.render.lint_sink import LintWriter, Unread
from pgseq.render.text.lint import LintText
from pgseq.render.text.lint_github import Annotations
from pgseq.render.text.progress import Bar
from pgseq.render.text.terminal import Color, Terminal
from pgseq.sql.grammar import Parse, parser


@dataclass(frozen=True, slots=True, kw_only=True)
class Linting:
    """One run of `lint`."""

    connection: Connection
    limits: Limits
    fix: bool

    def run(self, names: Iterable[str], settings: config.Config, out: LintWriter) -> int:
        """Lint the files and write the findings; the exit code. A file that cannot be read or written does not stop the
        others. Raises UsageError, ConnectionFailed, QueryFailed."""
        files = list(expanded(names))
        if self.fix and STDIN in files:
            raise UsageError("--fix cannot append to standard input", "name the file")
        all_files = frozenset(Path(file).resolve() for file in files)
        reader = Reader(parse=_grammar(), config=settings, all_files=all_files, simulator=self._simulator(settings))
        reports: list[FileReport] = []
        failed = False
        with Bar(sys.stderr) as bar:
            progress = _Progress(bar=bar, total=sum(map(_size, files)))
            for file in files:
                try:
                    with opened(file) as blocks:
                        report = reader.read(file, progress.through(blocks))
                except UsageError as error:
                    bar.pause()
                    tell(error)
                    out.unread(Unread(file=file, reason=error.message, hint=error.hint))
                    failed = True
                    continue
                bar.pause()
                try:
                    report = _fixed(reader, report) if self.fix else report
                except UsageError as error:
                    tell(error)
                    failed = True
                out.file(report)
                sys.stdout.flush()
                reports.append(report)
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
    total: int
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
        case "html":
            from pgseq.render.html.lint import HtmlLint

            return HtmlLint(sys.stdout, config, quiet=quiet)
        case _:
            return LintText(Terminal(sys.stdout, color), quiet=quiet)


def _grammar() -> Parse:
    parse = parser()
    if parse is None:
        raise UsageError("lint needs PostgreSQL's grammar, which is not installed", 'pip install "pgseq[lint]"')
    return parse


def _fixed(reader: Reader, report: FileReport) -> FileReport:
    """Append a setval() for each sequence that the file leaves behind; the report afterwards. Raises UsageError."""
    if not report.behind:
        return report
    from pgseq.commands.lint.fix import appendix

    text = appendix(reader.simulator.state, report.behind)
    if not text:
        return report
    if report.closed:
        sys.stderr.write(f"pgseq: nothing is appended to {display(report.file)}: {report.closed}\n")
        return report
    append(report.file, report.joint + text)
    return reader.appended(report, text)
