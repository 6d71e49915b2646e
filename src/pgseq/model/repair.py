"""What a repair costs, and the free stretches short of it: frozen values without I/O."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import force_setattr

from pgseq.model.limits import within_jump


class Gap(Struct, frozen=True, kw_only=True, gc=False):
    """A stretch of free values before the furthest stored one; going there gives up no more than Policy.max_jump of the
    free values left."""

    first: int
    last: int
    #: Whether it begins with the sequence's next value, so that no move leads to it.
    here: bool


class Ahead(Struct, frozen=True, kw_only=True, gc=False):
    """What is stored from a sequence's next value on."""

    #: How many different values of its grid are stored in its columns, themselves or an id of their block.
    stored: int
    #: The widest stretch in which it could go on instead of a move beyond all of them; None: none has room.
    gap: Gap | None = None
    #: Whether the value before the furthest stored one is free, and one id of its block is stored.
    alone: bool = False


class Repair(Struct, frozen=True, kw_only=True, gc=False):
    """Where a sequence has to go. `last_value` becomes the furthest stored value, or the last value whose block holds a
    stored id, so that `next_value` is the first value of its grid beyond it."""

    last_value: int
    next_value: int
    #: Values skipped by the move, and values left before it (both counts on the sequence's grid).
    skipped: int
    left: int
    #: How many of the skipped ones are stored, as far as that was counted: they are not given up.
    stored: int = 0
    #: Whether all of these were counted; else the price is not greater than said.
    exact: bool = False
    #: Whether `next_value` lies within the sequence's range and fits every fed column.
    possible: bool
    # What follows from that, whatever is passed for it: asked for again and again, so told once.
    #: Free values that the move gives up, and free values left before it.
    given_up: int = 0
    free_left: int = 0

    def __post_init__(self) -> None:
        force_setattr(self, "given_up", self.skipped - self.stored)
        force_setattr(self, "free_left", max(self.left - self.stored, 0))

    @property
    def share(self) -> float:
        """The price: part of the free values left that the move gives up, 0 to 1."""
        return self.given_up / max(self.free_left, 1)

    @property
    def percent(self) -> int:
        """The least --max-jump that allows the move, in whole per cent."""
        return -(-100 * self.given_up // max(self.free_left, 1))

    def within(self, max_jump: float) -> bool:
        """Whether the move may be made unasked."""
        return self.possible and within_jump(self.given_up, self.free_left, max_jump)
