"""Where no unique index refuses a stored id, no INSERT fails: it is said so, and it is so."""

from __future__ import annotations

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

PARTITIONED = """
CREATE TABLE t (id serial, at date NOT NULL DEFAULT '2024-01-01', PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO t (id, at) SELECT g, '2024-02-02' FROM generate_series(1, 5) AS g
"""
PER_TENANT = """
CREATE TABLE t (id serial, tenant integer NOT NULL DEFAULT 1, PRIMARY KEY (id, tenant));
INSERT INTO t SELECT g, 2 FROM generate_series(1, 5) AS g
"""
PARTIAL = """
CREATE TABLE t (id serial, gone boolean NOT NULL DEFAULT false);
CREATE UNIQUE INDEX ON t (id) WHERE gone;
INSERT INTO t SELECT generate_series(1, 5)
"""


@pytest.mark.parametrize("schema", [PARTITIONED, PER_TENANT, PARTIAL], ids=["partitioned", "per tenant", "partial"])
def test_no_unique_index_on_the_column_alone(schema: str, database: Database, pgseq: Pgseq) -> None:
    database.run(schema)
    checked = pgseq("check", database.dsn)
    assert checked.code == 1
    assert "next id is taken" in checked.out
    assert (
        "PGS001  the next INSERT repeats an id: public.t_id_seq hands out 1, which is already stored in public.t.id; "
        "no unique index on it alone refuses that\n"
    ) in checked.out
    verified = pgseq("verify", database.dsn)
    assert "1 is already stored; no unique index on the column alone refuses it a second time\n" in verified.out
    # And so it is.
    assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") == 1
    assert database.value("SELECT count(*) FROM t WHERE id = 1") == 2
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") == 6


@pytest.mark.parametrize("index", ["PRIMARY KEY", "UNIQUE", "UNIQUE DEFERRABLE INITIALLY DEFERRED"])
def test_a_unique_index_on_the_column_alone(index: str, database: Database, pgseq: Pgseq) -> None:
    database.run(f"CREATE TABLE t (id serial {index}); INSERT INTO t SELECT generate_series(1, 5)")
    assert "PGS001  the next INSERT fails: " in pgseq("check", database.dsn).out
