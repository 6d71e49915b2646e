"""Without samples: how fast a sequence is used is told by the time column of the table that it feeds."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

import pgseq as library
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.roles import new_role

PLAIN: Final = (
    "CREATE SEQUENCE s; "
    "CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), made timestamptz NOT NULL DEFAULT now())"
)
#: 400 days, of which each used 100 values: rows that were rolled back are not there.
FILL = """
INSERT INTO t (id, made)
SELECT {sign} * n, now() - (400 * 100 - n) * interval '864 s' FROM generate_series(1, 40000) AS n WHERE n % 3 > 0;
SELECT setval('s', {sign} * 40000);
"""


def outlook(database: Database, **arguments: str) -> library.SequenceRange:
    """What is said of the sequence `s`."""
    return next(one for one in library.range(database.dsn, **arguments).sequences if one.sequence.name == "s")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "clock", ["timestamptz NOT NULL DEFAULT now()", "timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP"]
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_steady_table(database: Database, clock: str, sign: int) -> None:
    database.run(
        f"CREATE SEQUENCE s INCREMENT {sign}; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), made {clock})"
    )
    database.run(FILL.format(sign=sign))
    told = outlook(database).forecast
    assert told is not None
    assert told.source == "public.t.made"
    assert told.a_day == pytest.approx(100, rel=0.03)
    assert told.earliest < told.seconds < (told.latest or 0)


def test_utc_without_a_zone(database: Database) -> None:
    database.run(
        "CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), "
        "made timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'utc'))"
    )
    database.run(
        "INSERT INTO t (made) SELECT (now() AT TIME ZONE 'utc') - (240 - n) * interval '1 h' "
        "FROM generate_series(1, 240) AS n"
    )
    told = outlook(database).forecast
    assert told is not None
    assert told.a_day == pytest.approx(24, rel=0.05)


def test_a_table_younger_than_the_windows(database: Database) -> None:
    database.run(PLAIN)
    database.run("INSERT INTO t (made) SELECT now() - (50 - n) * interval '1 h' FROM generate_series(1, 50) AS n")
    told = outlook(database).forecast
    assert told is not None
    assert told.a_day == pytest.approx(24, rel=0.1)


def test_times_out_of_order_tell_nothing(database: Database) -> None:
    database.run(PLAIN)
    database.run("INSERT INTO t (made) SELECT now() - n * interval '1 h' FROM generate_series(1, 5000) AS n")
    one = outlook(database)
    assert one.forecast is None
    assert one.unknown_because.startswith("no forecast: times are out of order, as after an import (row ")


def test_a_named_column(database: Database, pgseq: Pgseq) -> None:
    database.run(
        "CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), \"When\" timestamptz, made text)"
    )
    database.run("INSERT INTO t (\"When\") SELECT now() - (900 - n) * interval '1 h' FROM generate_series(1, 900) AS n")
    assert outlook(database).forecast is None
    assert outlook(database, clock="made").forecast is None
    done = pgseq("range", database.dsn, "--no-history", "--clock", "When", "--within", "90d")
    assert done.code == 0, done
    assert "about 240,000 years" in done.out


def test_ids_ahead_do_not_count(database: Database) -> None:
    database.run(PLAIN)
    database.run("INSERT INTO t (made) SELECT now() - (900 - n) * interval '1 h' FROM generate_series(1, 900) AS n")
    database.run("INSERT INTO t VALUES (2000000, now() - interval '9 years')")
    told = outlook(database).forecast
    assert told is not None
    assert told.a_day == pytest.approx(24, rel=0.05)
    assert told.seconds == pytest.approx(timedelta(days=(2_000_000 - 901) / 24).total_seconds(), rel=0.05)


def test_partitions(database: Database) -> None:
    database.run(
        "CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s'), made timestamptz NOT NULL DEFAULT now(), "
        "PRIMARY KEY (id)) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (500); "
        "CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (500) TO (9999)"
    )
    database.run("INSERT INTO t (made) SELECT now() - (900 - n) * interval '1 h' FROM generate_series(1, 900) AS n")
    told = outlook(database).forecast
    assert told is not None
    assert told.a_day == pytest.approx(24, rel=0.05)


def test_without_the_privilege_nothing_is_told(database: Database) -> None:
    database.run(PLAIN)
    database.run("INSERT INTO t (made) SELECT now() - (900 - n) * interval '1 h' FROM generate_series(1, 900) AS n")
    grants = "GRANT SELECT (id) ON t TO {role}; GRANT SELECT ON SEQUENCE s TO {role}"
    with new_role(database) as role:
        database.run(grants.format(role=role.sql))
        (one,) = library.range(role.dsn).sequences
    assert one.left is not None
    assert one.unknown_because == "no history yet"
