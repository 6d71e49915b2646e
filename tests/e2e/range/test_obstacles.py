"""What ends a sequence's run first, on real servers: and the server agrees, one value before and one value after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import psycopg
import pytest

import pgseq as library
from tests.support.commandline import Pgseq
from tests.support.database import Database

INT: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Statements, and what ends the run of `public.s` first (None: nothing does)."""

    setup: str
    kind: str | None
    object: str | None = None
    values: int | None = None
    inserts: int | None = None
    #: An INSERT that works at the last value and fails at the next; empty: not tried.
    insert: str = ""


SITUATIONS: Final = {
    "own_bound": Situation(
        setup="CREATE SEQUENCE s MAXVALUE 50 INCREMENT 7; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s'))",
        kind="sequence",
        object="public.s",
        values=8,
        insert="INSERT INTO t DEFAULT VALUES",
    ),
    "cycle": Situation(
        setup="CREATE SEQUENCE s MAXVALUE 50 CYCLE; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s'))",
        kind=None,
    ),
    "cycle_with_a_narrow_column": Situation(
        setup="CREATE SEQUENCE s CYCLE; CREATE TABLE t (id smallint PRIMARY KEY DEFAULT nextval('s'))",
        kind="column",
        object="public.t.id",
        values=32767,
        insert="INSERT INTO t DEFAULT VALUES",
    ),
    "descending_column": Situation(
        setup="CREATE SEQUENCE s INCREMENT -1000; CREATE TABLE t (id smallint PRIMARY KEY DEFAULT nextval('s'))",
        kind="column",
        object="public.t.id",
        values=33,
        insert="INSERT INTO t DEFAULT VALUES",
    ),
    "serial_is_named_by_its_column": Situation(
        setup="CREATE SEQUENCE s AS smallint; CREATE TABLE t (id smallint PRIMARY KEY DEFAULT nextval('s'))",
        kind="column",
        object="public.t.id",
        values=32767,
    ),
    "numeric": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id numeric(3) PRIMARY KEY DEFAULT nextval('s'))",
        kind="column",
        object="public.t.id",
        values=999,
        insert="INSERT INTO t DEFAULT VALUES",
    ),
    "stored": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s')); INSERT INTO t VALUES (10)",
        kind="stored",
        object="public.t.id",
        values=9,
        insert="INSERT INTO t DEFAULT VALUES",
    ),
    "check": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s') CHECK (id > 0 AND id < 1000))",
        kind="check",
        object="public.t.id",
        values=999,
        insert="INSERT INTO t DEFAULT VALUES",
    ),
    "check_that_is_no_bound": Situation(
        setup="CREATE SEQUENCE s MAXVALUE 90; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int, "
        "CHECK (id < 10 OR n > 3), CHECK (id < n), CHECK (n < 5), CHECK (id % 5 < 9), CHECK (id <> 7))",
        kind="sequence",
        object="public.s",
        values=90,
    ),
    "domain_over_a_domain": Situation(
        setup="CREATE DOMAIN a AS int CHECK (VALUE BETWEEN -9 AND 700); CREATE DOMAIN b AS a CHECK (VALUE <= 99999); "
        "CREATE SEQUENCE s; CREATE TABLE t (id b PRIMARY KEY DEFAULT nextval('s'))",
        kind="check",
        object="public.t.id",
        values=700,
        insert="INSERT INTO t DEFAULT VALUES",
    ),
    "domain_descending": Situation(
        setup="CREATE DOMAIN a AS numeric CHECK (VALUE > '-70'::numeric); CREATE SEQUENCE s INCREMENT -1; "
        "CREATE TABLE t (id a PRIMARY KEY DEFAULT nextval('s'))",
        kind="check",
        object="public.t.id",
        values=69,
        insert="INSERT INTO t DEFAULT VALUES",
    ),
    "foreign_key": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')); "
        "CREATE TABLE u (t smallint REFERENCES t)",
        kind="reference",
        object="public.u.t",
        values=32767,
        insert="WITH n AS (INSERT INTO t DEFAULT VALUES RETURNING id) INSERT INTO u SELECT id FROM n",
    ),
    "foreign_key_to_depth_3": Situation(
        setup="CREATE SCHEMA other; CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')); "
        'CREATE TABLE other."A b" ("I.d" bigint PRIMARY KEY REFERENCES t); '
        'CREATE TABLE v (n int, v bigint UNIQUE REFERENCES other."A b"); '
        "CREATE TABLE w (m int, w smallint REFERENCES v (v))",
        kind="reference",
        object="public.w.w",
        values=32767,
    ),
    "second_column_of_a_key": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (a int, id bigint DEFAULT nextval('s'), PRIMARY KEY (a, id)); "
        "CREATE TABLE u (x smallint, y int, FOREIGN KEY (y, x) REFERENCES t (a, id))",
        kind="reference",
        object="public.u.x",
        values=32767,
    ),
    "self_reference": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s'), parent int REFERENCES t)",
        kind="reference",
        object="public.t.parent",
        values=INT,
    ),
    "circle": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')); "
        "CREATE TABLE u (id int PRIMARY KEY REFERENCES t); ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES u",
        kind="reference",
        object="public.u.id",
        values=INT,
    ),
    "partitioned_referring": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')); "
        "CREATE TABLE u (t int REFERENCES t, n int) PARTITION BY LIST (n); "
        "CREATE TABLE u1 PARTITION OF u FOR VALUES IN (1)",
        kind="reference",
        object="public.u.t",
        values=INT,
    ),
    "partitioned_referred": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')) PARTITION BY RANGE (id); "
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (99); CREATE TABLE u (t int REFERENCES t)",
        kind="reference",
        object="public.u.t",
        values=INT,
    ),
    "partition_referred": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')) PARTITION BY RANGE (id); "
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (99); CREATE TABLE u (t int REFERENCES t1)",
        kind="reference",
        object="public.u.t",
        values=INT,
    ),
    "parent_of_the_fed_partition_referred": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY) PARTITION BY RANGE (id); "
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (99); CREATE TABLE u (t int REFERENCES t); "
        "ALTER TABLE t1 ALTER id SET DEFAULT nextval('s')",
        kind="reference",
        object="public.u.t",
        values=INT,
    ),
    "referring_check": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')); "
        "CREATE TABLE u (t bigint REFERENCES t CHECK (50 >= t))",
        kind="reference",
        object="public.u.t",
        values=50,
        insert="WITH n AS (INSERT INTO t DEFAULT VALUES RETURNING id) INSERT INTO u SELECT id FROM n",
    ),
    "referring_domain": Situation(
        setup="CREATE DOMAIN d AS bigint CHECK (VALUE < 5000); CREATE SEQUENCE s; "
        "CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')); CREATE TABLE u (t d REFERENCES t)",
        kind="reference",
        object="public.u.t",
        values=4999,
    ),
    "two_columns_of_a_table": Situation(
        setup="CREATE SEQUENCE s; "
        "CREATE TABLE t (a bigint UNIQUE DEFAULT nextval('s'), b smallint UNIQUE DEFAULT nextval('s'))",
        kind="column",
        object="public.t.b",
        values=32767,
        inserts=16383,
    ),
    "cache": Situation(
        setup="CREATE SEQUENCE s CACHE 50; CREATE TABLE t (id smallint PRIMARY KEY DEFAULT nextval('s')); "
        "INSERT INTO t DEFAULT VALUES",
        kind="column",
        object="public.t.id",
        values=32717,
    ),
    "at_its_end": Situation(
        setup="CREATE SEQUENCE s AS smallint; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s')); "
        "SELECT setval('s', 32767)",
        kind="sequence",
        object="public.s",
        values=0,
    ),
    "past_the_end_of_a_column": Situation(
        setup="CREATE SEQUENCE s; CREATE TABLE t (id smallint DEFAULT nextval('s')); SELECT setval('s', 90000)",
        kind="column",
        object="public.t.id",
        values=0,
    ),
    "feeds_nothing": Situation(setup="CREATE SEQUENCE s MAXVALUE 9", kind="sequence", object="public.s", values=9),
}


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.sampled(30)
def test_what_ends_the_run_first(name: str, database: Database, pgseq: Pgseq) -> None:
    situation = SITUATIONS[name]
    database.run(situation.setup)
    (sequence,) = (
        one
        for one in pgseq("check", database.dsn, "--format", "json").json()["databases"][0]["sequences"]
        if one["name"] == "s"
    )
    left, end = sequence["left"], sequence["left"]["ends_at"]
    assert (end and end["kind"], end and end["object"]) == (situation.kind, situation.object), left
    assert left["values"] == situation.values
    assert left["inserts"] == (situation.inserts or situation.values)
    assert left["exact"] is True
    if situation.insert:
        _works_at_the_last_value_alone(database, situation.insert, sequence["increment"], end, sequence["next_value"])


