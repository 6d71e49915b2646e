"""Nouns: changes to sequences, before and after they are made. Frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pgseq.model.sequences import Position, Sequence

Result = Literal["moved", "unchanged", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """What a step says and does."""

    description: str
    #: Lock that the step takes, in words; empty when it takes none on a table.
    lock: str
    guard: str
    #: Statements of one transaction, without BEGIN and COMMIT; `move` returns the row that `moves.move` tells of.
    settings: tuple[str, ...]
    locking: tuple[str, ...]
    move: str

    @property
    def sql(self) -> str:
        """The whole transaction as a script."""
        return transaction_script(self.settings, *self.locking, self.move)


def transaction_script(settings: tuple[str, ...], *statements: str) -> str:
    """One transaction as a script, with its settings at the head."""
    return "\n".join(f"{text};" for text in ("BEGIN", "; ".join(settings), *statements, "COMMIT"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One planned change as a value; what is shown, written to a script and run are the same bytes."""

    sequence: Sequence
    #: The position found when the step was planned.
    found: Position
    #: The position that the step would lead to, judged by what was read.
    next_value: int
    #: Composes the statements when they are asked for: a plan may have a hundred thousand steps.
    compose: Callable[[Step], Statements]

    @property
    def statements(self) -> Statements:
        """What it says and does."""
        return self.compose(self)

    @property
    def sql(self) -> str:
        """The whole transaction as a script."""
        return self.statements.sql

    @property
    def goal(self) -> Position:
        """Where the step leaves the sequence, judged by what was read."""
        return Position(last_value=self.next_value - self.sequence.increment, is_called=True)

    @property
    def undo(self) -> str:
        return undo(self.sequence, self.found)


def undo(sequence: Sequence, found: Position) -> str:
    """The statement that puts a sequence back to the position `found` (setval is not undone by ROLLBACK)."""
    called = "true" if found.is_called else "false"
    return f"SELECT pg_catalog.setval({sequence.literal}, {found.last_value}, {called})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of a sequence that needed something."""

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
        """The statement that puts a sequence that was moved back."""
        if self.sequence is None or self.before is None:
            return None
        return undo(self.sequence, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """What became of a sequence that was to be put back."""

    name: str
    applied: Applied
