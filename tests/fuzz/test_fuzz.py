"""Random schemas on a real server: what pgseq says of them is what a model says, and what the server then does.

Each example is a batch of schemas in one database: check, fix (by pgseq or by its script in psql), fix again, verify,
and real inserts until each sequence has handed out 50 values or has come to its end.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import pgseq
from pgseq import workflow
from pgseq.cli import main
from pgseq.core.plan import script
from pgseq.model.changes import Applied
from pgseq.model.diagnosis import Policy
from pgseq.model.reports import DatabaseReport, Verification
from pgseq.model.sequences import Position
from pgseq.pg.connect import open_pool
from tests.fuzz.deeds import hand_out
from tests.fuzz.model import Judged, Rows, judge, landed, repaired
from tests.fuzz.situations import Schema, Sequence
from tests.fuzz.strategies import batches
from tests.support.clients import psql
from tests.support.database import Database, Server
from tests.support.figures import write, writes

BATCH: Final = 8
#: A batch stands for some examples of the profile.
EXAMPLES: Final = settings().max_examples // 10
COMMAND: Final = ".venv/bin/pytest -p no:xdist --hypothesis-profile=fuzz tests/fuzz"

#: By schema and name.
Name = tuple[str, str]
Judgements = dict[Name, Judged]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a batch is looked at, repaired and proved."""

    format: Literal["table", "json", "csv", "markdown"]
    max_jump: float
    into_gap: bool
    lock: Literal["table", "none"]
    by: Literal["pgseq", "psql"]
    undone: bool
    insert: bool

    @property
    def policy(self) -> Policy:
        return Policy(max_jump=self.max_jump, into_gap=self.into_gap, lock=self.lock)


WAYS: Final = st.builds(
    Way,
    format=st.sampled_from(["table", "json", "csv", "markdown"]),
    max_jump=st.sampled_from([0.1, 1.0]),
    into_gap=st.sampled_from([False, False, True]),
    lock=st.sampled_from(["table", "none"]),
    by=st.sampled_from(["pgseq", "pgseq", "psql"]),
    undone=st.booleans(),
    insert=st.booleans(),
)


@pytest.fixture
def tally() -> Iterator[Counter[str]]:
    """What docs/guarantees/fuzz.md tells."""
    started, counts = time.monotonic(), Counter[str]()
    yield counts
    counts["seconds"] = round(time.monotonic() - started)
    if writes():
        write("fuzz", COMMAND, [("What", "how many"), *counts.items()])


