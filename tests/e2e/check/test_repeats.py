"""Whether the next INSERT fails or repeats an id: check, verify and explain say the same, and it is so."""

from __future__ import annotations

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

ROWS = "INSERT INTO t SELECT generate_series(1, 5)"
REPEATING = {
    "partitioned by another column": """
        CREATE TABLE t (id serial, at date NOT NULL DEFAULT '2024-01-01', PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        INSERT INTO t (id, at) SELECT g, '2024-02-02' FROM generate_series(1, 5) AS g""",
    "a key in each partition": """
        CREATE TABLE t (id serial, at int NOT NULL DEFAULT 1) PARTITION BY LIST (at);
        CREATE TABLE t1 PARTITION OF t (PRIMARY KEY (id)) FOR VALUES IN (1);
        CREATE TABLE t2 PARTITION OF t (PRIMARY KEY (id)) FOR VALUES IN (2);
        INSERT INTO t (id, at) SELECT g, 2 FROM generate_series(1, 5) AS g""",
    "tenant and id": """
        CREATE TABLE t (id serial, tenant integer NOT NULL DEFAULT 1, PRIMARY KEY (id, tenant));
        INSERT INTO t SELECT g, 2 FROM generate_series(1, 5) AS g""",
    "partial": f"""
        CREATE TABLE t (id serial, gone boolean NOT NULL DEFAULT false); CREATE UNIQUE INDEX ON t (id) WHERE gone;
        {ROWS}""",
    "partial, of another column": f"""
        CREATE TABLE t (id serial, gone boolean); CREATE UNIQUE INDEX ON t (id) WHERE gone IS NOT NULL;
        {ROWS}""",
    "an index that is not unique": f"CREATE TABLE t (id serial); CREATE INDEX ON t (id); {ROWS}",
    "no index": f"CREATE TABLE t (id serial); {ROWS}",
    "an inheritance child without an index": f"""
        CREATE TABLE t (id serial PRIMARY KEY); CREATE TABLE c () INHERITS (t); {ROWS.replace(" t ", " c ")}""",
    "a key in each inheritance child": f"""
        CREATE TABLE t (id serial PRIMARY KEY); CREATE TABLE c (PRIMARY KEY (id)) INHERITS (t);
        CREATE TABLE g (PRIMARY KEY (id)) INHERITS (c); {ROWS.replace(" t ", " g ")}""",
    "excluded where something else is equal": f"""
        CREATE TABLE t (id serial, EXCLUDE USING btree (id WITH =) WHERE (id < 0)); {ROWS}""",
}
FAILING = {
    "primary key": f"CREATE TABLE t (id serial PRIMARY KEY); {ROWS}",
    "unique": f"CREATE TABLE t (id serial UNIQUE); {ROWS}",
    "deferred": f"CREATE TABLE t (id serial UNIQUE DEFERRABLE INITIALLY DEFERRED); {ROWS}",
    "with another column included": f"CREATE TABLE t (id serial, n int, UNIQUE (id) INCLUDE (n)); {ROWS}",
    "partial, but for NULL": f"CREATE TABLE t (id serial); CREATE UNIQUE INDEX ON t (id) WHERE id IS NOT NULL; {ROWS}",
    "exclusion constraint": f"CREATE TABLE t (id serial, EXCLUDE USING btree (id WITH =)); {ROWS}",
    "partitioned by the column": """
        CREATE TABLE t (id serial PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (1000);
        INSERT INTO t SELECT generate_series(1, 5)""",
    "an inheritance child with a sequence of its own": f"""
        CREATE TABLE t (id serial PRIMARY KEY); CREATE TABLE c () INHERITS (t);
        CREATE SEQUENCE own; ALTER TABLE c ALTER id SET DEFAULT nextval('own'); {ROWS}""",
}
DUPLICATE = 'duplicate key value violates unique constraint "t_pkey"\nDETAIL:  Key (id)=(1) already exists.'


@pytest.mark.parametrize("situation", REPEATING)
@pytest.mark.sampled(12)
def test_repeats(situation: str, database: Database, pgseq: Pgseq) -> None:
    database.run(REPEATING[situation])
    checked = pgseq("check", database.dsn, "-t", "t")
    assert checked.code == 1
    assert "next insert repeats an id" in checked.out
    (finding, *_) = pgseq("check", database.dsn, "-t", "t", "--format", "json").json()["databases"][0]["sequences"][0][
        "findings"
    ]
    assert finding["message"].startswith("the next INSERT repeats an id: public.t_id_seq hands out 1")
    assert finding["message"].endswith("; no unique index on it alone refuses that")
    verified = pgseq("verify", database.dsn, "--insert", "-t", "t")
    assert "repeats an id\n    1 is already stored; no unique index on it alone refuses that\n" in verified.out
    assert "\n1 would repeat an id\n" in verified.out
    (proof,) = pgseq("verify", database.dsn, "-t", "t", "--format", "json").json()["databases"][0]["sequences"]
    assert (proof["proved"], proof["repeats"]) == (False, True)
    # And so it is.
    assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") == 1
    assert database.value("SELECT count(*) FROM t WHERE id = 1") == 2
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") == 6


@pytest.mark.parametrize("situation", FAILING)
@pytest.mark.sampled(8)
def test_fails(situation: str, database: Database, pgseq: Pgseq) -> None:
    database.run(FAILING[situation])
    checked = pgseq("check", database.dsn, "-t", "t")
    assert "next insert fails  PGS001\n" in checked.out
    assert "1 would fail\n" in pgseq("verify", database.dsn, "-t", "t").out
    (sequence,) = pgseq("check", database.dsn, "-t", "t", "--format", "json").json()["databases"][0]["sequences"]
    assert [feed["unique"] for feed in sequence["feeds"]] == [True]
    # And so it is.
    with pytest.raises(Exception, match=r"duplicate key|conflicting key"):
        database.run("INSERT INTO t DEFAULT VALUES")


def test_an_invalid_index_refuses_nothing(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial); INSERT INTO t VALUES (1), (1)")
    with pytest.raises(Exception, match="could not create unique index"):
        database.run("CREATE UNIQUE INDEX CONCURRENTLY ON t (id)")
    assert "repeats an id" in pgseq("check", database.dsn).out


def test_explain_uses_the_same_words(database: Database, pgseq: Pgseq) -> None:
    database.run(REPEATING["tenant and id"])
    error = DUPLICATE.replace("(id)=(1)", "(id, tenant)=(1, 2)")
    out = pgseq("explain", "-d", database.dsn, error).out
    assert "1 is stored already: the next insert repeats an id" in out
    assert "5: up to 5 inserts will repeat an id" in out


def test_after_some_more(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial); INSERT INTO t VALUES (4)")
    assert "repeats an id after 3 inserts  PGS001\n" in pgseq("check", database.dsn).out
    assert "INSERT repeats an id after 3 more inserts" in pgseq("verify", database.dsn, "-v").out
