"""The findings of lint: frozen values."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.relations import Name, SequenceState
from pgseq.model.answer import Answer
from pgseq.model.diagnosis import Finding
from pgseq.model.exit_code import ExitCode
from pgseq.model.hints import Compose
from pgseq.values import Value


class LintFinding(Finding, Value, frozen=True, kw_only=True):
    """A finding, and its place in a file."""

    unshown: ClassVar = ("resync",)
    uncompared: ClassVar = ("resync",)

    place: Place
    #: Schema (empty: the file writes none) and name of the sequence.
    sequence: Name | None = None
    #: The user's reason to ignore it; whether a comment in the file gives it rather than the configuration.
    ignored: str | None = None
    ignored_in_source: bool = False
    #: The column or sequence of which it says something that may be true of others, too; as the message names it.
    subject: str = ""
    #: The sequences that `--fix` moves.
    resync: tuple[SequenceState, ...] = ()
    #: How many findings of its kind follow it that are not listed.
    more: int = 0


class FileReport(Value, frozen=True, kw_only=True):
    """The findings in one file, ordered by line."""

    uncompared: ClassVar = ("behind",)

    file: str
    findings: tuple[LintFinding, ...]
    #: The sequences that the file leaves behind, or may leave behind.
    behind: tuple[SequenceState, ...] = ()
    #: Statements that were read, without COPY data and psql's commands.
    statements: int = 0
    #: Why `--fix` cannot append; empty: it can.
    closed: str = ""
    #: The text to write between the file and the appended statements.
    joint: str = ""
    #: Sequences that the appended statements moved.
    fixed: int = 0

    def calling(self, compose: Compose) -> FileReport:
        """The same with the commands to run next as `compose` writes them."""
        return replace(self, findings=tuple(one.calling(compose) for one in self.findings))

    @property
    def counted(self) -> tuple[LintFinding, ...]:
        """The findings that are not ignored."""
        return tuple(one for one in self.findings if one.ignored is None)


class Unread(Struct, frozen=True, kw_only=True):
    """A file that could not be read, or not to its end."""

    file: str
    reason: str
    hint: str
    #: It was read, and could not be written.
    unwritten: bool = False


class LintReport(Answer, frozen=True, kw_only=True):
    """What `lint` returns for all files."""

    files: tuple[FileReport, ...]
    unread: tuple[Unread, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """2: a file could not be written, or none be read; 1: errors or warnings; 3: none, but something cannot be told
        or a file not be read; 0 otherwise."""
        if any(one.unwritten for one in self.unread) or (self.unread and not self.files):
            return ExitCode.ERROR
        severities = {finding.severity for report in self.files for finding in report.counted}
        if severities & {"error", "warning"}:
            return ExitCode.WRONG
        return ExitCode.UNKNOWN if self.unread or "unknown" in severities else ExitCode.OK
