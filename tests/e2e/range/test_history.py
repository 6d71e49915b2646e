"""Samples on real servers: kept, told from setval(), through a crash and a promotion; and files that are no history."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

import pgseq as library
from pgseq.errors import UsageError
from tests.support.commandline import Pgseq, executable
from tests.support.database import Database, Server, fresh_database, running_server
from tests.support.standby import catch_up, standby
from tests.support.subscriber import wait_for

HOUR: Final = 3600
DAY: Final = 24 * HOUR


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A file for samples that is not there yet."""
    return tmp_path / "state" / "history.sqlite"


def back(history: Path, seconds: float) -> None:
    """As if all samples had been taken so long ago."""
    with closing(sqlite3.connect(history)) as connection, connection:
        connection.execute("UPDATE moments SET time = time - ?", [seconds])


def draw(database: Database, count: int) -> None:
    """Hand out values, and wait until the counters tell so: a session reports them late."""
    calls = "(SELECT blks_read + blks_hit FROM pg_statio_all_sequences WHERE relname = 's')"
    before = database.value(f"SELECT {calls}")
    with database.connect() as connection:
        connection.execute("SELECT count(nextval('s')) FROM generate_series(1, %s)", [count])
    wait_for(database, f"SELECT {calls} >= {before + count}")


def outlook(database: Database, history: Path) -> library.SequenceRange:
    """What the library says of the sequence `s`."""
    report = library.range(database.dsn, history=history)
    assert report.problems == ()
    (one,) = (each for each in report.sequences if each.sequence.name == "s")
    return one


def test_a_forecast_from_two_samples(database: Database, pgseq: Pgseq, history: Path) -> None:
    database.run("CREATE SEQUENCE s MAXVALUE 10000; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))")
    first = pgseq("range", database.dsn, "--history", history, "--format", "json")
    assert first.code == 0, first
    document = first.json()["databases"][0]
    assert (document["samples_since"], document["sequences"][0]["no_forecast"]) == (None, "no history yet")
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert stat.S_IMODE(history.parent.stat().st_mode) == 0o700
    back(history, 2 * DAY)
    draw(database, 1000)
    done = pgseq("range", database.dsn, "--history", history, "--format", "json", "--within", "30d")
    (sequence,) = done.json()["databases"][0]["sequences"]
    assert done.code == 1, done
    assert sequence["left"]["values"] == 9000
    told = sequence["forecast"]
    assert told["a_day"] == pytest.approx(500, rel=0.02)
    assert told["seconds"] == pytest.approx(18 * DAY, rel=0.02)
    assert told["earliest"] < told["seconds"] < told["latest"]
    assert sequence["ends_sooner"] is True
    table = pgseq("range", database.dsn, "--history", history, "--within", "10d")
    assert table.code == 0
    assert "18 days (" in table.out
    assert "samples since 20" in table.out


def test_setval_between_samples_is_no_use(database: Database, history: Path) -> None:
    database.run("CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))")
    draw(database, 1)
    outlook(database, history)
    back(history, DAY)
    draw(database, 100)
    database.run("SELECT setval('s', 1000000)")
    one = outlook(database, history)
    assert one.forecast is not None
    assert one.forecast.a_day == pytest.approx(100, abs=5)
    assert 999_800 < sum(each.jumped for each in one.stretches) < 1_000_000
    back(history, DAY)
    database.run("ALTER SEQUENCE s RESTART WITH 7")
    one = outlook(database, history)
    assert one.stretches[-1].back == 1_000_000 - 6
    assert one.forecast is not None


def test_a_sequence_made_anew_begins_anew(database: Database, history: Path) -> None:
    database.run("CREATE SEQUENCE s; SELECT setval('s', 500)")
    outlook(database, history)
    back(history, DAY)
    database.run("DROP SEQUENCE s; CREATE SEQUENCE s")
    assert outlook(database, history).unknown_because == "no history yet"


def test_a_renamed_one_goes_on(database: Database, history: Path) -> None:
    database.run("CREATE SEQUENCE old; SELECT nextval('old')")
    library.range(database.dsn, history=history)
    back(history, DAY)
    database.run("ALTER SEQUENCE old RENAME TO s")
    draw(database, 50)
    report = library.range(database.dsn, history=history)
    assert report.remarks == ("public.s was public.old: its history goes on",)
    assert report.sequences[0].forecast is not None


@pytest.mark.slow
def test_a_crash(history: Path) -> None:
    with running_server(18) as server, fresh_database(server) as database:
        database.run("CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))")
        draw(database, 2000)
        outlook(database, history)
        back(history, DAY)
        draw(database, 1000)
        server.admin("CHECKPOINT")
        server.embedded.stop("immediate")
        server.embedded.start()
        one = outlook(database, history)
        assert one.forecast is not None
        assert one.forecast.a_day == pytest.approx(1000, abs=40)


