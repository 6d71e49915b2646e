"""Lints files in order, and appends to those that leave sequences behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq.commands.lint.files import append, expanded
from pgseq.commands.lint.linter import Reader
from pgseq.commands.lint.makers import Makers
from pgseq.commands.lint.model import FileReport, LintReport, Unread
from pgseq.commands.lint.parse.source import STDIN, opened
from pgseq.commands.lint.simulator.ddl import MadeTwice
from pgseq.commands.lint.simulator.run import Simulator
from pgseq.commands.lint.since import Commit, Earlier
from pgseq.errors import UsageError
from pgseq.model.configuration import Config
from pgseq.model.hints import Compose, bare, completed
from pgseq.model.limits import MAX_JUMP
from pgseq.names import display
from pgseq.sql.grammar import Parse, parser

Blocks = Iterator[bytes]
#: Looks at a file that has just been read once more; its report afterwards.
Review = Callable[[FileReport], FileReport]


class Linting(Struct, frozen=True, kw_only=True):
    """How files are linted."""

    config: Config
    #: Append a setval() for each sequence left behind.
    fix: bool = False
    #: The values of placeholders, by name.
    values: Mapping[str, str] = field(default_factory=dict)
    #: The share of a sequence's free values that `fix` may give up.
    max_jump: float = MAX_JUMP
    simulator: Simulator = field(default_factory=Simulator)
    #: Passes on the blocks of a file as they are read.
    through: Callable[[Blocks], Blocks] = iter
    #: Writes commands to run next.
    compose: Compose = bare
    #: Called with why nothing is appended to a file.
    note: Callable[[str], None] = lambda text: None

    def reader(self, files: list[str]) -> Reader:
        """Reads these files. Raises UsageError where PostgreSQL's grammar is not installed."""
        return Reader(
            parse=_grammar(),
            config=self.config,
            makers=Makers(files=files),
            values=self.values,
            max_jump=self.max_jump,
            simulator=self.simulator,
        )

    def run(
        self, reader: Reader, files: list[str], review: Review = lambda report: report
    ) -> Iterator[FileReport | Unread]:
        """The report on each file, or why it could not be read; `Unread` also follows the report on one that could not
        be written."""
        for file in files:
            try:
                report = review(self.read(reader, file))
            except UsageError as error:
                yield self._unread(file, error)
                continue
            report = report.calling(self.compose)
            if not (self.fix and report.behind):
                yield report
                continue
            try:
                yield self._fixed(reader, report)
            except UsageError as error:
                yield report
                yield replace(self._unread(file, error), unwritten=True)

    def _unread(self, file: str, error: UsageError) -> Unread:
        return Unread(file=file, reason=error.message, hint=completed(error.hint, self.compose))

    def read(self, reader: Reader, file: str) -> FileReport:
        """Read a file; a second time where it turns out to be for another database than those before it. Raises
        UsageError."""
        with suppress(MadeTwice), opened(file) as blocks:
            return reader.read(file, self.through(blocks))
        with opened(file) as blocks:
            return reader.read(file, blocks)

    def _fixed(self, reader: Reader, report: FileReport) -> FileReport:
        """Append a setval() for each sequence that the file leaves behind; the report afterwards. Raises UsageError."""
        from pgseq.commands.lint.fix import appendix

        text = appendix(reader.simulator.state, report.behind, self.max_jump)
        if not text:
            return report
        if report.closed:
            self.note(f"nothing is appended to {display(report.file)}: {report.closed}")
            return report
        append(report.file, report.joint + text)
        return reader.appended(report, text).calling(self.compose)


def files_of(names: Iterable[str], refused: Mapping[str, str]) -> list[str]:
    """The files that names and folders stand for. Raises UsageError where standard input is one of them and something
    is asked that cannot be done with it: `refused` says what, by option."""
    files = list(expanded(names))
    if STDIN in files:
        for option, what in refused.items():
            raise UsageError(f"{option} cannot {what}", "name the file")
    return files


def earlier(names: Iterable[str], revision: str, linting: Linting) -> Earlier:
    """The findings in files of these names at a commit. Raises UsageError."""
    findings = Earlier(commit=Commit.of(revision))
    with findings.commit.files(names) as files:
        reader = linting.reader([str(copy) for _, copy in files])
        for path, copy in files:
            with suppress(UsageError):  # It could not be read then, either.
                findings.add(path, linting.read(reader, str(copy)))
    return findings


def lint(names: Iterable[str], make: Callable[[], Linting], since: str | None = None) -> LintReport:
    """The report on all files; `since`: on what was not there at that commit. `make`: how files are linted, from the
    state with which they begin. Raises UsageError."""
    linting, names = make(), list(names)
    asked = {"fix": "append to standard input"} if linting.fix else {}
    asked |= {} if since is None else {"since": "know what standard input was"}
    files = files_of(names, asked)
    reader = linting.reader(files)
    if since is not None:
        reader.earlier = earlier(names, since, make())
    results = list(linting.run(reader, files))
    return LintReport(
        files=tuple(one for one in results if isinstance(one, FileReport)),
        unread=tuple(one for one in results if isinstance(one, Unread)),
    )


def _grammar() -> Parse:
    parse = parser()
    if parse is None:
        raise UsageError("lint needs PostgreSQL's grammar, which is not installed", 'pip install "pgseq[lint]"')
    return parse
