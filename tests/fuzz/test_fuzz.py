"""Random schemas on a real server: what pgseq says of them is what a model says, and what the server then does.

Each example is a batch of schemas in one database: check, fix, fix again, verify, and real inserts until each sequence
has handed out 50 values or has come to its end.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from psycopg import errors

import pgseq
from pgseq.model import DatabaseReport, Position, Verification
from tests.fuzz.model import Judged, Rows, integers, judge, repaired
from tests.fuzz.situations import Feed, Schema, Sequence, literal
from tests.fuzz.strategies import batches
from tests.support.database import Database, Server

BATCH: Final = 8
#: Values that each sequence hands out in the end.
VALUES: Final = 50
#: A batch stands for some examples of the profile.
EXAMPLES: Final = settings().max_examples // 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a batch is repaired and proved."""

    max_jump: float
    into_gap: bool
    lock: Literal["table", "none"]
    undone: bool
    insert: bool


WAYS: Final = st.builds(
    Way,
    max_jump=st.sampled_from([0.1, 1.0]),
    into_gap=st.sampled_from([False, False, True]),
    lock=st.sampled_from(["table", "none"]),
    undone=st.booleans(),
    insert=st.booleans(),
)

import os

from hypothesis import Phase

PHASES = [Phase.generate] if os.environ.get("NOSHRINK") else list(Phase)
#: By schema and name.
Judgements = dict[tuple[str, str], Judged]


@pytest.mark.fuzz
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    report_multiple_bugs=False,
    phases=PHASES,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_random_schemas(server: Server, database: Database, data: st.DataObject) -> None:
    way = data.draw(WAYS, label="way")
    batch = data.draw(batches(BATCH, infinity=server.major >= 14), label="schemas")
    import time

    T = time.perf_counter
    t0 = T()
    with made(database, batch) as connection:
        t1 = T()
        before = judgements(connection, batch)
        agrees(pgseq.check(database.dsn), before)
        assert positions(connection, batch) == {name: judged.position for name, judged in before.items()}

        after = fixed(database, connection, batch, before, way)
        again = pgseq.fix(database.dsn, max_jump=way.max_jump, into_gap=False, lock=way.lock)
        agrees(again, after)
        assert judgements(connection, batch) == after, "a second fix found something to do"

        proved(pgseq.verify(database.dsn, insert=way.insert), after, way)
        for schema in batch:
            connection.execute(f"SET search_path = {schema.sql}".encode())
            for sequence in schema.all_sequences:
                hand_out(connection, schema, sequence)


@contextlib.contextmanager
def made(database: Database, batch: tuple[Schema, ...]) -> Iterator[Rows]:
    """A connection to the database, which has the schemas for the length of a block."""
    with database.connect() as connection:
        try:
            for schema in batch:
                note(f"{schema.setup};")
                connection.execute(schema.setup.encode())
            yield connection
        finally:
            connection.execute(";".join(f"DROP SCHEMA IF EXISTS {one.sql} CASCADE" for one in batch).encode())


def judgements(connection: Rows, batch: tuple[Schema, ...]) -> Judgements:
    return {(schema.name, one.name): judge(connection, schema, one) for schema in batch for one in schema.all_sequences}


def positions(connection: Rows, batch: tuple[Schema, ...]) -> dict[tuple[str, str], tuple[int, bool]]:
    return {name: judged.position for name, judged in judgements(connection, batch).items()}


def agrees(report: DatabaseReport, model: Judgements) -> None:
    """pgseq says what the model says, of every sequence."""
    said = {
        (one.sequence.schema, one.sequence.name): (
            one.diagnosis.reading.position,
            one.status,
            one.diagnosis.next_value,
            one.diagnosis.inserts_until_collision,
            one.diagnosis.furthest,
        )
        for one in report.sequences
    }
    expected = {
        name: (
            Position(last_value=judged.position[0], is_called=judged.position[1]),
            judged.status,
            judged.next_value,
            judged.until,
            judged.furthest,
        )
        for name, judged in model.items()
    }
    assert said == expected


