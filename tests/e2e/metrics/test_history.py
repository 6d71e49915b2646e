"""`pgseq metrics` with a history: how long values last; and several targets at once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.metrics.test_metrics import read
from tests.e2e.range.test_history import DAY, back, draw
from tests.support.commandline import Pgseq
from tests.support.database import Database, Server, fresh_database
from tests.support.exporter import Samples, names, of, samples

TABLES = """
CREATE SEQUENCE s MAXVALUE 100000; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));
CREATE TABLE idle (id serial PRIMARY KEY);
"""


def seconds_left(found: Samples, database: Database, sequence: str = "s") -> float | None:
    """The gauge of a sequence."""
    labels = {"datname": database.name, "schemaname": "public", "sequence": sequence}
    return of(found, "pgseq_sequence_seconds_left", **labels)


def moments(history: Path) -> int:
    """How often a sample was kept."""
    with closing(sqlite3.connect(history)) as connection:
        return int(connection.execute("SELECT count(*) FROM moments").fetchone()[0])


def test_seconds_left_by_a_history(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(TABLES)
    history = tmp_path / "history.sqlite"
    found = read(pgseq, database.dsn, "--history", history)
    assert names(found, "sequence") == set()
    back(history, 2 * DAY)
    draw(database, 10_000)
    # A tenth is used: it is there because it ends in 18 days.
    found = read(pgseq, database.dsn, "--history", history)
    assert names(found, "sequence") == {"s"}
    assert seconds_left(found, database) == pytest.approx(18 * DAY, rel=0.02)
    assert of(found, "pgseq_sequence_values_left", datname=database.name, schemaname="public", sequence="s") == 90_000
    assert moments(history) == 2
    # What was never used has no such number.
    assert seconds_left(read(pgseq, database.dsn, "--history", history, "--every-sequence"), database, "idle") is None
    assert names(read(pgseq, database.dsn), "sequence") == set()


def test_the_history_of_the_configuration(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
    (tmp_path / "pgseq.toml").write_text('history = "kept.sqlite"')
    found = read(pgseq, database.dsn)
    assert moments(tmp_path / "kept.sqlite") == 1
    # Nothing is left before the stored value.
    assert seconds_left(found, database, "t_id_seq") == 0
    (tmp_path / "pgseq.toml").write_text(
        'history = "kept.sqlite"\nignore = [{code = "PGS001", reason = "rebuilt every night"}]'
    )
    assert seconds_left(read(pgseq, database.dsn, "--every-sequence"), database, "t_id_seq") is None


def test_the_end_of_what_refers_to_it_counts(database: Database, pgseq: Pgseq) -> None:
    database.run(
        "CREATE TABLE t (id bigserial PRIMARY KEY); CREATE TABLE items (t_id int REFERENCES t);"
        "SELECT setval('t_id_seq', 2000000000)"
    )
    found = read(pgseq, database.dsn)
    labels = {"datname": database.name, "schemaname": "public", "sequence": "t_id_seq"}
    assert of(found, "pgseq_sequence_values_left", **labels) == 147_483_647
    assert of(found, "pgseq_sequence_used_ratio", **labels) == pytest.approx(2_000_000_000 / 2_147_483_647)


def test_a_damaged_history_hides_no_metrics(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(TABLES)
    history = tmp_path / "history.sqlite"
    history.write_text("not a database at all, and long enough to be looked at as one" * 20)
    done = pgseq("metrics", database.dsn, "--history", history)
    assert done.code == 2
    assert f"{history} is damaged, or is not a history of pgseq" in done.err
    assert of(samples(done.out), "pgseq_sequences", datname=database.name, status="ok") == 2
    assert history.read_text().startswith("not a database")


def test_looks_by_the_minute_are_not_all_kept(database: Database, tmp_path: Path) -> None:
    from pgseq.cli.options.connection import Connection
    from pgseq.cli.run.metrics_watch import Watch
    from pgseq.workflow import Options

    database.run(TABLES)
    history = tmp_path / "history.sqlite"
    watch = Watch(connection=Connection(dsn=(database.dsn,)), options=Options(), every=False, history=history)
    for _ in range(3):
        assert watch.look()[1] == []
    assert moments(history) == 1


def test_one_that_waits_does_not_hold_up_the_others(server: Server, database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
    with fresh_database(server) as other, database.connect() as holder:
        other.run("CREATE TABLE t (id serial PRIMARY KEY)")
        with holder.transaction():
            holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
            found = read(pgseq, database.dsn, other.dsn, "-j", "2", "--lock-timeout", "500ms")
        assert of(found, "pgseq_sequences", datname=database.name, status="unknown") == 1
        assert of(found, "pgseq_sequences", datname=other.name, status="ok") == 1
        ended = {
            dict(labels)["target"].rpartition("/")[2]: value
            for (name, labels), value in found.items()
            if name == "pgseq_last_success_timestamp_seconds"
        }
        assert ended[other.name] < ended[database.name]
