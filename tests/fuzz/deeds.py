"""What the server then does: rows of defaults go in until a sequence collides or comes to its end, as foretold."""

from __future__ import annotations

import contextlib
from typing import Final

import pytest
from psycopg import errors

from tests.fuzz.model import Judged, Rows, integers, judge
from tests.fuzz.situations import Feed, Schema, Sequence, literal

#: Values that each sequence hands out, if it has as many.
VALUES: Final = 50


def hand_out(connection: Rows, schema: Schema, sequence: Sequence) -> Judged:
    """Let every column that a sequence feeds take its share of the next values; return what was foretold."""
    judged = judge(connection, schema, sequence)
    feeds = [feed for feed in schema.feeds if feed.sequence is sequence]
    amount = min(VALUES, judged.room, *([judged.until] if judged.until is not None else []))
    drawn = [
        value
        for number, feed in enumerate(feeds)
        for value in _insert(connection, feed, amount // len(feeds) + (amount % len(feeds) if number == 0 else 0))
    ]
    if not feeds:
        drawn = _draw(connection, schema, sequence, amount)
    assert drawn == list(judged.run[:amount])
    if amount == VALUES:
        return judged
    following = judged.run[amount : amount + 1]
    takers = [feed for feed in feeds for value in following if feed.holds(value)]
    if amount == judged.until and takers:
        _collides(connection, takers[0], following[0])
    elif following:
        narrow = next(feed for feed in feeds if feed not in takers)
        with pytest.raises(errors.DataError):
            _insert(connection, narrow, 1)
    elif not sequence.cycle:
        with pytest.raises(errors.SequenceGeneratorLimitExceeded):
            _draw(connection, schema, sequence, 1)
    return judged


def _insert(connection: Rows, feed: Feed, rows: int) -> list[int]:
    """The values that new rows get."""
    cursor = connection.execute(feed.insert.replace("{rows}", str(rows)).encode())
    return list(integers((value for (value,) in cursor), feed.type.kind))


def _draw(connection: Rows, schema: Schema, sequence: Sequence, amount: int) -> list[int]:
    name = literal(schema.qualified(sequence.name))
    cursor = connection.execute(f"SELECT nextval({name}) FROM generate_series(1, {amount})".encode())
    return [value for (value,) in cursor]


def _collides(connection: Rows, feed: Feed, value: int) -> None:
    """One more insert meets the stored value; where no unique index refuses it, it is stored twice."""
    with contextlib.suppress(errors.UniqueViolation):
        assert _insert(connection, feed, 1) == [value]
