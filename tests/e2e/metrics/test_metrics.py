"""`pgseq metrics` once: names, labels and numbers, on real servers."""

from __future__ import annotations

import stat
import time
from pathlib import Path

import pytest

from tests.e2e.cli.test_inventory import inventory
from tests.support.commandline import Pgseq
from tests.support.database import Database, Server, fresh_database
from tests.support.exporter import Samples, names, of, samples
from tests.support.subscriber import wait_for

SITUATIONS = """
CREATE TABLE healthy (id serial PRIMARY KEY);
CREATE TABLE behind (id serial PRIMARY KEY);
INSERT INTO behind SELECT generate_series(1, 7);
CREATE TABLE later (id serial PRIMARY KEY);
INSERT INTO later SELECT generate_series(4, 7);
CREATE TABLE half (id smallserial PRIMARY KEY);
SELECT setval('half_id_seq', 20000);
CREATE TABLE narrow (id smallint PRIMARY KEY);
CREATE SEQUENCE wide OWNED BY narrow.id;
ALTER TABLE narrow ALTER id SET DEFAULT nextval('wide');
SELECT setval('wide', 30000);
CREATE TABLE down (id int GENERATED ALWAYS AS IDENTITY
  (INCREMENT -10 MINVALUE -1000 MAXVALUE -1 START -1 CACHE 5) PRIMARY KEY);
SELECT setval('down_id_seq', -701);
CREATE TABLE full_up (id int GENERATED ALWAYS AS IDENTITY (MAXVALUE 9) PRIMARY KEY);
SELECT setval('full_up_id_seq', 9);
CREATE SEQUENCE around MAXVALUE 10 CYCLE;
SELECT setval('around', 9);
CREATE SEQUENCE alone;
"""


def read(pgseq: Pgseq, *arguments: str | Path, code: int = 0) -> Samples:
    """The samples on standard output."""
    done = pgseq("metrics", *arguments)
    assert done.code == code, done.err
    return samples(done.out)


def test_names_labels_and_numbers(database: Database, pgseq: Pgseq) -> None:
    database.run(SITUATIONS)
    began = time.time()
    found = read(pgseq, database.dsn)

    def value(name: str, sequence: str) -> float | None:
        return of(found, f"pgseq_sequence_{name}", datname=database.name, schemaname="public", sequence=sequence)

    (target,) = names(found, "target")
    assert target.endswith(f"/{database.name}")
    assert of(found, "pgseq_up", target=target) == 1
    assert began <= (of(found, "pgseq_last_success_timestamp_seconds", target=target) or 0) <= time.time()
    assert (of(found, "pgseq_check_duration_seconds", target=target) or 0) > 0
    counts = {
        status: of(found, "pgseq_sequences", datname=database.name, status=status) for status in names(found, "status")
    }
    assert counts == {
        "ok": 4, "feeds_no_column": 2, "out_of_sync": 2, "exhausted": 1, "unknown": 0, "distant": 0, "ignored": 0,
    }  # fmt: skip
    assert any(name == "pgseq_build_info" for name, _ in found)
    # Healthy ones and those that are less than half used have no series.
    assert names(found, "sequence") == {
        "behind_id_seq", "later_id_seq", "half_id_seq", "wide", "down_id_seq", "full_up_id_seq",
    }  # fmt: skip
    assert value("inserts_until_collision", "behind_id_seq") == 0
    assert value("inserts_until_collision", "later_id_seq") == 3
    assert value("inserts_until_collision", "half_id_seq") is None
    assert value("values_left", "half_id_seq") == 32767 - 20000
    assert value("used_ratio", "half_id_seq") == pytest.approx(20000 / 32767)
    # What the column holds, not what the sequence could count to.
    assert value("values_left", "wide") == 32767 - 30000
    # By its grid and downwards: -711, -721, … -991.
    assert value("values_left", "down_id_seq") == 29
    assert value("used_ratio", "down_id_seq") == pytest.approx(71 / 100)
    assert value("cache_size", "down_id_seq") == 5
    assert (value("values_left", "full_up_id_seq"), value("used_ratio", "full_up_id_seq")) == (0, 1)


