"""The nouns of a cut-over: frozen values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pgseq.model.arithmetic import next_value
from pgseq.model.reports import DatabaseReport, Report, SequenceReport
from pgseq.model.sequences import Feed, Position, Problem, Sequence, Server

#: How a sequence of the source was found: laid down by the user, of the same schema and name, feeding the same column.
How = Literal["map", "name", "column"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One database of one running server (a row of instance.sql), and who could still write to it."""

    #: When the server started, in microseconds: no two servers have it in common.
    started: int
    database: int
    #: Whether it is set read-only for everybody (default_transaction_read_only).
    read_only: bool
    #: Roles that it does not hold for, quoted: they have that setting of their own, off.
    exempt: list[str]
    #: Other sessions of clients with this database, pgseq's own apart.
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The database that is left, as it was when it was looked at."""

    server: Server
    instance: Instance
    sequences: tuple[Sequence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSequence:
    """A sequence of the source from which one of the target goes on, and where it stands."""

    sequence: Sequence
    how: How
    position: Position | Problem
    #: Columns that draw from it, and that get no value on the target.
    without_default: tuple[Feed, ...] = ()

    @property
    def next_value(self) -> int | None:
        """What nextval() would return on the source; None where it would fail, or its position was not seen."""
        return next_value(self.sequence, self.position) if isinstance(self.position, Position) else None

    @property
    def floor(self) -> int | None:
        """The last value that it may have handed out: one increment before the next one where it was never called.
        None where its position was not seen."""
        if not isinstance(self.position, Position):
            return None
        return self.position.last_value - (0 if self.position.is_called else self.sequence.increment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A sequence of the target beside the one that it goes on from."""

    report: SequenceReport
    source: SourceSequence | None = None
    #: Values of its grid up to where the source has come (and the margin asked for), its own range aside; None where
    #: that is not known, or there is nothing to compare with.
    lag: int | None = None
    #: Where it differs from its counterpart.
    differences: tuple[str, ...] = ()
    #: Columns that draw from a counterpart on the source, and that get no value on the target.
    without_default: tuple[Feed, ...] = ()
    remark: str = ""

    @property
    def sequence(self) -> Sequence:
        return self.report.sequence

    @property
    def unseen(self) -> Problem | None:
        """Why the position on the source was not seen."""
        position = self.source and self.source.position
        return position if isinstance(position, Problem) else None

    @property
    def not_compared(self) -> bool:
        """Whether it has a counterpart, and how far it lags is not known."""
        return self.source is not None and self.lag is None

    @property
    def left_behind(self) -> bool:
        """Whether it lags, or cannot be compared though it has a counterpart. An ignored finding excuses neither."""
        return bool(self.lag or self.report.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutover:
    """What was seen of both databases, and what became of the target."""

    source: Source
    #: The target as a check sees it, with the steps of the cut-over.
    target: DatabaseReport
    #: Runs beside `target.sequences`.
    comparisons: tuple[Comparison, ...]
    missing_on_target: tuple[Sequence, ...]

    @property
    def missing_on_source(self) -> tuple[Sequence, ...]:
        return tuple(one.sequence for one in self.comparisons if one.source is None)

    @property
    def unmatched(self) -> tuple[Sequence, ...]:
        """Those that feed columns on the source, and from which none of the target goes on."""
        return tuple(sequence for sequence in self.missing_on_target if sequence.feeds)

    @property
    def nothing_compared(self) -> bool:
        """Whether there are sequences, and none has a counterpart: one side may be another database than was meant."""
        return not any(one.source for one in self.comparisons) and bool(self.comparisons or self.missing_on_target)

    @property
    def lagging(self) -> tuple[Comparison, ...]:
        return tuple(one for one in self.comparisons if one.left_behind)

    @property
    def exit_code(self) -> int:
        """0: none lags and none collides; 1: one does, or was left unfixed; 3: not all could be compared. That is where
        a position was not seen, and where what feeds a column on the source has no counterpart, or the column nothing
        to draw from."""
        code = Report(databases=(self.target,)).exit_code
        if code == 1 or self.lagging:
            return 1
        doubtful = any(one.not_compared or one.without_default for one in self.comparisons)
        return 3 if code or doubtful or self.unmatched or self.nothing_compared else 0
