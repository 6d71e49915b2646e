"""Many databases at once: the order of what is written, what the sessions are shared out to, Ctrl-C, executors."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.e2e.cli.test_inventory import inventory
from tests.e2e.cli.test_signals import started, wait
from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"
PGSEQ = "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgseq'"
LOCKED = "LOCK TABLE t IN ACCESS EXCLUSIVE MODE"


@pytest.fixture
def shops(database: Database) -> Iterator[list[Database]]:
    """Five databases; the second and the fourth are out of sync."""
    with ExitStack() as stack:
        shops = [database, *(stack.enter_context(fresh_database(database.server)) for _ in range(4))]
        for number, shop in enumerate(shops):
            shop.run(BEHIND if number % 2 else BEHIND.partition(";")[0])
        yield shops


@pytest.fixture
def listed(shops: list[Database], tmp_path: Path) -> Path:
    """A file that lists them: s0, s1, …"""
    return inventory(tmp_path, *(f"s{number} = {shop.dsn}" for number, shop in enumerate(shops)))


@pytest.mark.slow
class TestAtOnce:
    @pytest.mark.parametrize(
        "command",
        [("check",), ("verify",), ("why",), ("range", "--no-history"), ("fix", "--dry-run")],
        ids=lambda one: one[0],
    )
    def test_says_the_same_as_one_after_the_other(
        self, command: tuple[str, ...], shops: list[Database], listed: Path, pgseq: Pgseq
    ) -> None:
        def said(jobs: str) -> tuple[int, str]:
            done = pgseq(*command, "--from", listed, "-j", jobs, "-v")
            return done.code, done.out.replace(f" --jobs {jobs}", "")

        assert said("3") == said("1")

    def test_the_first_is_the_slowest(self, shops: list[Database], listed: Path, pgseq: Pgseq) -> None:
        """It is waited for, and written first."""
        with shops[0].connect(autocommit=False) as holder:
            holder.execute(LOCKED)
            done = pgseq("check", "--from", listed, "-j", "2", "--lock-timeout", "500ms", "--format", "jsonl")
        documents = [json.loads(line) for line in done.out.splitlines()]
        labels = [database["label"] for document in documents for database in document["databases"]]
        assert labels == ["s0", "s1", "s2", "s3", "s4"]
        assert documents[0]["summary"]["unknown"] == 1

    def test_interrupted(self, shops: list[Database], tmp_path: Path) -> None:
        """What is known is told, in order."""
        if shops[0].server.major < 14:
            pytest.skip("pg_stat_database does not count sessions")
        with socket.create_server(("127.0.0.1", 0)) as silent:
            lines = [f"s{number} = {shop.dsn}" for number, shop in enumerate(shops)]
            lines.insert(2, f"hangs = host=127.0.0.1 dbname=x port={silent.getsockname()[1]} connect_timeout=60")
            listed = inventory(tmp_path, *lines)
            ended = f"SELECT sessions FROM pg_stat_database WHERE datname = '{shops[4].name}'"
            before = shops[0].value(ended)
            with started(tmp_path, "check", "--from", str(listed), "-j", "2") as running:
                wait(running, lambda: shops[0].value(ended) > before)
                wait(running, lambda: not shops[0].rows(PGSEQ))
                running.send_signal(signal.SIGINT)
                output, errors = running.communicate(timeout=30)
        assert (running.returncode, errors) == (130, "pgseq: interrupted after 5 of 6 databases\n")
        headings = [line.partition(":")[0] for line in output.splitlines() if "(PostgreSQL" in line]
        assert headings == ["s0", "s1", "s2", "s3"]
        assert "3 in sync, 2 out of sync" in output

    def test_interrupted_while_a_server_hangs_at_connect(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            hanging = f"host=127.0.0.1 dbname=x port={silent.getsockname()[1]} connect_timeout=60 application_name="
            with started(tmp_path, "check", *(f"{hanging}{name}" for name in "abc"), "-j", "2") as running:
                # Kept: a socket that nobody refers to is closed.
                _connection = silent.accept()
                running.send_signal(signal.SIGINT)
                since = time.monotonic()
                _, errors = running.communicate(timeout=30)
        assert (running.returncode, errors) == (130, "pgseq: interrupted after 0 of 3 databases\n")
        assert time.monotonic() - since < 30


class TestOverview:
    def test_worst_first(self, shops: list[Database], listed: Path, pgseq: Pgseq) -> None:
        shops[3].run("CREATE TABLE u (id serial PRIMARY KEY); INSERT INTO u VALUES (1)")
        listed.write_text(listed.read_text() + "away = host=127.0.0.1 port=1\n")
        lines = pgseq("check", "--from", listed).out.splitlines()
        start = next(number for number, line in enumerate(lines) if line.startswith("Database "))
        assert [line.split() for line in lines[start : start + 5]] == [
            ["Database", "In", "sync", "Out", "of", "sync", "Exhausted", "Unknown", "State"],
            ["s3", "0", "2", "0", "0", "out", "of", "sync"],
            ["s1", "0", "1", "0", "0", "out", "of", "sync"],
            ["away", "-", "-", "-", "-", "not", "reached"],
            ["s0", "and", "2", "others", "1", "0", "0", "0", "in", "sync"],
        ]

    def test_of_one_database_there_is_none(self, database: Database, pgseq: Pgseq) -> None:
        assert "Database" not in pgseq("check", database.dsn).out


class TestLines:
    @pytest.mark.parametrize(
        "command",
        [("check",), ("verify",), ("why",), ("range", "--no-history"), ("fix", "--yes")],
        ids=lambda one: one[0],
    )
    @pytest.mark.sampled(3)
    def test_a_document_a_database(self, command: tuple[str, ...], listed: Path, pgseq: Pgseq) -> None:
        """Each has the form that --format json has for one."""
        listed.write_text(listed.read_text() + "away = host=127.0.0.1 port=1\n")
        documents = [
            json.loads(line) for line in pgseq(*command, "--from", listed, "--format", "jsonl").out.splitlines()
        ]
        assert [database["label"] for one in documents for database in one["databases"]] == [f"s{n}" for n in range(5)]
        assert [one["database"] for document in documents for one in document.get("unreachable", ())] == ["away"]
        assert len(documents) == 6


@pytest.mark.slow
class TestHistory:
    def test_that_several_begin_at_once(self, listed: Path, pgseq: Pgseq, tmp_path: Path) -> None:
        done = pgseq("range", "--from", listed, "-j", "5", "--history", tmp_path / "h", "--format", "json")
        assert [database["problems"] for database in done.json()["databases"]] == [[]] * 5
        with closing(sqlite3.connect(tmp_path / "h")) as connection:
            assert connection.execute("SELECT count(*) FROM moments").fetchone() == (5,)

    def test_that_cannot_be_kept_is_said_once(self, listed: Path, pgseq: Pgseq, tmp_path: Path) -> None:
        (tmp_path / "pgseq.toml").write_text("history = 'kept'", "utf-8")
        (tmp_path / "kept").write_bytes(b"nothing of the kind" * 1000)
        done = pgseq("check", "--from", listed, cwd=tmp_path)
        assert (done.code, done.err.count("is damaged, or is not a history of pgseq")) == (1, 1)


@pytest.mark.slow
class TestExecutor:
    def test_of_processes(self, listed: Path, pgseq: Pgseq) -> None:
        """It says what is said without."""
        for command in ("check", "verify"):
            here = pgseq(command, "--from", listed)
            there = pgseq(command, "--from", listed, "--executor", "concurrent.futures:ProcessPoolExecutor")
            assert (there.code, there.out) == (here.code, here.out)

    def test_what_no_database_has(self, listed: Path, pgseq: Pgseq) -> None:
        processes = ("--executor", "concurrent.futures:ProcessPoolExecutor")
        done = pgseq("check", "--from", listed, *processes, "-t", "nope")
        assert (done.code, done.err.splitlines()[0]) == (2, "pgseq: error: no table or sequence matches nope")

    @pytest.mark.parametrize(
        "command",
        [("fix", "--yes"), ("why",), ("guard", "status"), ("verify", "--insert"), ("metrics",), ("ui",)],
        ids=lambda one: " ".join(one),
    )
    def test_is_refused(self, command: tuple[str, ...], listed: Path, shops: list[Database], pgseq: Pgseq) -> None:
        done = pgseq(*command, "--from", listed, "--executor", "concurrent.futures:ProcessPoolExecutor")
        assert done.code == 2
        assert "--executor" in done.err
        assert done.out == ""
        assert shops[1].rows("SELECT last_value, is_called FROM t_id_seq") == [(1, False)]

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("nonsense", "'nonsense' names no executor"),
            ("no.such:thing", "no.such:thing cannot be used: No module named 'no'"),
            ("os:getcwd", "os:getcwd returned no concurrent.futures.Executor"),
        ],
    )
    def test_that_is_none(self, name: str, said: str, listed: Path, pgseq: Pgseq) -> None:
        done = pgseq("check", "--from", listed, "--executor", name)
        assert (done.code, done.err.splitlines()[0]) == (2, f"pgseq: error: {said}")

    @pytest.mark.parametrize("address", ["", "nonsense", "tcp://nowhere", "nowhere:8786"])
    def test_no_address_of_a_scheduler(self, address: str, database: Database, pgseq: Pgseq) -> None:
        done = pgseq("check", database.dsn, "--executor", f"dask={address}")
        assert (done.code, done.err.splitlines()[0]) == (2, f"pgseq: error: dask={address} names no scheduler")

    @pytest.mark.parametrize("workers", ["ThreadPoolExecutor", "ProcessPoolExecutor"])
    def test_interrupted_while_workers_hang(self, workers: str, shops: list[Database], tmp_path: Path) -> None:
        """Nobody waits for them, and none of them goes on."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port, threads = silent.getsockname()[1], "concurrent.futures:" + workers
            hanging = [f"hangs{n} = host=127.0.0.1 dbname=x{n} port={port} connect_timeout=60" for n in range(9)]
            listed = inventory(tmp_path, f"s0 = {shops[0].dsn}", *hanging)
            with started(tmp_path, "check", "--from", str(listed), "--executor", threads) as running:
                peer, _ = silent.accept()
                assert running.stdout is not None
                assert running.stdout.readline().startswith("s0: ")
                running.send_signal(signal.SIGINT)
                # Not before each process that could write to them has ended.
                _, errors = running.communicate(timeout=20)
            peer.close()
        assert (running.returncode, errors) == (130, "pgseq: interrupted after 1 of 10 databases\n")

    def test_a_module_here_is_not_run(self, listed: Path, pgseq: Pgseq, tmp_path: Path) -> None:
        """Whoever stands in a folder has not asked for what lies there."""
        (tmp_path / "planted.py").write_text("raise SystemExit('ran')", encoding="utf-8")
        done = pgseq("check", "--from", listed, "--executor", "planted:make", cwd=tmp_path)
        assert (done.code, "ran" in done.err) == (2, False)