def fixed(database: Database, connection: Rows, batch: tuple[Schema, ...], before: Judgements, way: Way) -> Judgements:
    """Fix; what is changed is what has to be, and can be undone. Return the new state."""

    def fix() -> DatabaseReport:
        return pgseq.fix(database.dsn, max_jump=way.max_jump, into_gap=way.into_gap, lock=way.lock)

    report = fix()
    if way.undone:
        for one in report.sequences:
            if one.applied and one.applied.undo:
                connection.execute(one.applied.undo.encode())
        assert judgements(connection, batch) == before, "undo does not lead back"
        report = fix()
    after = judgements(connection, batch)
    agrees(report, after)
    for one in report.sequences:
        name = one.sequence.schema, one.sequence.name
        old, new, result = before[name], after[name], one.applied and one.applied.result
        ways = repaired(old, max_jump=way.max_jump, into_gap=way.into_gap)
        if result != "moved":
            assert 0 in ways, f"{name}: {one.applied}"
            assert result in (None, "skipped"), f"{name}: {one.applied}"
            assert new.position == old.position, f"{name} was moved"
            continue
        assert new.next_value is not None
        assert new.next_value in old.run, f"{name} was moved backwards or off its run"
        assert old.run.index(new.next_value) in ways, f"{name} was moved elsewhere"
        assert one.applied
        assert one.applied.after == Position(last_value=new.position[0], is_called=new.position[1])
    return after


def proved(verification: Verification, model: Judgements, way: Way) -> None:
    """The proofs are true. Inserts tried use up values, so that they may come upon a stored one farther on."""
    for proof in verification.proofs:
        judged = model[proof.sequence.schema, proof.sequence.name]
        free = judged.status != "exhausted" and judged.until != 0
        assert proof.proved == free or (way.insert and proof.proved is False and judged.until), proof


def hand_out(connection: Rows, schema: Schema, sequence: Sequence) -> None:
    """Insert rows until the sequence has handed out 50 values, collides or comes to its end, as the model says."""
    judged = judge(connection, schema, sequence)
    feeds = [feed for feed in schema.feeds if feed.sequence is sequence]
    amount = min(VALUES, judged.room, *([judged.until] if judged.until is not None else []))
    drawn = [
        value
        for number, feed in enumerate(feeds)
        for value in insert(connection, feed, amount // len(feeds) + (amount % len(feeds) if number == 0 else 0))
    ]
    if not feeds:
        drawn = draw(connection, schema, sequence, amount)
    assert drawn == list(judged.run[:amount])
    if amount == VALUES:
        return
    if amount == judged.until:
        collides(connection, feeds, judged.run[amount])
    elif amount < len(judged.run[: VALUES + 1]):
        narrow = next(feed for feed in feeds if not feed.holds(judged.run[amount]))
        with pytest.raises(errors.DataError):
            insert(connection, narrow, 1)
    elif not sequence.cycle:
        with pytest.raises(errors.SequenceGeneratorLimitExceeded):
            draw(connection, schema, sequence, 1)


def insert(connection: Rows, feed: Feed, rows: int) -> list[int]:
    """The values that new rows get."""
    cursor = connection.execute(feed.insert.replace("{rows}", str(rows)).encode())
    return list(integers((value for (value,) in cursor), feed.type.kind))


def draw(connection: Rows, schema: Schema, sequence: Sequence, amount: int) -> list[int]:
    name = literal(schema.qualified(sequence.name))
    cursor = connection.execute(f"SELECT nextval({name}) FROM generate_series(1, {amount})".encode())
    return [value for (value,) in cursor]


def collides(connection: Rows, feeds: list[Feed], value: int) -> None:
    """One more insert meets the stored value; where no unique index refuses it, it is stored twice."""
    feed = next(feed for feed in feeds if feed.holds(value))
    with contextlib.suppress(errors.UniqueViolation):
        assert insert(connection, feed, 1) == [value]