def test_every_sequence(database: Database, pgseq: Pgseq) -> None:
    database.run(SITUATIONS)
    found = read(pgseq, database.dsn, "--every-sequence")
    assert {"healthy_id_seq", "alone", "around"} <= names(found, "sequence")
    around = {"datname": database.name, "schemaname": "public", "sequence": "around"}
    # It never ends.
    assert of(found, "pgseq_sequence_values_left", **around) is None
    assert of(found, "pgseq_sequence_cache_size", **around) == 1


def test_calls_of_nextval_and_not_of_setval(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE SEQUENCE used CACHE 10; CREATE SEQUENCE moved")

    def calls() -> dict[str, float]:
        found = read(pgseq, database.dsn, "--every-sequence")
        return {
            sequence: of(
                found,
                "pgseq_sequence_nextval_calls_total",
                datname=database.name,
                schemaname="public",
                sequence=sequence,
            )
            or 0
            for sequence in ("used", "moved")
        }

    before = calls()
    database.run("SELECT nextval('used') FROM generate_series(1, 1000)")
    database.run("SELECT setval('moved', 1000000)")
    # Before 15 the server tells its counters half a second late.
    wait_for(database, "SELECT blks_read + blks_hit >= 100 FROM pg_statio_all_sequences WHERE relname = 'used'")
    after = calls()
    # One call a block of CACHE; a look and a setval are one or two.
    assert 100 <= after["used"] - before["used"] <= 105
    assert after["moved"] - before["moved"] <= 5


def test_ignored_sequences_do_not_alarm(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 7)")
    (tmp_path / "pgseq.toml").write_text('ignore = [{code = "PGS001", reason = "rebuilt every night"}]')
    found = read(pgseq, database.dsn, "--every-sequence")
    assert of(found, "pgseq_sequences", datname=database.name, status="out_of_sync") == 0
    assert of(found, "pgseq_sequences", datname=database.name, status="ignored") == 1
    assert not [name for name, _ in found if name == "pgseq_sequence_inserts_until_collision"]
    assert names(read(pgseq, database.dsn), "sequence") == set()


def test_without_privileges_it_is_unknown(database: Database, pgseq: Pgseq) -> None:
    database.run(SITUATIONS)
    database.server.admin("DROP ROLE IF EXISTS metrics_reader")
    database.server.admin("CREATE ROLE metrics_reader LOGIN")
    try:
        found = read(pgseq, f"{database.dsn} user=metrics_reader")
        assert (of(found, "pgseq_sequences", datname=database.name, status="unknown") or 0) > 0
        assert of(found, "pgseq_sequences", datname=database.name, status="ok") == 0
    finally:
        database.server.admin("DROP ROLE metrics_reader")


def test_several_targets_and_one_down(server: Server, database: Database, pgseq: Pgseq) -> None:
    down = "host=127.0.0.1 port=1 dbname=gone user=u password=hunter2"
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
    with fresh_database(server) as other:
        done = pgseq("metrics", database.dsn, down, other.dsn)
    assert done.code == 2
    found = samples(done.out)
    assert of(found, "pgseq_up", target="127.0.0.1:1/gone") == 0
    assert of(found, "pgseq_last_success_timestamp_seconds", target="127.0.0.1:1/gone") is None
    up = {dict(labels)["target"] for name, labels in found if name == "pgseq_up" and found[name, labels] == 1}
    assert {target.rpartition("/")[2] for target in up} == {database.name, other.name}
    # Databases of several servers may have one name.
    assert all("target" in dict(labels) for name, labels in found if name.startswith("pgseq_sequence"))
    assert done.err.startswith("pgseq: error: 127.0.0.1:1/gone: connection failed")
    assert "hunter2" not in done.out + done.err


def test_databases_of_one_server_have_the_labels_of_one(server: Server, database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
    with fresh_database(server) as other:
        found = read(pgseq, database.dsn, other.dsn)
    for name in (database.name, other.name):
        assert of(found, "pgseq_sequences", datname=name, status="exhausted") == 0


def test_one_database_named_twice_is_looked_at_once(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
    found = read(pgseq, database.dsn, f"{database.dsn} application_name=other")
    assert of(found, "pgseq_sequences", datname=database.name, status="out_of_sync") == 1


def test_databases_that_a_file_lists(server: Server, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    with fresh_database(server) as other:
        listed = inventory(tmp_path, database.dsn, f"shop = {other.dsn}", f"again = {other.dsn}", "bad = host=h post=1")
        done = pgseq("metrics", "--from", listed)
        found = samples(done.out)
        assert done.code == 2
        assert f"pgseq: error: {listed}, line 4: " in done.err
        assert names(found, "datname") == {database.name, other.name}
        assert of(found, "pgseq_up", target=f"{listed}, line 4") == 0
        assert len(names(found, "target")) == 3


def test_all_databases(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
    found = read(pgseq, "--all", "-d", database.dsn)
    assert {"postgres", database.name} <= names(found, "datname")
    assert "template0" not in names(found, "datname")
    assert "postgres" not in names(
        read(pgseq, "--all", "-d", database.dsn, "--exclude-database", "postgres"), "datname"
    )


@pytest.mark.slow
def test_all_databases_of_a_server_that_is_down(pgseq: Pgseq) -> None:
    found = read(pgseq, "--all", "host=127.0.0.1 port=1 dbname=x", code=2)
    assert of(found, "pgseq_up", target="127.0.0.1:1/x") == 0


def test_a_pattern_that_nothing_matches(database: Database, pgseq: Pgseq) -> None:
    done = pgseq("metrics", database.dsn, "-t", "nowhere")
    assert done.code == 2
    assert done.err.startswith("pgseq: error: no table or sequence matches nowhere\nhint: ")
    (target,) = names(samples(done.out), "target")
    assert of(samples(done.out), "pgseq_up", target=target) == 1


HOSTILE = 'a"} 1\n# HELP x \\ é\t{b="c" 😀'


@pytest.mark.slow
def test_hostile_names(server: Server, pgseq: Pgseq) -> None:
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    server.admin(f"CREATE DATABASE {quoted}")
    try:
        hostile = Database(name=HOSTILE, server=server)
        hostile.run(f"CREATE SCHEMA {quoted}; CREATE TABLE {quoted}.{quoted} (id serial PRIMARY KEY)")
        hostile.run(f"INSERT INTO {quoted}.{quoted} VALUES (1)")
        # Also where the terminal knows ASCII alone.
        for env in ({}, {"PYTHONIOENCODING": "ascii"}):
            done = pgseq("metrics", hostile.dsn, env=env)
            assert done.code == 0, done.err
            found = samples(done.out)
            assert names(found, "datname") == {HOSTILE}
            assert names(found, "schemaname") == {HOSTILE}
            (sequence,) = names(found, "sequence")
            assert sequence.endswith("_id_seq")
    finally:
        server.admin(f"DROP DATABASE {quoted}")


def test_names_that_are_no_utf_8(server: Server, pgseq: Pgseq) -> None:
    server.admin("CREATE DATABASE bytes ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    try:
        ascii = Database(name="bytes", server=server)
        with ascii.connect(client_encoding="SQL_ASCII") as connection:
            for byte in (b"\xe9", b"\xe8"):
                connection.execute(b'CREATE TABLE "t%s" (id serial PRIMARY KEY)' % byte)
                connection.execute(b'INSERT INTO "t%s" VALUES (1)' % byte)
        done = pgseq("metrics", ascii.dsn)
        assert done.code == 2
        assert "a name cannot be read or written in the client's encoding" in done.err
        assert [value for (name, _), value in samples(done.out).items() if name == "pgseq_up"] == [0]
        done = pgseq("metrics", ascii.dsn, env={"PGCLIENTENCODING": "LATIN1"})
        assert names(samples(done.out), "sequence") == {"té_id_seq", "tè_id_seq"}
    finally:
        server.admin("DROP DATABASE bytes")


@pytest.mark.slow
class TestTextfile:
    """--textfile FILE.prom"""

    def test_is_written_for_the_textfile_collector(self, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
        file = tmp_path / "pgseq.prom"
        for _ in range(2):
            done = pgseq("metrics", database.dsn, "--textfile", file)
            assert (done.code, done.out, done.err) == (0, "", "")
            text = file.read_text()
            assert of(samples(text), "pgseq_sequences", datname=database.name, status="out_of_sync") == 1
            # The older format: the collector knows no other.
            assert "# TYPE pgseq_sequence_nextval_calls_total counter\n" in text
            assert not text.endswith("# EOF\n")
        # Its reader is another user.
        assert stat.S_IMODE(file.stat().st_mode) & 0o444 == 0o444
        # What it is written beside is gone, and was no .prom.
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["pgseq.prom"]

    def test_a_target_that_is_down_is_written(self, pgseq: Pgseq, tmp_path: Path) -> None:
        done = pgseq("metrics", "host=127.0.0.1 port=1 dbname=gone", "--textfile", tmp_path / "x.prom")
        assert done.code == 2
        assert of(samples((tmp_path / "x.prom").read_text()), "pgseq_up", target="127.0.0.1:1/gone") == 0

    def test_another_name_is_refused(self, pgseq: Pgseq, tmp_path: Path) -> None:
        done = pgseq("metrics", "nowhere", "--textfile", "metrics.txt")
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            "pgseq: error: metrics.txt does not end in .prom\n"
            "hint: node_exporter's textfile collector reads no other files\n"
        )
        assert not (tmp_path / "metrics.txt").exists()

    def test_a_file_that_is_not_ours_is_left_alone(self, pgseq: Pgseq, tmp_path: Path) -> None:
        (tmp_path / "other.prom").write_text("other_metric 1\n")
        done = pgseq("metrics", "nowhere", "--textfile", "other.prom")
        assert done.code == 2
        assert done.err == (
            "pgseq: error: other.prom is there already, and has no metrics of pgseq\nhint: name another file\n"
        )
        assert (tmp_path / "other.prom").read_text() == "other_metric 1\n"

    @pytest.mark.parametrize("file", ["missing/x.prom", "folder.prom", "link.prom", "/proc/x.prom"])
    def test_what_cannot_be_written(self, database: Database, pgseq: Pgseq, tmp_path: Path, file: str) -> None:
        (tmp_path / "folder.prom").mkdir()
        (tmp_path / "link.prom").symlink_to("elsewhere.prom")
        done = pgseq("metrics", database.dsn, "--textfile", file)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("pgseq: error: ")
        assert file in done.err
        assert done.err.count("\n") == 2


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--textfile", "x.prom", "--listen", "9187"], "--textfile and --listen exclude each other"),
        (["--web-config", "web.yml"], "--web-config and --interval go with --listen"),
        (["--interval", "2min"], "--web-config and --interval go with --listen"),
        (["--listen", "9187", "--interval", "5s"], "--interval is shorter than a minute"),
        (["--listen", "9187", "--interval", "0"], "0 would wait without end"),
        (["--listen", "here"], "'here' is no address to listen on"),
        (["--listen", "1.2.3.4:99999"], "'1.2.3.4:99999' is no address to listen on"),
        (["--listen", "::1:9187"], "'::1:9187' is no address to listen on"),
        (["--listen", "http://127.0.0.1:9187"], "is no address to listen on"),
        (["--listen", "203.0.113.7:9187"], "cannot listen on 203.0.113.7:9187: Cannot assign requested address"),
        (["--listen", "no.such.host.invalid:9187"], "cannot listen on no.such.host.invalid:9187: "),
    ],
)
@pytest.mark.sampled(12)
def test_bad_words(pgseq: Pgseq, words: list[str], error: str) -> None:
    done = pgseq("metrics", "nowhere", *words)
    assert (done.code, done.out) == (2, "")
    assert error in done.err.splitlines()[0]
    assert done.err.splitlines()[1].startswith("hint: ")