@pytest.mark.fuzz
@settings(max_examples=EXAMPLES, deadline=None, report_multiple_bugs=False, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_schemas(server: Server, database: Database, tally: Counter[str], data: st.DataObject) -> None:
    way = data.draw(WAYS, label="way")
    batch = data.draw(batches(BATCH, infinity=server.major >= 14), label="schemas")
    with made(database, batch) as connection:
        before = judgements(connection, batch)
        agrees(pgseq.check(database.dsn), before)
        shown(database, way, before)
        assert judgements(connection, batch) == before, "a check moved a sequence"

        after = fixed(database, connection, batch, before, way)
        if way.into_gap:
            # From a free stretch on, the furthest stored value may lie within the share that may be given up.
            after = fixed(database, connection, batch, after, replace(way, into_gap=False))
        agrees(pgseq.fix(database.dsn, max_jump=way.max_jump, lock=way.lock), after)
        assert judgements(connection, batch) == after, "a second fix found something to do"

        proved(pgseq.verify(database.dsn, insert=way.insert), after, way)
        count(tally, batch, before, after)
        for schema in batch:
            connection.execute(f"SET search_path = {schema.sql}".encode())
            for sequence in schema.all_sequences:
                foretold = hand_out(connection, schema, sequence)
                tally["collisions, where foretold"] += foretold.until is not None and foretold.until < 50


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


def sequences(batch: tuple[Schema, ...]) -> dict[Name, Sequence]:
    return {(schema.name, one.name): one for schema in batch for one in schema.all_sequences}


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
    assert said == {
        name: (position(judged), judged.status, judged.next_value, judged.inserts, judged.furthest)
        for name, judged in model.items()
    }


def position(judged: Judged) -> Position:
    return Position(last_value=judged.position[0], is_called=judged.position[1])


def shown(database: Database, way: Way, model: Judgements) -> None:
    """The command line can show it, whatever the names are."""
    done = CliRunner().invoke(main, ["check", database.dsn, "--format", way.format], catch_exceptions=False)
    assert done.exit_code == any(judged.status != "ok" for judged in model.values()), done.output


def fixed(database: Database, connection: Rows, batch: tuple[Schema, ...], before: Judgements, way: Way) -> Judgements:
    """Fix; what is changed is what has to be, and can be undone. Return the new state."""
    applied = fix(database, way)
    if way.undone and way.by == "pgseq":
        for one in applied.values():
            if one.undo:
                connection.execute(one.undo.encode())
        assert judgements(connection, batch) == before, "undo does not lead back"
        applied = fix(database, way)
    after = judgements(connection, batch)
    for name, sequence in sequences(batch).items():
        old, new = before[name], after[name]
        goal = repaired(old, sequence.cache, max_jump=way.max_jump, into_gap=way.into_gap)
        if new.position == old.position:
            assert goal == 0, f"{name} was not moved"
        else:
            assert new.next_value is not None
            assert new.next_value in old.run, f"{name} was moved backwards or off its run"
            steps = old.run.index(new.next_value)
            assert goal, f"{name} was moved"
            assert steps in landed(old, goal, sequence.cache), f"{name} was moved elsewhere"
        if way.by == "pgseq":
            told(applied.get(name), old, new)
    return after


def fix(database: Database, way: Way) -> dict[Name, Applied]:
    """Fix by pgseq itself, or by psql with the script that pgseq writes; return what was told."""
    with open_pool(database.dsn, 2) as pool:
        options = workflow.Options(policy=way.policy)
        if way.by == "pgseq":
            report = workflow.fix(pool, options, lambda report: True)
            return {(one.sequence.schema, one.sequence.name): one.applied for one in report.sequences if one.applied}
        steps = [one.step for one in workflow.check(pool, options).sequences if one.step]
    done = psql(database.dsn, input=script(steps))
    assert (done.code, done.err) == (0, "")
    return {}


def told(applied: Applied | None, old: Judged, new: Judged) -> None:
    """What is said to have become of a sequence has."""
    if new.position == old.position:
        assert applied is None or applied.result == "skipped"
    else:
        assert applied
        assert (applied.result, applied.before, applied.after) == ("moved", position(old), position(new))


def proved(verification: Verification, model: Judgements, way: Way) -> None:
    """The proofs are true. Inserts tried use up values, so that they may come upon a stored one farther on."""
    for proof in verification.proofs:
        judged = model[proof.sequence.schema, proof.sequence.name]
        free = judged.status != "exhausted" and judged.inserts != 0
        if proof.undeclared:
            # An id off the grid may be one of a block: its sequence is free as far as numbers tell.
            assert free
            assert abs(proof.sequence.increment) > 1
            continue
        assert proof.proved == free or (way.insert and proof.proved is False and judged.until), proof


def count(tally: Counter[str], batch: tuple[Schema, ...], before: Judgements, after: Judgements) -> None:
    tally["schemas"] += len(batch)
    tally["columns fed"] += sum(len(schema.feeds) for schema in batch)
    tally["sequences"] += len(before)
    for status in ("ok", "out_of_sync", "exhausted"):
        tally[f"of them {status.replace('_', ' ')}"] += sum(judged.status == status for judged in before.values())
    tally["of them moved"] += sum(after[name].position != before[name].position for name in before)
