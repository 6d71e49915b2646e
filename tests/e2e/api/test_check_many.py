"""`pgseq.check_many`: many databases, by threads here or by an executor; processes, and a real Dask cluster."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg
import pytest

import pgseq
from pgseq import DatabaseReport, Unreachable, UsageError, check_many, fleet
from tests.e2e.cli.test_inventory import inventory
from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database


@pytest.fixture
def shops(database: Database) -> Iterator[dict[str, str]]:
    """The DSNs of four databases, of which b is out of sync."""
    with ExitStack() as stack:
        shops = [database, *(stack.enter_context(fresh_database(database.server)) for _ in range(3))]
        for shop in shops:
            shop.run("CREATE TABLE t (id serial PRIMARY KEY)")
        shops[1].run("INSERT INTO t VALUES (1)")
        yield {name: shop.dsn for name, shop in zip("abcd", shops, strict=True)}


def processes(count: int = 2) -> ProcessPoolExecutor:
    """Workers that share nothing with this process."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


def statuses(results: Iterator[DatabaseReport | Unreachable]) -> dict[str, str]:
    """What is said of each database, by its label."""
    said = {}
    for result in results:
        if isinstance(result, Unreachable):
            said[result.database] = result.reason
        else:
            said[result.server.label or result.server.database] = result.sequences[0].status
    return said


IN_SYNC_BUT_B = {"a": "ok", "b": "out_of_sync", "c": "ok", "d": "ok"}


class TestHere:
    def test_by_threads(self, shops: dict[str, str]) -> None:
        assert statuses(pgseq.check_many(shops)) == IN_SYNC_BUT_B

    def test_results_come_as_they_are_there(self, shops: dict[str, str]) -> None:
        """A server that hangs holds up nobody."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            hangs = f"host=127.0.0.1 dbname=x connect_timeout=2 port={silent.getsockname()[1]}"
            results = [*pgseq.check_many({"hangs": hangs, **shops}, jobs=2)]
        assert isinstance(results[-1], Unreachable)
        assert (results[-1].database, len(results)) == ("hangs", 5)

    def test_one_does_not_stop_the_others(self, shops: dict[str, str]) -> None:
        bad = {"nobody": "host=127.0.0.1 port=1", "no DSN": "mysql://h/x", "no service": "service=nope"}
        said = statuses(pgseq.check_many({**bad, **shops}))
        assert {name: said.pop(name) != "" for name in bad} == dict.fromkeys(bad, True)
        assert said == IN_SYNC_BUT_B

    def test_what_was_not_reached_answers_like_a_report(self) -> None:
        (told,) = pgseq.check_many({"nobody": "host=127.0.0.1 port=1 dbname=x"})
        assert isinstance(told, Unreachable)
        assert (told.ok, told.exit_code) == (False, 2)
        assert told.summary.startswith("nobody: ")
        assert told.to_dict()["unreachable"] == [
            {"database": "nobody", "reason": told.reason, "hint": told.hint},
        ]
        assert str(told).splitlines()[0] == told.summary
        with pytest.raises(TypeError, match="an Unreachable is neither true nor false"):
            bool(told)
        copy = pickle.loads(pickle.dumps(told))
        assert (copy, str(copy)) == (told, str(told))

    def test_left_early(self, shops: dict[str, str]) -> None:
        results = pgseq.check_many(shops.values(), jobs=1)
        next(results)
        results.close()  # type: ignore[attr-defined]

    def test_a_pattern_that_selects_nothing(self, shops: dict[str, str]) -> None:
        said = statuses(pgseq.check_many(shops, table="nope"))
        assert said == dict.fromkeys("abcd", "no table or sequence matches nope")

    def test_takes_what_check_takes(self, shops: dict[str, str], tmp_path: Path) -> None:
        (tmp_path / "pgseq.toml").write_text('ignore = [{code = "PGS001", reason = "rebuilt every night"}]')
        done: list[tuple[int, int]] = []
        for arguments in ({"ignore": "PGS001"}, {"config": tmp_path / "pgseq.toml"}, {"within": 0}):
            results = pgseq.check_many(shops, progress=lambda *how: done.append(how), **arguments)
            oks = [result.ok for result in results if isinstance(result, DatabaseReport)]
            assert all(oks) == ("within" not in arguments)
        assert done == [(1, 4), (2, 4), (3, 4), (4, 4)] * 3
        with pytest.raises(TypeError, match="colour"):
            pgseq.check_many(shops, colour="red")  # type: ignore[call-arg]

    def test_a_declared_feed_of_one_of_them(self, shops: dict[str, str]) -> None:
        with psycopg.connect(shops["a"], autocommit=True) as connection:
            connection.execute("CREATE SEQUENCE numbers; CREATE TABLE orders (number int UNIQUE)")
            connection.execute("INSERT INTO orders VALUES (7)")
        said = statuses(pgseq.check_many(shops, feeds={"public.numbers": "public.orders.number"}))
        assert said == IN_SYNC_BUT_B | {"a": "out_of_sync"}

    @pytest.mark.parametrize(
        ("targets", "arguments"),
        [("app", {}), ([object()], {}), ([], {"jobs": 0}), ([], {"max_jump": 2}), ([], {"lock_timeout": 0})],
    )
    def test_arguments_that_cannot_be(self, targets: Any, arguments: dict[str, Any]) -> None:
        with pytest.raises(UsageError):
            pgseq.check_many(targets, **arguments)


class TestProcesses:
    def test_answer_the_same(self, shops: dict[str, str]) -> None:
        here = {result.server.label: result for result in pgseq.check_many(shops) if isinstance(result, DatabaseReport)}
        with processes() as executor:
            for result in pgseq.check_many(shops, executor):
                assert isinstance(result, DatabaseReport)
                assert result.sequences == here[result.server.label].sequences

    def test_a_worker_is_killed(self, shops: dict[str, str]) -> None:
        """Every target has an answer: what was lost is said to be."""
        with processes(1) as executor:
            results = pgseq.check_many(shops, executor, jobs=1)
            first = next(results)
            assert isinstance(first, DatabaseReport)
            for pid in executor._processes:
                os.kill(pid, signal.SIGKILL)
            said = statuses(results)
        assert len(said) == 3
        assert {reason.partition(":")[0] for reason in said.values()} == {"the executor lost the work"}


class Remote(Executor):
    """Stands for an executor elsewhere, whose workers have another version of pgseq, or none."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.sent: list[bytes] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.sent.append(pickle.dumps(args))
        if isinstance(self.answer, BaseException):
            future.set_exception(self.answer)
        else:
            future.set_result(self.answer or fn(*args))
        return future


