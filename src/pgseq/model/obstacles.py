"""What ends a sequence's run, and how much is left until then: frozen values without I/O."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: What ends a run: a value stored ahead, the type or a CHECK of a fed column, a column that refers to one by foreign
#: key, a limit that the configuration declares, the sequence's own bound; in the order in which an INSERT fails.
ObstacleKind = Literal["stored", "column", "check", "reference", "declared", "sequence"]


class ColumnLimit(Struct, frozen=True, kw_only=True):
    """The least and greatest value that a column takes, beside the types of the fed columns: by a CHECK, or by the type
    or a CHECK of a column that refers to a fed one by foreign key, at any depth."""

    schema: str
    table: str
    column: str
    table_sql: str
    column_sql: str
    type: str
    lowest: int | None
    highest: int | None
    #: The CHECK's name, quoted where SQL needs it; None: the type is the limit.
    constraint: str | None = None
    #: The column that it refers to, its table and its type; None: it is fed itself.
    refers_to: str | None = None
    referred_table: str | None = None
    referred_type: str | None = None

    @property
    def label(self) -> str:
        return f"{self.table_sql}.{self.column_sql}"


class DeclaredLimit(Struct, frozen=True, kw_only=True):
    """A limit on a sequence's values that only its user knows, such as an application's int32."""

    lowest: int | None
    highest: int | None
    reason: str


class Obstacle(Struct, frozen=True, kw_only=True):
    """What ends the run."""

    kind: ObstacleKind
    #: The column, sequence or CHECK, as SQL names it; the reason of a declared limit.
    object: str
    #: The last value before it in the sequence's direction, on the sequence's grid or not.
    last: int
    #: Values that the sequence hands out until then.
    values: int
    #: The column's type.
    type: str | None = None
    #: What was declared or refers to it.
    limit: ColumnLimit | None = None


class Left(Struct, frozen=True, kw_only=True):
    """What is left of a sequence's run."""

    #: The nearest first; empty: nothing ends it (CYCLE).
    obstacles: tuple[Obstacle, ...]
    #: Values that one INSERT takes.
    draws: int = 1
    #: Values until it wraps around; None: it does not (no CYCLE, or an obstacle comes first).
    wraps_after: int | None = None
    #: Values of its run before the next one.
    before: int = 0
    #: Whether all columns could be read: else a stored value may be nearer.
    exact: bool = True

    @property
    def nearest(self) -> Obstacle | None:
        return self.obstacles[0] if self.obstacles else None

    @property
    def values(self) -> int | None:
        """Values until the nearest obstacle; None: without end."""
        return self.obstacles[0].values if self.obstacles else None

    @property
    def end(self) -> Obstacle | None:
        """The nearest obstacle that is still there once the sequence is moved: no stored value."""
        return next((obstacle for obstacle in self.obstacles if obstacle.kind != "stored"), None)

    @property
    def used(self) -> float | None:
        """Part of the values from the run's beginning to the nearest obstacle that is used, 0 to 1; None: without
        end."""
        return self._used(self.nearest)

    @property
    def used_for_good(self) -> float | None:
        """The same to the end, as if nothing were stored ahead."""
        return self._used(self.end)

    def _used(self, to: Obstacle | None) -> float | None:
        if to is None:
            return None
        return self.before / (self.before + to.values) if to.values else 1.0

    @property
    def inserts(self) -> int | None:
        """Inserts until the nearest obstacle; None: without end."""
        values = self.values
        return None if values is None else values // self.draws
