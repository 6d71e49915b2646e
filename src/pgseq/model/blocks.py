"""Blocks of ids that an application stores for one value of a sequence. Frozen values."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

#: Which ids a value stands for: those up to it, or those from it on.
Ids = Literal["below", "above"]
IDS: Final[tuple[Ids, ...]] = ("below", "above")


class Block(Struct, frozen=True):
    """So many ids for each value: `below`, those up to it (Hibernate's pooled optimizer, EclipseLink); `above`, those
    from it on (Hibernate's pooled-lo, EF Core's hi/lo)."""

    size: int
    ids: Ids

    @property
    def offsets(self) -> tuple[int, int]:
        """The first and the last id of a value's block, less that value."""
        return (1 - self.size, 0) if self.ids == "below" else (0, self.size - 1)
