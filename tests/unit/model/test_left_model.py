"""What is left against brute force: a model that calls nextval() until an INSERT would fail.

Nothing of the model is taken from pgseq's arithmetic: a run is a list, and its end the first value in it that a column
does not take.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from pgseq.core.diagnose import diagnose
from pgseq.model.left import left
from pgseq.model.obstacles import ColumnLimit, DeclaredLimit, ObstacleKind
from tests.unit.core.test_diagnose_model import World, worlds

#: Where limits lie, beside the run.
NEAR: Final = st.integers(-3, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """A sequence in its world, and what else limits it."""

    world: World
    declared: tuple[DeclaredLimit, ...]

    def taken(self, value: int) -> set[ObstacleKind]:
        """What does not take a value: nothing where an INSERT works."""
        world = self.world
        columns = zip(world.sequence.feeds, world.columns, world.hidden, strict=True)
        stored = any(value in column and feed.holds(value) for feed, column, hidden in columns if not hidden)
        outside: set[ObstacleKind] = {"stored"} if stored else set()
        if not all(feed.holds(value) for feed in world.sequence.feeds):
            outside.add("column")
        for limit in world.sequence.limits:
            if not _between(value, limit.lowest, limit.highest):
                outside.add("check" if limit.refers_to is None else "reference")
        if not all(_between(value, one.lowest, one.highest) for one in self.declared):
            outside.add("declared")
        return outside


def _between(value: int, lowest: int | None, highest: int | None) -> bool:
    return (lowest is None or lowest <= value) and (highest is None or value <= highest)


@st.composite
def limited(draw: st.DrawFn) -> Limited:
    """A world with CHECKs, referring columns and declared limits in and around its run."""
    world = draw(worlds())
    origin = world.sequence.min

    def ends() -> tuple[int | None, int | None]:
        low, high = sorted((origin + draw(NEAR), origin + draw(NEAR)))
        return draw(st.sampled_from([None, low])), draw(st.sampled_from([None, high]))

    limits: list[ColumnLimit] = []
    for _ in range(draw(st.integers(0, 2))):
        lowest, highest = ends()
        limits.append(
            ColumnLimit(
                schema="public",
                table="u",
                column="u",
                table_sql="u",
                column_sql="u",
                type="bigint",
                lowest=lowest,
                highest=highest,
                refers_to=draw(st.sampled_from([None, "t.id"])),
            )
        )
    declared = [DeclaredLimit(lowest=low, highest=high, reason="x") for low, high in (ends(),) if draw(st.booleans())]
    return Limited(
        world=replace(world, sequence=replace(world.sequence, limits=tuple(limits))), declared=tuple(declared)
    )


@pytest.mark.fuzz
@given(limited())
@pytest.mark.slow
def test_counts_as_the_model_does(situation: Limited) -> None:
    world = situation.world
    run = world.run()
    diagnosis = diagnose(world.reading())
    outlook = left(diagnosis.reading, diagnosis.next_value, diagnosis.nearest, situation.declared)
    assert outlook is not None
    taken = next((number for number, value in enumerate(run) if situation.taken(value)), None)
    if taken is None and world.sequence.cycle:
        assert (outlook.values, outlook.nearest, outlook.wraps_after) == (None, None, len(run))
        event("wraps")
        return
    expected = len(run) if taken is None else taken
    assert outlook.values == expected
    assert outlook.inserts == expected // world.draws()
    assert outlook.nearest is not None
    kinds: set[ObstacleKind] = {"sequence"} if taken is None else situation.taken(run[taken])
    assert outlook.nearest.kind in (kinds | ({"column", "check", "reference", "declared"} if taken is None else set()))
    # Of several that end at the same value, the one that fails first.
    order = get_args(ObstacleKind)
    assert list(outlook.obstacles) == sorted(outlook.obstacles, key=lambda one: (one.values, order.index(one.kind)))
    assert outlook.exact == (not any(world.hidden))
    assert outlook.used is not None
    assert 0 <= outlook.used <= 1
    event(outlook.nearest.kind)
