"""More sequences, and larger partition trees, than a small lock table holds at once.

PGSEQ_LARGE=20000 asks for that many sequences; fewer by default, still more than all locks of the server.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from pgseq.embedded import temporary_server
from tests.support.binaries import binaries
from tests.support.commandline import Pgseq
from tests.support.database import SETTINGS, Server

pytestmark = pytest.mark.slow

SEQUENCES: Final = int(os.environ.get("PGSEQ_LARGE", "4000"))
#: Tables created in a transaction.
BATCH: Final = 20
PARTITIONS: Final = 1000
#: Besides the primary key's.
INDEXES: Final = 3
#: The room for locks is for max_locks_per_transaction × max_connections, and a little more.
SMALL: Final = SETTINGS | {
    "max_locks_per_transaction": "10",
    "max_connections": "20",
    "max_prepared_transactions": "0",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}
SECONDS: Final = 600


@pytest.fixture(scope="module")
def small(server: Server) -> Iterator[str]:
    """The DSN of a server with hardly any room for locks."""
    with temporary_server(binaries(server.major), settings=SMALL) as small:
        yield small.dsn()


def test_more_sequences_than_locks(small: str, pgseq: Pgseq) -> None:
    dsn = _database(small, "many")
    with psycopg.connect(dsn, autocommit=True) as connection:
        for first in range(0, SEQUENCES, BATCH):
            connection.execute(
                "".join(
                    f"CREATE TABLE t{number} (id serial PRIMARY KEY);INSERT INTO t{number} VALUES (1), (2), (3);"
                    for number in range(first, min(first + BATCH, SEQUENCES))
                ).encode()
            )
        with pytest.raises(psycopg.errors.OutOfMemory):
            _all_at_once(connection)

    found = pgseq("check", dsn, "--format", "json", timeout=SECONDS)
    assert (found.code, found.err) == (1, "")
    assert _statuses(found.json()) == {"out_of_sync": SEQUENCES}

    fixed = pgseq("fix", dsn, "--yes", "--format", "json", timeout=SECONDS)
    assert fixed.code == 0, fixed.err[-2000:]
    assert _statuses(fixed.json()) == {"ok": SEQUENCES}
    assert Counter(one["applied"]["result"] for one in _sequences(fixed.json())) == {"moved": SEQUENCES}

    again = pgseq("check", dsn, "--format", "json", timeout=SECONDS)
    assert _statuses(again.json()) == {"ok": SEQUENCES}


@pytest.fixture(scope="module")
def tree(small: str) -> str:
    """The DSN of a database with a partitioned table whose locks alone are more than the server's, and a plain one.

    Both sequences are out of sync.
    """
    dsn = _database(small, "tree")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE plain (id serial PRIMARY KEY); INSERT INTO plain VALUES (1), (2)")
        connection.execute("CREATE TABLE big (id bigserial PRIMARY KEY, n integer) PARTITION BY RANGE (id)")
        for _ in range(INDEXES):
            connection.execute("CREATE INDEX ON big (n)")
        for number in range(PARTITIONS):
            bounds = f"FROM ({number * 100 + 1}) TO ({number * 100 + 101})"
            connection.execute(f"CREATE TABLE big_{number} PARTITION OF big FOR VALUES {bounds}".encode())
        connection.execute("INSERT INTO big_0 VALUES (1); INSERT INTO big_5 VALUES (555)")
        with pytest.raises(psycopg.errors.OutOfMemory):
            connection.execute("SELECT max(id) FROM big")
    return dsn


def test_tree_larger_than_the_lock_table_is_never_called_healthy(tree: str, pgseq: Pgseq) -> None:
    document = pgseq("check", tree, "--format", "json", timeout=SECONDS).json()
    found = {one["name"]: one for one in _sequences(document)}
    assert found["plain_id_seq"]["status"] == "out_of_sync"
    assert found["big_id_seq"]["status"] == "out_of_sync"


def test_tree_larger_than_the_lock_table(tree: str, pgseq: Pgseq) -> None:
    fixed = pgseq("fix", tree, "--yes", "--format", "json", timeout=SECONDS)
    found = {one["name"]: one for one in _sequences(fixed.json())}
    assert fixed.code == 0
    assert found["plain_id_seq"]["next_value"] == 3
    assert found["big_id_seq"]["next_value"] == 556


def test_rights_on_the_partitions_of_a_tree_read_apart(tree: str, pgseq: Pgseq) -> None:
    with psycopg.connect(tree, autocommit=True) as connection:
        connection.execute("CREATE ROLE looker LOGIN; GRANT SELECT ON big, big_id_seq TO looker")
    found = pgseq("check", psycopg.conninfo.make_conninfo(tree, user="looker"), "-t", "big", "--format", "json")
    (one,) = _sequences(found.json())
    assert (found.code, one["status"]) == (3, "unknown")
    (finding,) = [finding for finding in one["findings"] if finding["code"] == "PGS006"]
    first, *_, more = finding["hint"].split("; ")
    assert first == "GRANT SELECT ON public.big_0 TO looker"
    assert more == f"and {PARTITIONS - 3} more like these"


def _all_at_once(connection: psycopg.Connection[Any]) -> None:
    """What the usual function does: every table in one transaction."""
    with connection.transaction():
        for number in range(SEQUENCES):
            connection.execute(f"SELECT max(id) FROM t{number}".encode())


def _database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return psycopg.conninfo.make_conninfo(server, dbname=name)


def _sequences(document: Any) -> list[Any]:
    return [one for database in document["databases"] for one in database["sequences"]]


def _statuses(document: Any) -> dict[str, int]:
    return dict(Counter(one["status"] for one in _sequences(document)))
