"""How applications hand out ids that they draw in blocks: as the sources of these libraries do, in a few lines.

Each is called for the next id; `draw` is nextval(). Sources: org.hibernate.id.enhanced.PooledOptimizer and
PooledLoOptimizer (Hibernate ORM 6 and 7), HiLoValueGeneratorState (EF Core), and EclipseLink's StandardSequence, which
takes the ids up to the value like the pooled optimizer, without its special case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

Draw = Callable[[], int]


@dataclass(slots=True, kw_only=True)
class Pooled:
    """Hibernate's default: the value is the last id of its block. Only the value that the sequence begins with
    (`initial`) stands for itself."""

    draw: Draw
    size: int
    initial: int = 1
    _high: int | None = None
    _next: int = 0

    def __call__(self) -> int:
        """The next id."""
        if self._high is None:
            self._high = self.draw()
            self._next = self._high if self._high == self.initial else self._high - (self.size - 1)
        elif self._next > self._high:
            self._high = self.draw()
            self._next = self._high - (self.size - 1)
        self._next += 1
        return self._next - 1


@dataclass(slots=True, kw_only=True)
class PooledLo:
    """Hibernate's pooled-lo and EF Core's hi/lo: the value is the first id of its block."""

    draw: Draw
    size: int
    _ids: list[int] = field(default_factory=list)

    def __call__(self) -> int:
        """The next id."""
        if not self._ids:
            low = self.draw()
            self._ids = list(range(low, low + self.size))
        return self._ids.pop(0)


@dataclass(slots=True, kw_only=True)
class Below:
    """EclipseLink: the value is the last id of its block, always."""

    draw: Draw
    size: int
    _ids: list[int] = field(default_factory=list)

    def __call__(self) -> int:
        """The next id."""
        if not self._ids:
            high = self.draw()
            self._ids = list(range(high - self.size + 1, high + 1))
        return self._ids.pop(0)


ALLOCATORS: Final = {"pooled": (Pooled, "below"), "pooled-lo": (PooledLo, "above"), "below": (Below, "below")}
