"""The one definition against brute force: a model that hands out values one by one and looks each of them up.

Nothing of the model is taken from pgseq's arithmetic: a run is a list, and a collision a member of it that is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from pgseq.core.diagnose import diagnose
from pgseq.model.arithmetic import next_value
from pgseq.model.sequences import Feed, NotSeen, Position, Reading, Sequence, Stored
from tests.unit.factory import feed, sequence

#: Where ranges begin: around zero, and so that they end at the bounds of integer and bigint.
ORIGINS: Final = (-20, 0, 1, 2**31 - 40, 2**63 - 40, -(2**63))
SPAN: Final = 39
INCREMENTS: Final = (1, -1, 2, -2, 3, -3, 7, -7, 12, -12)
HIDDEN: Final = NotSeen(reason="no right")


class World(Struct, frozen=True, kw_only=True):
    """A sequence, where it stands, and what is stored in each column that it feeds."""

    sequence: Sequence
    position: Position
    columns: tuple[frozenset[Fraction], ...]
    hidden: tuple[bool, ...]

    def run(self) -> list[int]:
        """The values still to come: one after the other, up to the bound."""
        return list(_hand_out(self.sequence, self.position))

    def collisions(self) -> list[int]:
        """Those values to come that are stored where they would be stored again, as far as one can look."""
        return [
            value
            for value in self.run()
            if any(
                value in column and feed.holds(value)
                for feed, column, hidden in zip(self.sequence.feeds, self.columns, self.hidden, strict=True)
                if not hidden
            )
        ]

    def draws(self) -> int:
        """Values that a row takes in the table with most columns."""
        tables = [fed.table for fed in self.sequence.feeds]
        return max(map(tables.count, tables), default=1)

    def reading(self) -> Reading:
        """What a look at it gives, filtered by the definition's own words."""
        first = next(iter(self.run()), None)
        stored = tuple(
            HIDDEN if hidden else _look(self.sequence, feed, column, first)
            for feed, column, hidden in zip(self.sequence.feeds, self.columns, self.hidden, strict=True)
        )
        return Reading(sequence=self.sequence, position=self.position, stored=stored)


def _hand_out(of: Sequence, position: Position) -> Iterator[int]:
    """What nextval() returns, call after call, until it fails or wraps (but the first call may wrap)."""
    value = position.last_value
    if position.is_called:
        value += of.increment
        if not of.min <= value <= of.max:
            if not of.cycle:
                return
            value = of.min if of.increment > 0 else of.max
    while of.min <= value <= of.max:
        yield value
        value += of.increment


def _look(of: Sequence, fed: Feed, column: Collection[Fraction], first: int | None) -> Stored:
    if first is None:
        return Stored()
    ahead = sorted(
        (
            int(value)
            for value in column
            if value.denominator == 1
            and (value - first) % of.increment == 0
            and (value - first) * of.increment >= 0
            and of.min <= value <= of.max
            and fed.holds(int(value))
        ),
        key=lambda value: abs(value - first),
    )
    return Stored(nearest=ahead[0], furthest=ahead[-1]) if ahead else Stored()


@st.composite
def worlds(draw: st.DrawFn, *, looks_everywhere: bool = False) -> World:
    """Small ranges, any grid, either direction, CYCLE or not, several columns of several types."""
    origin = draw(st.sampled_from(ORIGINS))
    least = origin + draw(st.integers(0, 10))
    greatest = draw(st.integers(least, origin + SPAN))
    increment = draw(st.sampled_from(INCREMENTS))
    found = draw(st.lists(_feeds(origin), min_size=draw(st.sampled_from([0, 1, 1, 1])), max_size=3))
    feeds = [replace(one, column=f"c{place}", column_sql=f"c{place}") for place, one in enumerate(found)]
    of = sequence(min=least, max=greatest, increment=increment, cycle=draw(st.booleans()), feeds=tuple(feeds))
    position = Position(last_value=draw(st.integers(least, greatest)), is_called=draw(st.booleans()))
    column = _columns(origin, list(_hand_out(of, position)))
    return World(
        sequence=of,
        position=position,
        columns=tuple(draw(column) for _ in feeds),
        hidden=tuple(not looks_everywhere and draw(st.integers(0, 4)) == 4 for _ in feeds),
    )


def _columns(origin: int, run: list[int]) -> st.SearchStrategy[frozenset[Fraction]]:
    """Values in and around the range, whole and broken; some of them are still to come."""
    context = st.integers(origin - 5, origin + SPAN + 5).map(Fraction)
    cell = context | context.map(lambda n: n + Fraction(1, 2))
    if run:
        cell |= st.sampled_from(run[: len(run) // 2 + 1]).map(Fraction)
    return st.frozensets(cell, max_size=8)


def _feeds(origin: int) -> st.SearchStrategy[Feed]:
    """Columns whose type has room for all, or begins or ends within the range."""
    lowest = st.sampled_from([None, None, None, origin - 3, origin + 7])
    highest = st.sampled_from([None, None, None, origin + SPAN + 3, origin + 25])
    table = st.sampled_from(["a", "b"])
    return st.builds(
        lambda name, **ends: feed(table=name, table_sql=name, **ends), table, lowest=lowest, highest=highest
    )


@pytest.mark.fuzz
@given(worlds())
@pytest.mark.slow
def test_judges_as_the_model_does(world: World) -> None:
    run, collisions = world.run(), world.collisions()
    judged = diagnose(world.reading())
    assert judged.next_value == (run[0] if run else None)
    assert judged.inserts_until_collision == (run.index(collisions[0]) // world.draws() if collisions else None)
    assert judged.nearest == (collisions[0] if collisions else None)
    assert judged.furthest == (collisions[-1] if collisions else None)
    assert judged.status == _status(world, run, collisions)
    assert (judged.reason is not None) == (judged.status == "unknown")
    assert (judged.repair is not None) == bool(collisions)
    event(judged.status)


def _status(world: World, run: list[int], collisions: list[int]) -> str:
    if not run or (len(run) < world.draws() and not world.sequence.cycle):
        return "exhausted"
    if not all(fed.holds(run[0]) for fed in world.sequence.feeds):
        return "exhausted"
    if collisions:
        return "out_of_sync"
    return "unknown" if any(world.hidden) else "ok"


@pytest.mark.fuzz
@given(worlds(looks_everywhere=True))
@pytest.mark.slow
def test_repairs_as_the_model_does(world: World) -> None:
    judged = diagnose(world.reading())
    repair = judged.repair
    if repair is None or judged.status == "exhausted":
        return
    run, collisions = world.run(), world.collisions()
    fits = [value for value in run if all(fed.holds(value) for fed in world.sequence.feeds)]
    assert repair.last_value == collisions[-1]
    assert repair.next_value == collisions[-1] + world.sequence.increment
    assert repair.possible == (repair.next_value in fits)
    assert repair.left == len(fits)
    event(f"possible: {repair.possible}")
    if not repair.possible:
        return
    assert repair.skipped == run.index(repair.next_value)
    assert 0 < repair.share <= 1
    moved = replace(world, position=Position(last_value=repair.last_value, is_called=True))
    assert moved.run()[0] == repair.next_value
    assert moved.collisions() == []


@pytest.mark.fuzz
@given(worlds())
@pytest.mark.slow
def test_next_value_is_what_the_model_hands_out(world: World) -> None:
    run = world.run()
    assert next_value(world.sequence, world.position) == (run[0] if run else None)