class TestElsewhere:
    def test_another_version(self, shops: dict[str, str]) -> None:
        assert fleet.work_elsewhere("0.0.1", b"not even unpickled") == (pgseq.__version__, b"")
        said = statuses(pgseq.check_many(shops, Remote(("0.0.1", b"not even unpickled"))))
        assert set(said.values()) == {f"the worker has pgseq 0.0.1, and here it is {pgseq.__version__}"}

    def test_no_pgseq(self, shops: dict[str, str]) -> None:
        said = statuses(pgseq.check_many(shops, Remote(ModuleNotFoundError("No module named 'pgseq'"))))
        assert set(said.values()) == {"the worker cannot run pgseq: No module named 'pgseq'"}

    @pytest.mark.parametrize(
        ("error", "why"),
        [
            (KeyboardInterrupt(), "KeyboardInterrupt"),
            (CancelledError(), "it was cancelled, as where a scheduler ends"),
            (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        ],
        ids=["interrupted", "cancelled", "failed"],
    )
    def test_what_ends_a_worker(self, error: BaseException, why: str, shops: dict[str, str]) -> None:
        said = statuses(pgseq.check_many(shops, Remote(error)))
        assert set(said.values()) == {f"the executor lost the work: {why}"}

    def test_passwords_do_not_travel(self, shops: dict[str, str]) -> None:
        remote = Remote()
        targets = {**shops, "p": f"{shops['a']} password=s3cret", "u": "postgresql://u:s3cret@h/x"}
        said = statuses(pgseq.check_many(targets, remote))
        refused = "the connection string holds a password, which would travel to the executor"
        assert (said.pop("p"), said.pop("u"), said) == (refused, refused, IN_SYNC_BUT_B)
        assert len(remote.sent) == 4
        assert b"s3cret" not in b"".join(remote.sent)

    def test_unless_they_are_to(self, shops: dict[str, str]) -> None:
        remote = Remote()
        said = statuses(pgseq.check_many({"p": f"{shops['a']} password=s3cret"}, remote, send_passwords=True))
        assert said == {"p": "ok"}
        assert b"s3cret" in b"".join(remote.sent)


class TestDask:
    """A scheduler and two worker processes."""

    @pytest.fixture
    def cluster(self, tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
        """Its address, and its workers."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        address, quiet = f"tcp://127.0.0.1:{port}", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        dask = [sys.executable, "-m", "distributed.cli"]
        scheduler = [f"{dask[2]}.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
        worker = [
            f"{dask[2]}.dask_worker",
            address,
            "--nworkers",
            "1",
            "--nthreads",
            "1",
            "--no-dashboard",
            "--no-nanny",
        ]
        commands = [[*dask[:2], *scheduler], [*dask[:2], *worker], [*dask[:2], *worker]]
        running = [subprocess.Popen(command, cwd=tmp_path, **quiet) for command in commands]  # type: ignore[call-overload]
        try:
            yield address, running[1:]
        finally:
            for process in running:
                process.kill()
                process.wait()

    @pytest.mark.slow
    def test_answers_though_a_worker_is_killed(
        self, cluster: tuple[str, list[subprocess.Popen[bytes]]], shops: dict[str, str], pgseq: Pgseq, tmp_path: Path
    ) -> None:
        """What it had begun is done again by the other one: nothing was changed by it."""
        address, (first, _) = cluster
        file = inventory(tmp_path, *(f"{name} = {dsn}" for name, dsn in shops.items()))
        from distributed import Client

        with Client(address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=120)
            done = pgseq("check", "--from", file, "--executor", f"dask={address}", "--format", "json", timeout=120)
            assert (done.code, [one["label"] for one in done.json()["databases"]]) == (1, [*"abcd"])
            history = tmp_path / "history.sqlite"
            done = pgseq("range", "--from", file, "--executor", f"dask={address}", "--history", history, timeout=120)
            assert (done.code, history.exists(), done.out.count("(PostgreSQL")) == (1, True, 4)
            executor = client.get_executor(pure=False)
            busy = [client.submit(time.sleep, 3, pure=False) for _ in range(2)]
            results = check_many(shops, executor)
            first.kill()
            assert statuses(results) == IN_SYNC_BUT_B
            del busy
