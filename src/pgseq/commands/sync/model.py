"""The values of a cut-over: frozen, no I/O."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from pgseq.model.answer import Answer
from pgseq.model.arithmetic import next_value
from pgseq.model.exit_code import ExitCode
from pgseq.model.reports import DatabaseReport, Report, SequenceReport
from pgseq.model.sequences import Feed, Position, Problem, Sequence
from pgseq.model.server import Server

#: How a source sequence was found: mapped by the user, same schema and name, or feeding the same column.
How = Literal["map", "name", "column"]


class Instance(Struct, frozen=True, kw_only=True):
    """One database of one running server (a row of instance.sql), and who could still write to it."""

    #: When the server started, in microseconds: no two servers have it in common.
    started: int
    database: int
    #: Whether default_transaction_read_only is on for everybody.
    read_only: bool
    #: Roles with a setting of their own that is off, quoted.
    exempt: list[str]
    #: Client sessions in this database other than pgseq's own.
    others: int


class Source(Struct, frozen=True, kw_only=True):
    """The source database as it was read."""

    server: Server
    instance: Instance
    sequences: tuple[Sequence, ...]


class SourceSequence(Struct, frozen=True, kw_only=True):
    """The source sequence that a target sequence continues from, and its position."""

    sequence: Sequence
    how: How
    position: Position | Problem
    #: Columns that draw from it and have no default on the target.
    without_default: tuple[Feed, ...] = ()

    @property
    def next_value(self) -> int | None:
        """What nextval() would return on the source; None where it would fail, or the position is unknown."""
        return next_value(self.sequence, self.position) if isinstance(self.position, Position) else None

    @property
    def floor(self) -> int | None:
        """The last value that it may have handed out: one increment before the next one where it was never called.
        None where its position is unknown."""
        if not isinstance(self.position, Position):
            return None
        return self.position.last_value - (0 if self.position.is_called else self.sequence.increment)


class Comparison(Struct, frozen=True, kw_only=True):
    """A target sequence compared with its source sequence."""

    report: SequenceReport
    source: SourceSequence | None = None
    #: How many values of its grid it is behind the source and the margin, its own range aside; None where that is
    #: unknown, or it has no source sequence.
    lag: int | None = None
    #: Where its definition differs from the source's.
    differences: tuple[str, ...] = ()
    #: Columns that draw from the sequence on the source and have no default on the target.
    without_default: tuple[Feed, ...] = ()
    remark: str = ""

    @property
    def sequence(self) -> Sequence:
        return self.report.sequence

    @property
    def unseen(self) -> Problem | None:
        """Why the position on the source could not be read."""
        position = self.source and self.source.position
        return position if isinstance(position, Problem) else None

    @property
    def not_compared(self) -> bool:
        """Whether it has a source sequence and its lag is unknown."""
        return self.source is not None and self.lag is None

    @property
    def left_behind(self) -> bool:
        """Whether it lags or cannot be brought level. An ignored finding excuses neither."""
        return bool(self.lag or self.report.refused)


class Cutover(Answer, frozen=True, kw_only=True):
    """Both databases as they were read, and what was done to the target."""

    source: Source
    #: The report of a check, with the steps of the cut-over.
    target: DatabaseReport
    #: In the order of `target.sequences`.
    comparisons: tuple[Comparison, ...]
    missing_on_target: tuple[Sequence, ...]
    #: Oids of those among them that feed no column, and have handed out values or could not be read.
    drawn: frozenset[int] = frozenset()

    @property
    def missing_on_source(self) -> tuple[Sequence, ...]:
        return tuple(one.sequence for one in self.comparisons if one.source is None)

    @property
    def unmatched(self) -> tuple[Sequence, ...]:
        """Source sequences without a pair on the target that feed columns, or that an application draws from."""
        return tuple(one for one in self.missing_on_target if one.feeds or one.oid in self.drawn)

    @property
    def nothing_compared(self) -> bool:
        """Whether there are sequences but no pair: one side may be the wrong database."""
        return not any(one.source for one in self.comparisons) and bool(self.comparisons or self.missing_on_target)

    @property
    def lagging(self) -> tuple[Comparison, ...]:
        return tuple(one for one in self.comparisons if one.left_behind)

    @property
    def exit_code(self) -> ExitCode:
        """0: none lags and none collides; 1: one does, or was left unfixed; 3: not all could be compared.

        That is: a position is unknown, a source sequence that is used has no pair, or a column has no default on
        the target.
        """
        code = Report(databases=(self.target,)).exit_code
        if code == ExitCode.WRONG or self.lagging:
            return ExitCode.WRONG
        doubtful = any(one.not_compared or one.without_default for one in self.comparisons)
        unknown = code or doubtful or self.unmatched or self.nothing_compared
        return ExitCode.UNKNOWN if unknown else ExitCode.OK
