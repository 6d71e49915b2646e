"""Planned changes, and their results. Frozen values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Self

from msgspec import Struct
from msgspec.structs import replace

from pgseq.model.hints import Compose, completed
from pgseq.model.sequences import Position, Sequence
from pgseq.names import display, literal

Result = Literal["moved", "unchanged", "skipped", "failed"]
ResultStatus = Literal["done", "unchanged", "refused", "failed"]


class Change(Struct, frozen=True, kw_only=True):
    """One transaction that changes something, planned; what is shown, written to a script and run are the same bytes.

    A `Move` has a position to reach, and so compares when it runs; an `Alteration` is DDL, which has none: it is done
    or not, and has the statements that take it back. A Change that is neither takes an Alteration back.
    """

    description: str
    #: Locks that it takes, in words; empty when it takes none on a table.
    lock: str
    #: SET LOCAL statements at the head of the transaction.
    settings: tuple[str, ...]
    #: The others, without BEGIN and COMMIT.
    statements: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The whole transaction as a script."""
        return ";\n".join(("BEGIN", "; ".join(self.settings), *self.statements, "COMMIT;"))


class Move(Change, frozen=True, kw_only=True):
    """The change of a step. Its last statement is that of `sql.move.move`, and returns its row."""

    step: Step
    #: What keeps it from going wrong, in words.
    guard: str
    #: The tables that it locks, where it may be made in one transaction with others; empty where it may not.
    joint: tuple[str, ...] = ()


class Alteration(Change, frozen=True, kw_only=True):
    """A change of a definition."""

    #: What is different afterwards, for applications too.
    effect: str
    #: The statements that take it back.
    undoing: tuple[str, ...]
    #: The one database in which its `undo` does anything; empty: whichever.
    database: str = ""

    def calling(self, compose: Compose) -> Alteration:
        """The same with the commands to run next as `compose` writes them."""
        return replace(self, effect=completed(self.effect, compose))

    @property
    def reverse(self) -> Change:
        """The change that takes it back."""
        return Change(description=f"undo: {self.description}", lock="", settings=self.settings, statements=self.undoing)

    @property
    def undo(self) -> str:
        """The script that takes it back, and does nothing in another database."""
        here = (only_in(self.database, "what was changed"),) if self.database else ()
        return replace(self.reverse, statements=(*here, *self.undoing)).sql


class Step(Struct, frozen=True, kw_only=True, gc=False):
    """The planned move of one sequence."""

    sequence: Sequence
    #: The position found when the step was planned.
    found: Position
    #: The position that the step would lead to, judged by what was read.
    next_value: int
    #: Composes the change when it is asked for: a plan may have a hundred thousand steps.
    compose: Callable[[Step], Move]

    @property
    def change(self) -> Move:
        """The change, with its statements."""
        return self.compose(self)

    @property
    def sql(self) -> str:
        """The whole transaction as a script."""
        return self.change.sql

    @property
    def last_value(self) -> int:
        """The value that the step leads to, as far as the readings tell."""
        return self.next_value - self.sequence.increment

    @property
    def goal(self) -> Position:
        """The position after the step, as far as the readings tell."""
        return Position(last_value=self.last_value, is_called=True)

    @property
    def undo(self) -> str:
        return undo(self.sequence, self.found)


def only_in(database: str, what: str) -> str:
    """The statement that fails in another database, and with it the transaction; `what` is of that one."""
    message = f"{what} belongs to database {display(database)}, not to this one"
    body = (
        f"BEGIN IF pg_catalog.current_database() <> {literal(database)} THEN "
        f"RAISE EXCEPTION USING MESSAGE = {literal(message)}; END IF; END"
    )
    return f"DO {literal(body)}"


def undo(sequence: Sequence, position: Position) -> str:
    """The statement that sets a sequence back to a position (ROLLBACK does not undo setval); in another database it
    does nothing."""
    called = "true" if position.is_called else "false"
    here = f"pg_catalog.current_database() = {literal(sequence.database)}"
    return f"SELECT pg_catalog.setval({sequence.literal}, {position.last_value}, {called}) WHERE {here}"


class ChangeResult(Struct, frozen=True, kw_only=True, gc=False):
    """What became of a change."""

    reason: str = ""
    hint: str = ""
    #: The connection was lost before the server's answer.
    lost: bool = False

    def calling(self, compose: Compose) -> Self:
        """The same with the commands to run next as `compose` writes them."""
        return replace(self, hint=completed(self.hint, compose))


class Applied(ChangeResult, frozen=True, kw_only=True, gc=False):
    """The result for a sequence that needed a step."""

    result: Result
    before: Position | None = None
    after: Position | None = None
    #: The sequence, where it was moved.
    sequence: Sequence | None = None

    @property
    def undo(self) -> str | None:
        """The statement that undoes the move."""
        if self.sequence is None or self.before is None:
            return None
        return undo(self.sequence, self.before)


class ItemResult(ChangeResult, frozen=True, kw_only=True):
    """The result for a thing that a guard was asked for."""

    status: ResultStatus


class UndoResult(Struct, frozen=True, kw_only=True):
    """The result of undoing one move."""

    name: str
    applied: Applied
