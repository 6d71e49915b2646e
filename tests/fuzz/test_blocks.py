"""Blocks against brute force: every value still to come is handed out, and each id of its block looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from pgseq.core.diagnose import diagnose
from pgseq.model.blocks import Block
from pgseq.model.sequences import Position, Reading, Sequence, Stored
from pgseq.sql import compare
from pgseq.sql.stretches import gap_after, stretches
from tests.support.database import Database, Server, fresh_database
from tests.unit.factory import feed, sequence

Rows = psycopg.Connection[tuple[Any, ...]]

SIZES: Final = (1, 2, 3, 10, 12)
INCREMENTS: Final = (1, 2, 3, 10, -1, -3, -10)
TYPES: Final = ("bigint", "numeric", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A sequence that feeds columns by blocks, where it stands, and what they hold."""

    sequence: Sequence
    position: Position
    columns: tuple[frozenset[int], ...]

    def run(self) -> list[int]:
        """The values still to come."""
        of, value = self.sequence, self.position.last_value
        if self.position.is_called:
            value += of.increment
        return list(range(value, of.max + 1 if of.increment > 0 else of.min - 1, of.increment))

    def ids(self, value: int, place: int) -> frozenset[int]:
        """The ids of its block that the column holds."""
        of, block = self.sequence, self.sequence.feeds[place].block
        assert block is not None
        ids = range(value - block.size + 1, value + 1) if block.ids == "below" else range(value, value + block.size)
        if not of.feeds[place].holds(value):
            return frozenset()
        mine = (id for id in ids if (id >= of.min if of.increment > 0 else id <= of.max))
        return self.columns[place].intersection(mine)

    def stored(self, value: int) -> set[int]:
        """The ids stored that this value stands for."""
        return {id for place in range(len(self.columns)) for id in self.ids(value, place)}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Small ranges, either direction, blocks as wide as the increment, narrower and wider."""
    least = draw(st.sampled_from([1, -60, 0]))
    greatest = draw(st.integers(least + 5, least + 120))
    blocks = draw(
        st.lists(st.builds(Block, st.sampled_from(SIZES), st.sampled_from(["below", "above"])), min_size=1, max_size=2)
    )
    kinds = {"bigint": "integer", "numeric": "numeric", "text": "text"}
    types = [draw(st.sampled_from(TYPES)) for _ in blocks]
    increment = draw(st.sampled_from(INCREMENTS))
    narrow = draw(st.booleans())
    ends = {
        ("highest" if increment > 0 else "lowest"): (greatest - 4 if increment > 0 else least + 4) if narrow else None
    }
    feeds = tuple(
        feed(
            table=f"t{n}_{type_}", table_sql=f"public.t{n}_{type_}", sources=(f"public.t{n}_{type_}",), type=type_,
            kind=kinds[type_], via="declared", block=block, **{"lowest": None, "highest": None, **ends},
        )
        for n, (block, type_) in enumerate(zip(blocks, types, strict=True))
    )  # fmt: skip
    of = sequence(
        sql="public.s", literal="'public.s'", min=least, max=greatest, start=draw(st.integers(least, greatest)),
        increment=increment, data_type="bigint", feeds=feeds,
    )  # fmt: skip
    column = st.frozensets(st.integers(least - 15, greatest + 15), max_size=6)
    position = Position(last_value=draw(st.integers(least, greatest)), is_called=draw(st.booleans()))
    return World(sequence=of, position=position, columns=tuple(draw(column) for _ in feeds))


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Rows]:
    """A database with the columns, and a sequence."""
    with fresh_database(server) as database, Database.connect(database) as session:
        for place in (0, 1):
            for type_ in TYPES:
                session.execute(f"CREATE TABLE t{place}_{type_} (id {type_})".encode())
        session.execute("CREATE SEQUENCE s")
        yield session


def _make(connection: Rows, world: World) -> None:
    of = world.sequence
    statements = [
        f"ALTER SEQUENCE s MINVALUE {of.min} MAXVALUE {of.max} START {of.start} INCREMENT {of.increment} "
        f"RESTART WITH {world.position.last_value}",
        f"SELECT setval('s', {world.position.last_value}, {world.position.is_called})",
    ]
    for fed, column in zip(of.feeds, world.columns, strict=True):
        statements.append(f"TRUNCATE {fed.table_sql}")
        # Numbers between the ids are nobody's.
        values = [*column, *(id + 0.5 for id in column if fed.type == "numeric")]
        statements += [f"INSERT INTO {fed.table_sql} VALUES ('{value}')" for value in values]
    connection.execute("; ".join(statements).encode())


def _beyond_the_column() -> World:
    """A block that no column can hold: the sequence stands beyond the last value that has room."""
    small = feed(
        table="t0_bigint", table_sql="public.t0_bigint", sources=("public.t0_bigint",), type="bigint", kind="integer",
        via="declared", block=Block(10, "above"), lowest=None, highest=2,
    )  # fmt: skip
    of = sequence(
        sql="public.s", literal="'public.s'", min=1, max=6, start=1, increment=1, data_type="bigint", feeds=(small,)
    )
    return World(sequence=of, position=Position(last_value=1, is_called=False), columns=(frozenset([1]),))


@pytest.mark.fuzz
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds())
@example(world=_beyond_the_column())
def test_judges_and_moves_as_the_model_does(connection: Rows, world: World) -> None:
    _make(connection, world)
    of, run = world.sequence, world.run()
    (answer,) = connection.execute(compare.stored(of).encode()).fetchall()
    stored = tuple(Stored(nearest=near, furthest=far) for near, far in zip(answer[2::3], answer[3::3], strict=True))
    judged = diagnose(Reading(sequence=of, position=world.position, stored=stored))
    colliding = [value for value in run if world.stored(value)]
    event("collides" if colliding else "free")
    assert judged.next_value == (run[0] if run else None)
    if not colliding:
        assert (judged.colliding, judged.nearest, judged.furthest, judged.repair) == (None, None, None, None)
        return
    assert judged.inserts_until_collision == run.index(colliding[0])
    assert judged.colliding == colliding[0]
    assert judged.nearest in world.stored(colliding[0])
    assert judged.furthest in world.stored(colliding[-1])
    assert judged.repair is not None
    assert judged.repair.last_value == colliding[-1]
    (goal,) = connection.execute(f"SELECT {compare.furthest(of)} FROM {compare.run(of)}".encode()).fetchall()[0]
    assert goal == colliding[-1]
    (counted,) = connection.execute(
        f"SELECT {compare.stored_between(of, f'{run[0]}::bigint', f'{colliding[-1]}::bigint')}".encode()
    ).fetchone() or (None,)
    assert counted == len(colliding)
    _into_the_widest_gap(connection, world, run, colliding)
    if judged.repair.possible:
        moved = replace(world, position=Position(last_value=judged.repair.last_value, is_called=True))
        assert moved.run()[0] == judged.repair.next_value
        assert not any(map(moved.stored, moved.run()))


def _into_the_widest_gap(connection: Rows, world: World, run: list[int], colliding: list[int]) -> None:
    """What is counted, and where it goes on within a free stretch before the last value in the way."""
    of = world.sequence
    within = [value for value in run if (value <= of.end if of.increment > 0 else value >= of.end)]
    answer = connection.execute(stretches(of, world.position, max_jump=0.5).encode()).fetchone()
    assert answer is not None
    stored, alone, front, room, here = answer
    assert stored == len([value for value in colliding if value in within])
    before = run.index(colliding[-1]) - 1
    lonely = before < 0 or run[before] not in colliding
    # Of the values that one feed alone stands for; with two feeds each block is looked at.
    assert alone is (lonely and _one_id_each(world, colliding[-1]) and before >= 0)
    free = _free_stretches(within, run, colliding)
    cheap = {
        start: len(values)
        for start, values in free.items()
        if (start == 0 or len(values) >= of.cache)
        and len([value for value in run[:start] if value not in colliding])
        <= 0.5 * len([value for value in within if value not in colliding])
    }
    if not cheap:
        assert (front, room) == (None, None)
        return
    start = min((start for start, width in cheap.items() if width == max(cheap.values())))
    assert (int(front) + of.increment, room, here) == (run[start], cheap[start], start == 0)
    goal = connection.execute(f"SELECT {gap_after(of, 0.5)} FROM {compare.run(of)}".encode()).fetchall()[0][0]
    assert goal == (None if here else front)


def _one_id_each(world: World, value: int) -> bool:
    """Whether each block that the value stands for holds no more than one id."""
    return all(len(world.ids(value, place)) <= 1 for place, fed in enumerate(world.sequence.feeds) if fed.in_blocks)


def _free_stretches(within: list[int], run: list[int], colliding: list[int]) -> dict[int, list[int]]:
    """By the index of their first value, the free values up to the next one in the way, not those behind the last."""
    free: dict[int, list[int]] = {}
    for index, value in enumerate(run[: run.index(colliding[-1])]):
        if value not in colliding and value in within:
            start = index if index == 0 or run[index - 1] in colliding else next(reversed(free))
            free.setdefault(start, []).append(value)
    return free
