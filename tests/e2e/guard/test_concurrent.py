"""Guard triggers under writers of every kind at once."""

from __future__ import annotations

import random
import time
from itertools import count
from pathlib import Path

import pytest

from pgseq import api
from tests.support.application import Writer, at_work, watched
from tests.support.clients import run_client
from tests.support.database import Database
from tests.support.guards import only, with_trigger

#: Seconds of work.
LENGTH = 4.0


@pytest.mark.slow
def test_writers_of_every_kind(database: Database) -> None:
    """Default inserts, multi-row INSERT and COPY with ids beyond the position, and bare nextval(): the sequence never
    goes back, and no default insert fails.

    The explicit ids are taken from far ahead, each once, so that none can equal one just handed out: that race is
    everybody's who gives ids away by hand, and no trigger can decide it.
    """
    database.run("CREATE TABLE t (id bigserial PRIMARY KEY, name text); CREATE TABLE drawn (id bigint PRIMARY KEY)")
    assert only(with_trigger(database.dsn, "t")).result is not None
    far = count(1)

    def default(writer: Writer) -> None:
        writer.execute("INSERT INTO t (name) VALUES ('default')")

    def several(writer: Writer) -> None:
        writer.execute("INSERT INTO t (name) SELECT 'default' FROM generate_series(1, 5)")

    def explicit(writer: Writer) -> None:
        first = next(far) * 40_000 + random.randrange(1000)
        writer.execute(f"INSERT INTO t SELECT g, 'explicit' FROM generate_series({first}, {first + 20}) AS g")
        time.sleep(0.005)

    def copied(writer: Writer) -> None:
        first = next(far) * 40_000
        writer.copy("COPY t (id) FROM STDIN", "".join(f"{number}\n" for number in range(first, first + 50)))
        time.sleep(0.005)

    def near(writer: Writer) -> None:
        """Ids just ahead, drawn first: the application does the sequence's work."""
        writer.execute("INSERT INTO t SELECT nextval('t_id_seq') + 0, 'near' FROM generate_series(1, 3)")

    def bare(writer: Writer) -> None:
        writer.execute("INSERT INTO drawn SELECT nextval('t_id_seq')")

    works = {"default": default, "several": several, "explicit": explicit, "copied": copied, "near": near, "bare": bare}
    with watched(database, {"t_id_seq": 1}) as back, at_work(database, works) as writers:
        time.sleep(LENGTH)
    failed = {name: [one.sqlstate for one in writer.statements if one.sqlstate] for name, writer in writers.items()}
    assert back == []
    assert failed == {name: [] for name in works}
    assert all(len(writer.statements) > 20 for writer in writers.values())
    (sequence,) = api.check(database.dsn).sequences
    assert sequence.status == "ok"
    assert database.value("SELECT last_value >= (SELECT max(id) FROM t) FROM t_id_seq")


@pytest.mark.slow
def test_jumps_that_race(database: Database, tmp_path: Path) -> None:
    """Many far jumps at once, each by setval(): once an id is stored, the sequence never again stands before it.

    Without the function's advisory lock this fails within a second.
    """
    database.run("CREATE TABLE t (id bigserial PRIMARY KEY); CREATE SEQUENCE far INCREMENT 20000 START 20000")
    assert only(with_trigger(database.dsn, "t")).result is not None
    script = tmp_path / "race.sql"
    script.write_text(
        "INSERT INTO t SELECT nextval('far') RETURNING id \\gset\nSELECT 1 / (last_value >= :id)::int FROM t_id_seq;\n",
        "utf-8",
    )
    done = run_client("pgbench", "-n", "-c", "12", "-j", "2", "-T", f"{LENGTH:g}", "-f", script, database.dsn)
    assert (done.code, done.err.count("ERROR")) == (0, 0), done.err
    assert database.value("SELECT last_value = (SELECT max(id) FROM t) FROM t_id_seq")
