"""`pgseq why` on a tree of more partitions than the server's lock table has room for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from pgseq import embedded
from tests.support.binaries import binaries
from tests.support.commandline import Pgseq
from tests.support.database import SETTINGS, Database, Server, fresh_database

PARTITIONS: Final = 400
SMALL: Final = SETTINGS | {
    "max_locks_per_transaction": "10",
    "max_connections": "20",
    "max_prepared_transactions": "0",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}


@pytest.fixture(scope="module")
def small() -> Iterator[Database]:
    """A database on a server with hardly any room for locks, with a tree out of sync, and a table."""
    with (
        embedded.temporary_server(binaries(18), settings=SMALL) as running,
        fresh_database(Server(major=18, embedded=running)) as database,
        database.connect() as connection,
    ):
        connection.execute("CREATE TABLE tree (id bigserial, n int, PRIMARY KEY (id, n)) PARTITION BY LIST (n)")
        for n in range(PARTITIONS):
            connection.execute(f"CREATE TABLE tree{n} PARTITION OF tree FOR VALUES IN ({n})".encode())
        connection.execute("INSERT INTO tree (id, n) VALUES (1, 1), (2, 2)")
        connection.execute("CREATE TABLE plain (id serial PRIMARY KEY); INSERT INTO plain VALUES (1), (2)")
        yield database


def test_a_tree_is_not_looked_at_all_at_once(small: Database, pgseq: Pgseq) -> None:
    done = pgseq("why", small.dsn, "--format", "json", "-j", "1")
    assert done.code == 1, done
    tree, plain = sorted(done.json()["sequences"], key=lambda one: str(one["name"]), reverse=True)
    assert (tree["name"], tree["status"]) == ("tree_id_seq", "out_of_sync")
    assert tree["not_seen"] == [
        {
            "reason": "the rows of public.tree around the position: looking takes 802 locks at once, too many here",
            "hint": "raise max_locks_per_transaction",
        }
    ]
    assert (plain["name"], plain["not_seen"]) == ("plain_id_seq", [])
    assert plain["causes"]
