"""What `fix` tells when it does not come to its end: what was done is told as it is now, and the rest as not done."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pgseq import workflow
from pgseq.errors import Interrupted
from pgseq.model.reports import DatabaseReport
from pgseq.pg.connect import open_pool
from pgseq.undo_file import entries
from tests.support.broken import COUNT, Broken
from tests.support.commandline import environment, executable
from tests.support.database import Server, fresh_database


@pytest.fixture(scope="module")
def broken(server: Server) -> Iterator[Broken]:
    """The 200 sequences."""
    with fresh_database(server) as database:
        one = Broken(database=database)
        one.make()
        yield one


def agreed(report: DatabaseReport) -> bool:
    return True


def judged(report: DatabaseReport) -> Counter[tuple[str, str]]:
    """How many sequences have which result and status."""
    return Counter((one.applied.result, one.status) for one in report.sequences if one.applied)


@pytest.mark.parametrize("jobs", [1, 3])
def test_ctrl_c(broken: Broken, jobs: int) -> None:
    before = broken.again()
    planned = pressed = False

    def confirm(report: DatabaseReport) -> bool:
        nonlocal planned
        planned = True
        return True

    def progress(done: int, total: int) -> None:
        nonlocal pressed
        if planned and not pressed:
            pressed = True
            raise KeyboardInterrupt

    with open_pool(broken.database.dsn, jobs) as pool:
        with pytest.raises(Interrupted) as stop:
            workflow.fix(pool, workflow.Options(), confirm, progress)
        assert pool.primary.run("SELECT 1")[0].rows == [(1,)], "the caller's connection serves on"
    report = stop.value.report
    assert isinstance(report, DatabaseReport)
    told = judged(report)
    reasons = {one.applied.reason for one in report.sequences if one.applied and one.applied.result == "failed"}
    assert told["moved", "ok"] > 0, (told, reasons)
    # Those under way when they were cancelled are unknown, those not reached as they were found.
    assert set(told) <= {("moved", "ok"), ("moved", "unknown"), ("failed", "out_of_sync"), ("failed", "unknown")}
    assert reasons <= {"interrupted, not reached", "interrupted, it may have moved or not"}
    now = broken.positions()
    for one in report.sequences:
        assert one.applied is not None
        name, moved = one.sequence.name, one.applied.after
        if one.applied.result == "moved":
            assert moved is not None
            assert now[name] == (moved.last_value, True)
        elif "not reached" in one.applied.reason:
            assert now[name] == before[name]


def test_one_of_several_connections_is_lost(broken: Broken) -> None:
    before = broken.again()
    planned = ended = False

    def confirm(report: DatabaseReport) -> bool:
        nonlocal planned
        planned = True
        return True

    def progress(done: int, total: int) -> None:
        nonlocal ended
        if planned and not ended:
            ended = True
            # All but the first, which is the lead.
            broken.database.run(
                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity "
                "WHERE application_name = 'pgseq' AND datname = current_database() "
                "ORDER BY backend_start OFFSET 1) AS others"
            )

    with open_pool(broken.database.dsn, 3) as pool:
        report = workflow.fix(pool, workflow.Options(), confirm, progress)
    told = judged(report)
    assert told["moved", "ok"] > 0
    assert ("moved", "out_of_sync") not in told
    now = broken.positions()
    for one in report.sequences:
        if one.applied and "not reached" in one.applied.reason:
            assert one.applied.reason.startswith("the server went away: ")
            assert (now[one.sequence.name], one.status) == (before[one.sequence.name], "out_of_sync")


def limited(broken: Broken, folder: Path, kilobytes: int) -> tuple[int, dict[str, Any], str]:
    """`pgseq fix` where no file may grow beyond that: exit code, document, errors."""
    command = shlex.join(
        [executable(), "fix", broken.database.dsn, "--yes", "--format", "json", "--undo-file", str(folder / "undo")]
    )
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f {kilobytes}; exec {command}"],
        capture_output=True,
        text=True,
        env=environment(folder),
        cwd=folder,
        timeout=60,
        check=False,
    )
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.mark.parametrize("kilobytes", [1, 30])
@pytest.mark.sampled(2)
def test_the_undo_file_s_disk_is_full(broken: Broken, tmp_path: Path, kilobytes: int) -> None:
    before = broken.again()
    code, document, errors = limited(broken, tmp_path, kilobytes)
    assert code == 1
    assert "Traceback" not in errors
    assert "unexpected" not in errors
    (database,) = document["databases"]
    now = broken.positions()
    results = Counter(one["applied"]["result"] for one in database["sequences"])
    assert results["failed"] > 0
    assert (results["moved"] > 0) == (kilobytes > 1)
    for one in database["sequences"]:
        moved = one["applied"]["result"] == "moved"
        assert moved == (now[one["name"]] != before[one["name"]])
        if not moved:
            assert one["applied"]["reason"] == f"cannot write {tmp_path / 'undo'}: File too large, not reached"
            assert one["status"] == "out_of_sync"
        else:
            assert one["status"] == "ok"
    noted = {one.sequence.removeprefix("public.") for one in entries(tmp_path / "undo")}
    assert {name for name in now if now[name] != before[name]} <= noted
    # Once there is room again, the same file takes the rest.
    again, _, _ = limited(broken, tmp_path, 10_000)
    assert again == 0
    assert len(entries(tmp_path / "undo")) == COUNT


def test_an_undo_file_on_a_full_device(broken: Broken) -> None:
    broken.again()
    command = [executable(), "fix", broken.database.dsn, "--yes", "--undo-file", "/dev/full"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(Path("/nonexistent")), check=False)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "cannot write /dev/full: No space left on device, not reached" in " ".join(done.stdout.split())
