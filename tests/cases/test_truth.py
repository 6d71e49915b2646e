"""The expectations are true: each case's expected.json is proved on the server, without pgseq.

nextval() is called, rows of defaults are inserted up to the collision, and everything is put back.
"""

from __future__ import annotations

import pytest
from psycopg import errors

from tests.cases.case import Case, Expected, cases
from tests.cases.truth import Column, Rows, Sequence, columns, play, sequences
from tests.support.database import Database

#: As many inserts are really made to meet a collision; farther ones are only computed.
REAL_INSERTS = 100


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_expectation_is_true(case: Case, database: Database) -> None:
    if database.server.major < case.minimum:
        pytest.skip(f"needs PostgreSQL {case.minimum}")
    with database.connect() as connection:
        play(connection, case)
        known, named = sequences(connection), columns(connection)
        for name, expected in case.expected.items():
            feeds = [(named[label], via) for label, via in (one.rsplit(" ", 1) for one in expected["feeds"])]
            assert known[name].next_value(connection) == expected["next_value"], name
            judged = [column for column, via in feeds if via != "?"]
            if expected["status"] == "unknown":
                assert len(judged) < len(feeds), f"{name}: what could not be judged?"
                continue
            drawing = [str(column.table) for column, via in feeds if via not in ("owned", "declared")]
            takes = max(map(drawing.count, drawing), default=1)
            if blocks := case.blocks(name):
                _prove_the_blocks(
                    connection, known[name], [(named[label], first, last) for label, first, last in blocks], expected
                )
                continue
            _prove_the_run(connection, known[name], judged, expected, takes)
            if takes > 1 and len(drawing) == takes == len(judged):
                _prove_by_rows(connection, known[name], judged, expected)
            if len(feeds) == 1 and feeds[0][1] != "owned":
                _prove_by_inserting(connection, known[name], *feeds[0], expected)
            if "left" in expected:
                _prove_the_end(connection, known[name], judged, expected, case)


