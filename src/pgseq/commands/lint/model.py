"""What lint says: frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field

from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator.state import Name, SequenceState
from pgseq.model.sequences import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding(Finding):
    """A finding, and its place in a file."""

    place: Place
    #: The sequence that it is about, by schema (empty: none was written) and name.
    sequence: Name | None = None
    #: The user's reason not to count it, and whether a comment in the file gives it, or the configuration.
    ignored: str | None = None
    ignored_in_source: bool = False
    #: The sequence that `--fix` moves.
    resync: SequenceState | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What was found in one file, by line."""

    file: str
    findings: tuple[LintFinding, ...]
    #: The sequences that the file leaves behind, or may.
    behind: tuple[SequenceState, ...] = ()
    #: How many statements were read, COPY data and psql's commands left aside.
    statements: int = 0
    #: Why nothing can be appended; empty: it can.
    closed: str = ""
    #: What must stand between the file and something appended.
    joint: str = ""
    #: How many sequences were put right by what was appended.
    fixed: int = 0

    @property
    def counted(self) -> tuple[LintFinding, ...]:
        """The findings that are not ignored."""
        return tuple(one for one in self.findings if one.ignored is None)


def exit_code(reports: tuple[FileReport, ...]) -> int:
    """1: something is wrong; 3: nothing is, but something cannot be told; 0 otherwise."""
    severities = {one.severity for report in reports for one in report.counted}
    if severities & {"error", "warning"}:
        return 1
    return 3 if "unknown" in severities else 0
