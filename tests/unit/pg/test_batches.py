"""Which sequences are read, and moved, in one transaction, and by which session."""

from __future__ import annotations

from itertools import chain

from pgseq.pg.read import NEIGHBOURS, batches, budget, neighbourhood
from tests.unit.factory import sequence, server

SERVER = server()


def test_who_has_read_a_table_moves_its_sequence() -> None:
    sequences = [sequence(oid=oid) for oid in range(20_000, 60_000, 8)]
    read = {one.oid: neighbourhood(batch) % 2 for batch in batches(sequences, SERVER, 2) for one in batch}
    moved = list(batches(reversed(sequences[7::3]), SERVER, 2))
    assert all(read[one.oid] == neighbourhood(batch) % 2 for batch in moved for one in batch)
    assert sorted(read) == [one.oid for one in sequences]


def test_sequences_far_apart_share_batches() -> None:
    sequences = [sequence(oid=NEIGHBOURS * number, feeds=()) for number in range(1, 1001)]
    locks = budget(SERVER, 2)
    together = list(batches(sequences, SERVER, 2))
    assert len(together) <= 1000 // locks + 2
    assert max(map(len, together)) <= locks
    assert {one.oid for one in chain(*together)} == {one.oid for one in sequences}


def test_few_are_one_batch() -> None:
    few = [sequence(oid=NEIGHBOURS * number, feeds=()) for number in range(1, 11)]
    assert list(batches(few, SERVER, 2)) == [few]
    assert list(batches([], SERVER, 2)) == []
