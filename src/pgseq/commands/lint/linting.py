"""Lints files in order, and appends to those that leave sequences behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pgseq.commands.lint.files import append, expanded
from pgseq.commands.lint.linter import Reader
from pgseq.commands.lint.makers import Makers
from pgseq.commands.lint.model import FileReport, LintReport, Unread
from pgseq.commands.lint.parse.source import STDIN, opened
from pgseq.commands.lint.simulator.ddl import MadeTwice
from pgseq.commands.lint.simulator.run import Simulator
from pgseq.config import Config
from pgseq.errors import UsageError
from pgseq.names import display
from pgseq.sql.grammar import Parse, parser

Blocks = Iterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linting:
    """One run of lint."""

    config: Config
    #: Append a setval() for each sequence left behind.
    fix: bool = False
    simulator: Simulator = field(default_factory=Simulator)
    #: Passes on the blocks of a file as they are read.
    through: Callable[[Blocks], Blocks] = iter
    #: Called with why nothing is appended to a file.
    note: Callable[[str], None] = lambda text: None

    def files(self, names: Iterable[str]) -> list[str]:
        """The files that names and folders stand for. Raises UsageError."""
        files = list(expanded(names))
        if self.fix and STDIN in files:
            raise UsageError("--fix cannot append to standard input", "name the file")
        return files

    def run(self, files: list[str]) -> Iterator[FileReport | Unread]:
        """The report on each file, or why it could not be read; `Unread` also follows the report on one that could not
        be written. Raises UsageError where PostgreSQL's grammar is not installed."""
        reader = Reader(
            parse=_grammar(),
            config=self.config,
            all_files=frozenset(Path(file).resolve() for file in files),
            makers=Makers(files=files),
            simulator=self.simulator,
        )
        for file in files:
            try:
                report = self._report(reader, file)
            except UsageError as error:
                yield Unread(file=file, reason=error.message, hint=error.hint)
                continue
            if not (self.fix and report.behind):
                yield report
                continue
            try:
                yield self._fixed(reader, report)
            except UsageError as error:
                yield report
                yield Unread(file=file, reason=error.message, hint=error.hint, unwritten=True)

    def _report(self, reader: Reader, file: str) -> FileReport:
        """Read a file; a second time where it turns out to be for another database than those before it."""
        with suppress(MadeTwice), opened(file) as blocks:
            return reader.read(file, self.through(blocks))
        with opened(file) as blocks:
            return reader.read(file, blocks)

    def _fixed(self, reader: Reader, report: FileReport) -> FileReport:
        """Append a setval() for each sequence that the file leaves behind; the report afterwards. Raises UsageError."""
        from pgseq.commands.lint.fix import appendix

        text = appendix(reader.simulator.state, report.behind)
        if not text:
            return report
        if report.closed:
            self.note(f"nothing is appended to {display(report.file)}: {report.closed}")
            return report
        append(report.file, report.joint + text)
        return reader.appended(report, text)


def lint(names: Iterable[str], linting: Linting) -> LintReport:
    """The report on all files. Raises UsageError."""
    results = list(linting.run(linting.files(names)))
    return LintReport(
        files=tuple(one for one in results if isinstance(one, FileReport)),
        unread=tuple(one for one in results if isinstance(one, Unread)),
    )


def _grammar() -> Parse:
    parse = parser()
    if parse is None:
        raise UsageError("lint needs PostgreSQL's grammar, which is not installed", 'pip install "pgseq[lint]"')
    return parse