def _prove_the_run(connection: Rows, sequence: Sequence, feeds: list[Column], expected: Expected, takes: int) -> None:
    """The stored values on the way are where the expectation says, and the repair is beyond them. A row takes as many
    values as columns of its table draw."""
    run = sequence.run(expected["next_value"])
    stored = {value for column in feeds for value in column.stored(connection)}
    ahead = sorted((value for value in stored if value in run), key=run.index)
    assert expected["furthest"] == (ahead[-1] if ahead else None), sequence.sql
    assert expected["inserts_until_collision"] == (run.index(ahead[0]) // takes if ahead else None), sequence.sql
    assert (expected["status"] == "out_of_sync") == bool(ahead), sequence.sql
    if expected["fix"] is not None:
        beyond = run.index(expected["fix"]) - run.index(ahead[-1])
        # With CACHE a whole block is taken.
        assert beyond == 1 or ("PGS010" in expected["codes"] and beyond > 1), sequence.sql
        assert expected["fix"] in run, sequence.sql


def _prove_the_blocks(
    connection: Rows, sequence: Sequence, feeds: list[tuple[Column, int, int]], expected: Expected
) -> None:
    """The stored ids of the blocks to come are where the expectation says, and the repair is beyond the last one."""
    run = sequence.run(expected["next_value"])
    held = [(column.stored(connection), first, last) for column, first, last in feeds]
    first = run.start if run else 0

    def ids(value: int) -> set[int]:
        return {
            id
            for stored, before, after in held
            for id in stored.intersection(range(value + before, value + after + 1))
            if (id >= sequence.min if sequence.increment > 0 else id <= sequence.max)
        }

    near = {id - n for stored, before, after in held for id in stored for n in range(before, after + 1)}
    colliding = sorted((value for value in near if value in run and ids(value)), key=run.index)
    every = sorted(set().union(*map(ids, colliding)), key=lambda id: abs(id - first))
    assert expected["furthest"] == (every[-1] if every else None), sequence.sql
    assert expected["inserts_until_collision"] == (run.index(colliding[0]) if colliding else None), sequence.sql
    assert (expected["status"] == "out_of_sync") == bool(colliding), sequence.sql
    if expected["fix"] is not None:
        assert run.index(expected["fix"]) == run.index(colliding[-1]) + 1, sequence.sql


def _prove_by_inserting(connection: Rows, sequence: Sequence, column: Column, via: str, expected: Expected) -> None:
    """Rows of defaults really go in until the expected collision, or really fail when exhausted; but an identity column
    stores other values than it was given."""
    until = expected["inserts_until_collision"]
    if until is not None and until > REAL_INSERTS:
        return
    position = sequence.position(connection)
    connection.execute("BEGIN")
    try:
        if expected["status"] == "exhausted" and via == "identity" and expected["next_value"] is not None:
            assert column.insert(connection) != str(expected["next_value"])
            return
        if expected["status"] == "exhausted":
            failure = errors.SequenceGeneratorLimitExceeded if expected["next_value"] is None else errors.DataError
            with pytest.raises(failure):
                column.insert(connection)
            return
        for _ in range(1 if until is None else until):
            assert column.count(connection, column.insert(connection)) == 1, f"{sequence.sql} collides too early"
        if until is not None:
            assert _collides(connection, column), f"{sequence.sql} does not collide"
    finally:
        connection.execute("ROLLBACK")
        sequence.restore(connection, position)


def _prove_by_rows(connection: Rows, sequence: Sequence, columns: list[Column], expected: Expected) -> None:
    """Rows of a table with several columns that draw go in up to the one that takes the stored value; or none goes in,
    where too few values are left."""
    until, position = expected["inserts_until_collision"], sequence.position(connection)
    connection.execute("BEGIN")
    try:
        if expected["status"] == "exhausted":
            with pytest.raises(errors.SequenceGeneratorLimitExceeded):
                columns[0].insert(connection)
            return
        for _ in range(1 if until is None else until):
            assert columns[0].count(connection, columns[0].insert(connection)) == 1
        if until is not None:
            stored = {value for column in columns for value in column.stored(connection)}
            assert set(sequence.draw(connection, len(columns))) & stored, f"{sequence.sql} does not come to it"
    finally:
        connection.execute("ROLLBACK")
        sequence.restore(connection, position)


def _prove_the_end(connection: Rows, sequence: Sequence, feeds: list[Column], expected: Expected, case: Case) -> None:
    """The last row before the end really goes in everywhere, and the next does not; or it begins anew where CYCLE
    does."""
    left, position = expected["left"], sequence.position(connection)
    run = sequence.run(expected["next_value"])
    values, inserts, wraps = left["values"], left["inserts"], left.get("wraps_after")
    connection.execute("BEGIN")
    try:
        if values is None or inserts is None:
            assert wraps is not None
            sequence.restore(connection, (run[wraps - 1], True))
            assert sequence.draw(connection, 1) == [sequence.min if sequence.increment > 0 else sequence.max]
            return
        beyond = run[values] if values < len(run) else run[-1] + sequence.increment
        assert abs(left["last"] - run[0]) < abs(beyond - run[0]), sequence.sql
        assert abs(left["last"] - run[0]) >= abs(run[values - 1] - run[0]), sequence.sql
        if left["kind"] == "declared":
            return
        takes = values // inserts
        sequence.restore(connection, (run[(inserts - 1) * takes], False))
        _go_through(connection, feeds, case)
        with pytest.raises((errors.DataError, errors.IntegrityError, errors.SequenceGeneratorLimitExceeded)):
            _go_through(connection, feeds, case)
    finally:
        connection.execute("ROLLBACK")
        sequence.restore(connection, position)


def _go_through(connection: Rows, feeds: list[Column], case: Case) -> None:
    """A row of defaults in the first table that is fed, and in those that refer to it."""
    if case.ends is None:
        feeds[0].insert(connection)
    for statement in case.ends or ():
        connection.execute(statement.encode())


def _collides(connection: Rows, column: Column) -> bool:
    """Whether one more insert meets a stored value; without a unique index it stores it twice."""
    try:
        return column.count(connection, column.insert(connection)) > 1
    except errors.UniqueViolation:
        return True