def test_a_standby_and_its_promotion(server: Server, history: Path) -> None:
    with fresh_database(server) as database:
        database.run("CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))")
        draw(database, 10)
        with standby(server) as replica:
            catch_up(server, replica)
            copy = Database(name=database.name, server=replica)
            assert outlook(copy, history).left is not None
            back(history, DAY)
            replica.admin("SELECT pg_promote()")
            copy.run("SELECT nextval('s')")
            one = outlook(copy, history)
            # It stood up to 32 values ahead, and goes on from there.
            assert [each.back for each in one.stretches] == [0]
            assert one.stretches[0].counted is False


@pytest.mark.slow
def test_an_earlier_document_is_a_sample(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s')); SELECT nextval('s')")
    document = pgseq("check", database.dsn, "--format", "json").out
    earlier = tmp_path / "check.json"
    time = library.check(database.dsn).server.server_time
    assert time is not None
    day = f"{int(time[:4]) - 1}{time[4:]}"
    earlier.write_text(document.replace(document.split('"server_time": "')[1].split('"')[0], day), "utf-8")
    database.run("SELECT setval('s', 3651)")
    done = pgseq("range", database.dsn, "--no-history", "--since", earlier, "--format", "json")
    (sequence,) = done.json()["databases"][0]["sequences"]
    assert sequence["forecast"]["a_day"] == pytest.approx(10, rel=0.01)
    for text in ("", "{}", "[1]", '{"databases": [{"database": "other"}]}', "[" * 100_000):
        earlier.write_text(text, "utf-8")
        done = pgseq("range", database.dsn, "--no-history", "--since", earlier)
        assert done.code == 2, done
        assert str(earlier) in done.err


def newer(history: Path) -> None:
    history.parent.mkdir()
    with closing(sqlite3.connect(history)) as connection:
        connection.execute(f"PRAGMA application_id = {0x70677371}")
        connection.execute("PRAGMA user_version = 99")


def someone_elses(history: Path) -> None:
    history.parent.mkdir()
    with closing(sqlite3.connect(history)) as connection, connection:
        connection.execute("CREATE TABLE bookmarks (url text)")


def garbage(history: Path) -> None:
    history.parent.mkdir()
    history.write_bytes(b"not a database at all" * 100)


def damaged(history: Path, database: Database) -> None:
    library.range(database.dsn, history=history)
    content = bytearray(history.read_bytes())
    for place in range(4096, len(content)):
        content[place] = 0xA5
    history.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (newer, "is a history of another pgseq (version 99), and is left as it is"),
        (someone_elses, "is not a history of pgseq, and is left as it is"),
        (garbage, "is damaged, or is not a history of pgseq: file is not a database"),
    ],
)
@pytest.mark.sampled(3)
def test_what_is_no_history_is_left_as_it_is(
    spoil: Callable[[Path], None], message: str, database: Database, pgseq: Pgseq, history: Path
) -> None:
    spoil(history)
    before = history.read_bytes()
    done = pgseq("range", database.dsn, "--history", history)
    assert done.code == 2
    assert f"{history} {message}" in done.err
    assert "--history FILE" in done.err
    assert history.read_bytes() == before


def test_a_damaged_history(database: Database, history: Path) -> None:
    database.run("CREATE SEQUENCE s")
    damaged(history, database)
    before = history.read_bytes()
    with pytest.raises(UsageError, match="is damaged"):
        library.range(database.dsn, history=history)
    assert history.read_bytes() == before


