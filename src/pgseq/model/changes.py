"""Planned changes to sequences, and their results. Frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pgseq.model.sequences import Position, Sequence

Result = Literal["moved", "unchanged", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The description of a step and its statements."""

    description: str
    #: Lock that the step takes, in words; empty when it takes none on a table.
    lock: str
    guard: str
    #: Statements of one transaction, without BEGIN and COMMIT; `move` returns the row of `sql.move.move`.
    settings: tuple[str, ...]
    locking: tuple[str, ...]
    move: str
    #: The tables that it locks, where it may be taken in one transaction with others; empty where it may not.
    joint: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """The whole transaction as a script."""
        return transaction_script(self.settings, *self.locking, self.move)


def transaction_script(settings: tuple[str, ...], *statements: str) -> str:
    """One transaction as a script, with its settings at the head."""
    return "\n".join(f"{text};" for text in ("BEGIN", "; ".join(settings), *statements, "COMMIT"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One planned change; the text that is shown, written to a script and run is the same."""

    sequence: Sequence
    #: The position found when the step was planned.
    found: Position
    #: The position that the step would lead to, judged by what was read.
    next_value: int
    #: Composes the statements when they are asked for: a plan may have a hundred thousand steps.
    compose: Callable[[Step], Statements]

    @property
    def statements(self) -> Statements:
        """The description and the statements."""
        return self.compose(self)

    @property
    def sql(self) -> str:
        """The whole transaction as a script."""
        return self.statements.sql

    @property
    def goal(self) -> Position:
        """The position after the step, as far as the readings tell."""
        return Position(last_value=self.next_value - self.sequence.increment, is_called=True)

    @property
    def undo(self) -> str:
        return undo(self.sequence, self.found)


def undo(sequence: Sequence, position: Position) -> str:
    """The statement that sets a sequence back to a position (ROLLBACK does not undo setval)."""
    called = "true" if position.is_called else "false"
    return f"SELECT pg_catalog.setval({sequence.literal}, {position.last_value}, {called})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The result for a sequence that needed a step."""

    result: Result
    before: Position | None = None
    after: Position | None = None
    reason: str = ""
    hint: str = ""
    #: The sequence, where it was moved.
    sequence: Sequence | None = None
    #: The connection was lost before the server's answer.
    lost: bool = False

    @property
    def undo(self) -> str | None:
        """The statement that undoes the move."""
        if self.sequence is None or self.before is None:
            return None
        return undo(self.sequence, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """The result of undoing one move."""

    name: str
    applied: Applied
