"""What a reading means, what checks find, and what a repair may do: frozen values without I/O."""

from __future__ import annotations

from typing import Literal, Self

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from pgseq.model.hints import Compose, Hint, completed
from pgseq.model.left import left
from pgseq.model.limits import MAX_JUMP, NEARLY_USED_UP
from pgseq.model.obstacles import DeclaredLimit, Left
from pgseq.model.repair import Ahead, Gap, Repair
from pgseq.model.sequences import MissingPrivilege, Problem, Reading, Sequence
from pgseq.text.secrets import redact

Status = Literal["ok", "out_of_sync", "exhausted", "unknown"]
Severity = Literal["error", "warning", "info", "unknown"]


class Finding(Struct, frozen=True, kw_only=True):
    """A check's result."""

    code: str
    severity: Severity
    message: str
    hint: str

    #: The message where the sequence, its position and what is stored are named already; empty: that says it all.
    brief: str | None = None

    def __post_init__(self) -> None:
        if (message := redact(self.message)) is not self.message:
            force_setattr(self, "message", message)

    @property
    def short(self) -> str:
        """What is left to say where the sequence, its position and what is stored are named already."""
        return self.message if self.brief is None else redact(self.brief)

    def calling(self, compose: Compose) -> Self:
        """The same with the commands to run next as `compose` writes them."""
        return replace(self, hint=completed(self.hint, compose)) if isinstance(self.hint, Hint) else self


class Policy(Struct, frozen=True, kw_only=True):
    """What a repair may do without further consent."""

    #: Greatest part of the free values left that a move may give up, 0 to 1.
    max_jump: float = MAX_JUMP
    #: Where a move would give up more or find no room: continue in a free stretch before the furthest stored value.
    into_gap: bool = False
    #: A collision further away than so many inserts is information; None: every one counts.
    within: int | None = None
    #: A sequence that has used a greater part of its values is nearly used up, 0 to 1.
    nearly_used_up: float = NEARLY_USED_UP
    #: Lock on the fed tables while a sequence is moved: `table` (SHARE ROW EXCLUSIVE) or `none`.
    lock: Literal["table", "none"] = "table"


class Diagnosis(Struct, frozen=True, kw_only=True, gc=False):
    """The diagnosis of a reading."""

    reading: Reading
    status: Status
    #: What nextval() would return now; None when it would fail or when the position was not seen.
    next_value: int | None = None
    #: The first stored value in the way, or id of a block, and the last one.
    nearest: int | None = None
    furthest: int | None = None
    #: The value that would be stored as `nearest`: the same, unless it stands for a block.
    colliding: int | None = None
    #: How many inserts go in before the first that may fail; each takes as many values as columns of its table draw.
    inserts_until_collision: int | None = None
    repair: Repair | None = None
    #: Why the status is unknown.
    reason: Problem | None = None
    #: Limits on its values that the configuration declares.
    declared: tuple[DeclaredLimit, ...] = ()

    @property
    def sequence(self) -> Sequence:
        return self.reading.sequence

    @property
    def left(self) -> Left | None:
        """What is left of its run; None: the position was not seen."""
        return left(self.reading, self.next_value, self.colliding, self.declared)

    @property
    def lacks_privilege(self) -> bool:
        """Whether the status is unknown for want of privileges alone."""
        read = (self.reading.position, *self.reading.stored)
        problems = [one for one in read if isinstance(one, Problem)]
        return self.status == "unknown" and all(isinstance(problem, MissingPrivilege) for problem in problems)

    @property
    def gap(self) -> Gap | None:
        """The free stretch to which `into_gap` moves it; None where that would do nothing."""
        gap = self.stretch
        return None if gap is None or gap.here else gap

    @property
    def stretch(self) -> Gap | None:
        """The free stretch before the furthest stored value in which it may go on, or stands."""
        return self.reading.ahead.gap if isinstance(self.reading.ahead, Ahead) else None

    @property
    def stray(self) -> bool:
        """Whether the furthest stored value has no neighbour: there are free values on both sides of it, or the range
        ends with it."""
        return isinstance(self.reading.ahead, Ahead) and self.reading.ahead.alone
