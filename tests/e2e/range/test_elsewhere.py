"""`range` over an executor: databases are read there, files are read and written here."""

from __future__ import annotations

import json
import pickle
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import pytest

import pgseq as library
from tests.e2e.api.test_check_many import Remote
from tests.e2e.cli.test_inventory import inventory
from tests.e2e.range.test_clock import FILL, PLAIN
from tests.e2e.range.test_history import DAY, back, draw
from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database

#: In this process, so that a test is quick.
THREADS: Final = ("--executor", "concurrent.futures:ThreadPoolExecutor")
PROCESSES: Final = ("--executor", "concurrent.futures:ProcessPoolExecutor")
USED: Final = "CREATE SEQUENCE s MAXVALUE 10000; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A file for samples that is not there yet."""
    return tmp_path / "history.sqlite"


@pytest.fixture
def shops(database: Database) -> Iterator[dict[str, Database]]:
    """One of which samples tell, and one of which a time column does."""
    with fresh_database(database.server) as clocked:
        database.run(USED)
        clocked.run(PLAIN)
        clocked.run(FILL.format(sign=1))
        yield {"used": database, "clocked": clocked}


@pytest.fixture
def listed(shops: dict[str, Database], tmp_path: Path) -> Path:
    return inventory(tmp_path, *(f"{name} = {shop.dsn}" for name, shop in shops.items()))