def _works_at_the_last_value_alone(
    database: Database, insert: str, increment: int, end: dict[str, int], following: int
) -> None:
    """The server itself: nextval() hands out the last value, and what is inserted with the next one fails."""
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        last = following + (end["values"] - 1) * increment
        connection.execute("SELECT setval('s', %s, false)", [last])
        connection.execute(insert.encode())
        with pytest.raises(psycopg.Error):
            connection.execute(insert.encode())


def test_a_column_that_cannot_be_read_leaves_a_doubt(database: Database) -> None:
    database.run("CREATE TABLE t (id serial); CREATE TABLE u (id int DEFAULT nextval('t_id_seq') * 2)")
    database.run("INSERT INTO u VALUES (7)")
    (report,) = library.check(database.dsn).sequences
    assert report.diagnosis.left is not None
    assert not report.diagnosis.left.exact
    assert report.diagnosis.left.values == INT


def test_a_locked_table_does_not_stop_it(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY CHECK (id < 10)); CREATE TABLE u (id serial PRIMARY KEY)")
    with psycopg.connect(database.dsn) as holder:
        holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        done = pgseq("check", database.dsn, "--format", "json", "--lock-timeout", "300ms")
        left = {one["name"]: one["left"] for one in done.json()["databases"][0]["sequences"]}
    assert left["u_id_seq"]["values"] == INT