def test_a_link_is_not_followed(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    done = pgseq("range", database.dsn, "--history", link)
    assert done.code == 2
    assert "symbolic link" in done.err
    assert not (tmp_path / "elsewhere").exists()


def test_a_full_disk_loses_the_sample_alone(database: Database, history: Path) -> None:
    database.run("CREATE SEQUENCE s MAXVALUE 7; CREATE TABLE t (id int DEFAULT nextval('s'))")
    command = f"ulimit -f 8; exec {executable()} range '{database.dsn}' --history {history}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done
    assert "public.s (MAXVALUE 7)" in done.stdout
    assert f"this sample was not kept in {history}: " in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(database: Database, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    report = library.range(database.dsn, history=tmp_path / "closed" / "h.sqlite")
    assert "was not kept" in report.problems[0].reason


@pytest.mark.slow
def test_two_writers_at_once(database: Database, history: Path) -> None:
    database.run("CREATE SEQUENCE s")
    command = [executable(), "range", database.dsn, "--history", str(history), "--format", "json"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    for one in running:
        out, _ = one.communicate(timeout=60)
        assert b'"problems": []' in out
    with closing(sqlite3.connect(history)) as connection:
        assert connection.execute("SELECT count(*) FROM moments").fetchone() == (4,)


def test_what_is_old_is_thinned_out(database: Database, history: Path) -> None:
    database.run("CREATE SEQUENCE s")
    library.range(database.dsn, history=history)
    with closing(sqlite3.connect(history)) as connection, connection:
        (now,) = connection.execute("SELECT time FROM moments").fetchone()
        for minutes in range(0, 40 * 1440, 20):
            moment = connection.execute(
                "INSERT INTO moments (database, time) VALUES (1, ?)", [now - minutes * 60]
            ).lastrowid
            connection.execute("INSERT INTO samples VALUES (?, 1, 1, 1)", [moment])
    library.range(database.dsn, history=history)
    with closing(sqlite3.connect(history)) as connection:
        ages: list[Any] = connection.execute("SELECT ? - time FROM moments", [now]).fetchall()
        (orphans,) = connection.execute(
            "SELECT count(*) FROM samples WHERE moment NOT IN (SELECT id FROM moments)"
        ).fetchone()
    by_age = [
        sum(low <= age < high for (age,) in ages) for low, high in ((0, DAY), (DAY, 31 * DAY), (31 * DAY, 99 * DAY))
    ]
    assert by_age[0] >= 72
    assert by_age[1] == pytest.approx(30 * 24, abs=3)
    assert by_age[2] == pytest.approx(9, abs=2)
    assert orphans == 0


@pytest.mark.slow
def test_without_a_history_nothing_is_said_of_time(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s'))")
    done = pgseq("range", database.dsn, "--no-history", "--within", "90d")
    assert done.code == 3, done
    assert "no history yet" in done.out
    assert pgseq("range", database.dsn, "--no-history", "--within", "90").code == 0
    assert pgseq("range", database.dsn, "--no-history", "--within", "9000000000").code == 1
    assert pgseq("range", database.dsn, "--no-history", "--history", tmp_path / "h").code == 2
    assert library.range(database.dsn, within=timedelta(days=1)).exit_code == 3
    assert library.range(database.dsn, within=9_000_000_000).exit_code == 1


@pytest.mark.slow
def test_check_adds_a_sample_where_the_configuration_names_a_history(
    database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    database.run("CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s'))")
    (tmp_path / "pgseq.toml").write_text('history = "kept.sqlite"\n', "utf-8")
    for _ in range(2):
        done = pgseq("check", database.dsn, cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
    history = tmp_path / "kept.sqlite"
    with closing(sqlite3.connect(history)) as connection:
        assert connection.execute("SELECT count(*) FROM samples").fetchone() == (2,)
    back(history, DAY)
    draw(database, 10)
    done = pgseq("range", database.dsn, "--format", "json", cwd=tmp_path)
    assert done.json()["databases"][0]["sequences"][0]["forecast"]["a_day"] == pytest.approx(10, rel=0.1)
    history.write_bytes(b"nothing of the kind" * 1000)
    done = pgseq("check", database.dsn, cwd=tmp_path)
    assert done.code == 0
    assert "kept.sqlite is damaged, or is not a history of pgseq" in done.err


def test_the_usual_file(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE SEQUENCE s")
    pgseq("range", database.dsn, env={"XDG_STATE_HOME": str(tmp_path / "x")})
    assert (tmp_path / "x" / "pgseq" / "history.sqlite").exists()


def test_why_tells_what_the_samples_saw(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))")
    database.run("INSERT INTO t SELECT FROM generate_series(1, 100)")
    (tmp_path / "pgseq.toml").write_text("history = 'kept.sqlite'", "utf-8")
    pgseq("range", database.dsn, cwd=tmp_path)
    back(tmp_path / "kept.sqlite", DAY)
    database.run("SELECT setval('s', 40)")
    (sequence,) = pgseq("why", database.dsn, "--format", "json", cwd=tmp_path).json()["sequences"]
    assert [one["cause"] for one in sequence["causes"] if one["source"] == "samples of pgseq range"] == ["setval"]
    assert "UTC its position was set back by 60 values" in sequence["causes"][0]["evidence"]


@pytest.mark.slow
def test_why_of_one_that_was_used_up_at_once(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE SEQUENCE s MAXVALUE 5000; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))")
    if database.server.major < 15:
        # The server begins to count half a second late, and what began between two samples is not compared.
        wait_for(database, "SELECT stats_reset IS NOT NULL FROM pg_stat_database WHERE datname = current_database()")
    (tmp_path / "pgseq.toml").write_text("history = 'kept.sqlite'", "utf-8")
    pgseq("range", database.dsn, cwd=tmp_path)
    back(tmp_path / "kept.sqlite", DAY)
    database.run("SELECT setval('s', 5000)")
    (sequence,) = pgseq("why", database.dsn, "--format", "json", cwd=tmp_path).json()["sequences"]
    (cause,) = (one for one in sequence["causes"] if one["source"] == "samples of pgseq range")
    assert "values for which nextval() was not called" in cause["evidence"]