def moments(history: Path) -> int:
    with closing(sqlite3.connect(history)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM moments").fetchone()
        return int(count)


def forecasts(document: Any) -> list[tuple[str, float | None, str]]:
    """Of each sequence: its database, how much of it is used a day, and what says so."""
    return [
        (
            database["label"],
            forecast and round(forecast["a_day"]),
            forecast["source"] if forecast else one["no_forecast"],
        )
        for database in document["databases"]
        for one in database["sequences"]
        for forecast in [one["forecast"]]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("executor", [THREADS, PROCESSES], ids=["threads", "processes"])
def test_it_says_what_is_said_without(
    executor: tuple[str, ...], shops: dict[str, Database], listed: Path, history: Path, pgseq: Pgseq
) -> None:
    words = ("range", "--from", listed, "--history", history, "--format", "json")
    first = pgseq(*words, *executor)
    assert (first.code, first.err) == (0, "")
    assert forecasts(first.json()) == [("used", None, "no history yet"), ("clocked", 100, "public.t.made")]
    assert moments(history) == 2
    back(history, 2 * DAY)
    draw(shops["used"], 1000)
    there, here = pgseq(*words, *executor), pgseq(*words)
    assert moments(history) == 6
    # With samples of two days nothing is read from the time column: nothing was used.
    assert forecasts(there.json()) == forecasts(here.json())
    assert forecasts(there.json())[0] == ("used", 500, "samples")


def test_a_column_named_by_clock(shops: dict[str, Database], pgseq: Pgseq) -> None:
    shops["clocked"].run("ALTER TABLE t ALTER made DROP DEFAULT")
    words = ("range", shops["clocked"].dsn, "--no-history", "--format", "json", *THREADS)
    (silent,) = pgseq(*words).json()["databases"][0]["sequences"]
    (told,) = pgseq(*words, "--clock", "made").json()["databases"][0]["sequences"]
    assert (silent["forecast"], told["forecast"]["source"]) == (None, "public.t.made")


def test_an_earlier_document(shops: dict[str, Database], pgseq: Pgseq, tmp_path: Path) -> None:
    """It is of one database: for the other it is an error of its own."""
    earlier = pgseq("check", shops["used"].dsn, "--format", "json").json()
    earlier["databases"][0]["server_time"] = "2020-01-01T00:00:00+00:00"
    (tmp_path / "earlier.json").write_text(json.dumps(earlier), "utf-8")
    dsns = [shop.dsn for shop in shops.values()]
    done = pgseq("range", *dsns, "--no-history", "--since", tmp_path / "earlier.json", *THREADS, "--format", "json")
    assert (done.code, done.err.count("says nothing of the database")) == (2, 1)
    (database,) = done.json()["databases"]
    assert database["samples_since"] == "2020-01-01T00:00:00Z"


def test_the_exit_code(shops: dict[str, Database], listed: Path, pgseq: Pgseq) -> None:
    assert pgseq("range", "--from", listed, "--no-history", "--within", "10001", *THREADS).code == 1
    assert pgseq("range", "--from", listed, "--no-history", "--within", "9000", *THREADS).code == 0


def test_a_history_that_cannot_be_used(listed: Path, history: Path, pgseq: Pgseq) -> None:
    history.write_bytes(b"nothing of the kind" * 1000)
    here = pgseq("range", "--from", listed, "--history", history)
    there = pgseq("range", "--from", listed, "--history", history, *THREADS)
    assert (there.code, there.err) == (here.code, here.err)
    assert there.code == 2


def test_check_keeps_a_sample(listed: Path, history: Path, pgseq: Pgseq, tmp_path: Path) -> None:
    """Where the configuration names a history."""
    (tmp_path / "pgseq.toml").write_text("history = 'history.sqlite'", "utf-8")
    assert pgseq("check", "--from", listed, *THREADS, cwd=tmp_path).code == 0
    assert moments(history) == 2
    history.write_bytes(b"nothing of the kind" * 1000)
    done = pgseq("check", "--from", listed, *THREADS, cwd=tmp_path)
    assert (done.code, done.err.count("is damaged, or is not a history of pgseq")) == (0, 1)


def test_as_a_monitoring_plugin(listed: Path, pgseq: Pgseq) -> None:
    words = ("check", "--from", listed, "--format", "nagios", "-c", "10001")
    here, there = pgseq(*words), pgseq(*words, *THREADS)
    assert (there.code, there.out.partition(" | ")[0]) == (here.code, here.out.partition(" | ")[0])
    assert there.code == 2


class TestLibrary:
    def test_by_threads_here(self, shops: dict[str, Database], history: Path) -> None:
        dsns = {name: shop.dsn for name, shop in shops.items()}
        for _ in range(2):
            said = {
                report.database_report.server.label: report.sequences[0].forecast
                for report in library.range_many(dsns, history=history, within=9000)
                if isinstance(report, library.RangeReport)
            }
            assert said["used"] is None
            assert said["clocked"] is not None
        assert moments(history) == 4

    def test_files_stay_here(self, shops: dict[str, Database], history: Path) -> None:
        remote = Remote()
        (report,) = library.range_many([shops["used"].dsn], remote, history=history)
        assert isinstance(report, library.RangeReport)
        assert (report.problems, moments(history)) == ((), 1)
        assert str(history).encode() not in b"".join(remote.sent)
        assert pickle.loads(pickle.dumps(report)) == report

    def test_a_history_that_cannot_be_used(self, shops: dict[str, Database], history: Path) -> None:
        history.write_bytes(b"nothing of the kind" * 1000)
        (told,) = library.range_many([shops["used"].dsn], history=history)
        assert isinstance(told, library.Unreachable)
        assert "is damaged, or is not a history of pgseq" in told.reason

    @pytest.mark.slow
    def test_by_processes(self, shops: dict[str, Database], history: Path) -> None:
        dsns = {name: shop.dsn for name, shop in shops.items()} | {"nowhere": "host=127.0.0.1 port=1 dbname=x"}
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
            ranges = [*library.range_many(dsns, executor, history=history)]
            proofs = [*library.verify_many(dsns, executor)]
        assert sorted(type(one).__name__ for one in ranges) == ["RangeReport", "RangeReport", "Unreachable"]
        assert sorted(type(one).__name__ for one in proofs) == ["Unreachable", "Verification", "Verification"]
        assert moments(history) == 2
