"""The reports that commands and library functions return. Frozen values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct, field

from pgseq.model.answer import Answer
from pgseq.model.changes import Applied, Step, UndoResult
from pgseq.model.diagnosis import Diagnosis, Finding, Status
from pgseq.model.exit_code import ExitCode
from pgseq.model.keys import KeyReport
from pgseq.model.sequences import Problem, Sequence
from pgseq.model.server import Server

#: What a sequence is in the sums.
Counted = Status | Literal["feeds_no_column", "distant", "ignored"]


class Proof(Struct, frozen=True, kw_only=True):
    """What the next insert would do.

    `proved` is True (the value is free in every fed column, or the insert worked), False (it would fail), or None: it
    could not be proved, `reason` says why. `inserted` names the tables proved by a real INSERT that was rolled back.
    """

    sequence: Sequence
    next_value: int | None
    proved: bool | None
    reason: str = ""
    #: What to do where it could not be proved.
    hint: str = ""
    #: It could not be proved for want of privileges alone.
    lacks_privilege: bool = False
    #: Not proved, and the INSERT goes in all the same: it stores an id a second time.
    repeats: bool = False
    inserted: tuple[str, ...] = ()
    #: Tables in which no real INSERT could be tried or that refused it for another reason, with the reason.
    not_inserted: tuple[tuple[str, str], ...] = ()
    #: Reason of the user's own to leave it out of the count (configuration).
    ignored: str | None = None
    #: Not proved only because blocks may be drawn that are not declared (PGS019): a warning, which does not count.
    undeclared: bool = False
    #: Whether a fix would move the sequence.
    repairable: bool = False

    @property
    def feeds_nothing(self) -> bool:
        """Whether no default draws from the sequence: a free value says nothing about an INSERT then."""
        return self.sequence.feeds_nothing

    @property
    def hints(self) -> tuple[str, ...]:
        """What to do next."""
        return (self.hint,)


class Verification(Answer, frozen=True, kw_only=True):
    """What `verify` returns for one database."""

    server: Server
    proofs: tuple[Proof, ...]
    #: Whether the database has no other sequences.
    whole: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """0: every next insert was proved, but for blocks that may be drawn undeclared; 1: one would fail; 3: one could
        not be proved."""
        if self.count(False):
            return ExitCode.WRONG
        unproved = any(p.proved is None and p.ignored is None and not p.undeclared for p in self.proofs)
        return ExitCode.UNKNOWN if unproved else ExitCode.OK

    def count(self, proved: bool | None) -> int:
        """How many proofs have this result, without those ignored by configuration."""
        return sum(1 for proof in self.proofs if proof.proved is proved and proof.ignored is None)

    @property
    def repeating(self) -> int:
        """How many next inserts store an id a second time, without those ignored by configuration."""
        return sum(1 for proof in self.proofs if proof.repeats and proof.ignored is None)

    @property
    def feeds_no_column(self) -> int:
        """How many proved sequences feed no column, without those ignored by configuration."""
        return sum(1 for proof in self.proofs if proof.proved and proof.ignored is None and proof.feeds_nothing)


class UndoReport(Answer, frozen=True, kw_only=True):
    """What `undo` returns for one database; no results where the answer was no."""

    server: Server
    results: tuple[UndoResult, ...]
    #: Nothing was changed: the results are what would come of it.
    rehearsed: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """0: all were put back, or would be; 1: one was left alone, or the answer was no."""
        left = not self.results or any(one.applied.result in ("skipped", "failed") for one in self.results)
        return ExitCode.WRONG if left else ExitCode.OK


def no_findings(diagnosis: Diagnosis) -> tuple[Finding, ...]:
    """Finds nothing."""
    return ()


class SequenceReport(Struct, frozen=True, kw_only=True, gc=False):
    """A sequence with its diagnosis, findings, planned step and result."""

    diagnosis: Diagnosis
    #: Makes the findings when they are asked for.
    find: Callable[[Diagnosis], tuple[Finding, ...]] = no_findings
    #: The step that helps, or why there is none although something is wrong.
    plan: Step | Problem | None = None
    applied: Applied | None = None
    #: Reason of the user's own to leave it out of the count (configuration).
    ignored: str | None = None
    #: The collision is further away than Policy.within: information, which does not count.
    distant: bool = False

    @property
    def step(self) -> Step | None:
        """The planned step."""
        return self.plan if isinstance(self.plan, Step) else None

    @property
    def refused(self) -> Problem | None:
        """Why there is no step although something is wrong."""
        return self.plan if isinstance(self.plan, Problem) else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks say."""
        return self.find(self.diagnosis)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the findings, without their words where who makes them can tell."""
        codes: Callable[[Diagnosis], tuple[str, ...]] | None = getattr(self.find, "codes", None)
        return tuple([one.code for one in self.findings]) if codes is None else codes(self.diagnosis)

    @property
    def sequence(self) -> Sequence:
        return self.diagnosis.reading.sequence

    @property
    def hints(self) -> tuple[str, ...]:
        """What to do next, of all findings and of the result."""
        return (*[finding.hint for finding in self.findings], self.applied.hint if self.applied else "")

    @property
    def status(self) -> Status:
        return self.diagnosis.status

    @property
    def counts_as(self) -> Counted:
        """What it is in the sums: its status, unless it is left out, out of sync only later on, or in sync for want of
        a column to compare it with."""
        if self.ignored is not None:
            return "ignored"
        if self.distant:
            return "distant"
        return "feeds_no_column" if self.status == "ok" and self.sequence.feeds_nothing else self.status


class DatabaseReport(Answer, frozen=True, kw_only=True):
    """What `check` and `fix` return for one database; `sequences` worst first."""

    server: Server
    sequences: tuple[SequenceReport, ...]
    #: Whether the database has no others.
    whole: bool = False
    #: Columns that number the rows of their table, and that no sequence feeds; they do not count.
    keys: tuple[KeyReport, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """0 in sync; 1 something is out of sync, exhausted or was left unfixed; 3 something could not be read."""
        return Tally().add(self.sequences).exit_code


class Unreachable(Answer, frozen=True, kw_only=True):
    """A database that could not be connected to, or that a command refused: what there is in a report's place. Its
    texts have no secrets: they come from errors and labels."""

    database: str
    reason: str
    hint: str

    @property
    def exit_code(self) -> ExitCode:
        """2."""
        return ExitCode.ERROR


class Tally(Struct, kw_only=True, eq=False):
    """The sums over the reports on databases, which are not kept: there may be ten thousand."""

    counts: Counter[Counted] = field(default_factory=Counter)
    #: How many sequences were to be compared with a column, without those ignored by configuration.
    compared: int = 0
    #: How many a fix will move, and how many that are not in sync it will leave as they are.
    repairs: int = 0
    leaves: int = 0
    #: How many steps were not taken.
    unfixed: int = 0
    #: How many keys no sequence feeds.
    keys: int = 0

    def add(self, sequences: Iterable[SequenceReport]) -> Tally:
        """Count the sequences of one database, too; none counts twice."""
        for sequence_report in sequences:
            counts_as, applied = sequence_report.counts_as, sequence_report.applied
            moves = isinstance(sequence_report.plan, Step)
            self.counts[counts_as] += 1
            self.compared += sequence_report.ignored is None and not sequence_report.sequence.feeds_nothing
            self.repairs += moves and not sequence_report.distant
            self.leaves += not moves and counts_as in ("out_of_sync", "exhausted")
            self.unfixed += applied is not None and applied.result in ("skipped", "failed")
        return self

    def merge(self, other: Tally) -> None:
        """Add the sums over other reports."""
        self.counts += other.counts
        self.compared += other.compared
        self.repairs += other.repairs
        self.leaves += other.leaves
        self.unfixed += other.unfixed

    def count(self, what: Counted) -> int:
        """How many sequences count as this."""
        return self.counts[what]

    @property
    def exit_code(self) -> ExitCode:
        """0 in sync; 1 something is out of sync, exhausted or was left unfixed; 3 something could not be read."""
        if self.count("out_of_sync") or self.count("exhausted") or self.unfixed:
            return ExitCode.WRONG
        return ExitCode.UNKNOWN if self.count("unknown") else ExitCode.OK


class Report(Answer, frozen=True, kw_only=True):
    """The sums over the reports on several databases."""

    databases: tuple[DatabaseReport, ...]

    @property
    def sequences(self) -> tuple[SequenceReport, ...]:
        return tuple(one for database in self.databases for one in database.sequences)

    def count(self, what: Counted) -> int:
        """How many sequences count as this; none counts twice."""
        return Tally().add(self.sequences).count(what)

    @property
    def exit_code(self) -> ExitCode:
        """That of all sequences together."""
        return Tally().add(self.sequences).exit_code
