"""SIGTERM and SIGHUP, as from a service manager, a container or a terminal that is closed: they end a command as Ctrl-C
does, which leaves nothing running on the server and tells what was done."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.commandline import environment, executable
from tests.support.database import Database, fresh_database

BROKEN = """
CREATE TABLE q (id serial PRIMARY KEY);
INSERT INTO q SELECT generate_series(1, 7);
"""
WAITING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgseq' AND wait_event_type = 'Lock'"
POSITION = "SELECT last_value, is_called FROM q_id_seq"
WORD = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated", signal.SIGHUP: "terminated"}

each = pytest.mark.parametrize("sent", WORD, ids=lambda one: one.name)


@pytest.fixture
def broken(database: Database) -> Database:
    """A database with one sequence that is out of sync."""
    database.run(BROKEN)
    return database


@contextmanager
def started(home: Path, *command: str, before: tuple[str, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    """A pgseq at work, in an empty home; `before` are words of the command line before it."""
    with subprocess.Popen(
        [*before, executable(), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home),
        cwd=home,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def wait(running: subprocess.Popen[str], moment: Callable[[], object]) -> None:
    """Wait for a moment at which pgseq is still at work."""
    while not moment():
        assert running.poll() is None
        time.sleep(0.02)


@each
@pytest.mark.sampled(2)
def test_a_fix_that_waits_for_a_lock(sent: signal.Signals, broken: Database, tmp_path: Path) -> None:
    """What it waits for does not happen afterwards."""
    with broken.connect(autocommit=False) as holder:
        holder.execute("LOCK TABLE q IN ROW EXCLUSIVE MODE")
        with started(tmp_path, "fix", broken.dsn, "--yes", "--lock-timeout", "20s") as running:
            wait(running, lambda: broken.rows(WAITING))
            running.send_signal(sent)
            output, errors = running.communicate(timeout=10)
        assert broken.rows(WAITING) == []
    told = f"pgseq: {WORD[sent]} after 0 of 1 change; run it again for the rest\n"
    assert (running.returncode, errors) == (128 + sent, told)
    assert "interrupted, it may have moved or not" in output
    assert broken.rows(POSITION) == [(1, False)]


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_told_twice(second: signal.Signals, broken: Database, tmp_path: Path) -> None:
    """timeout(1) signals the process and then its group, systemd sends SIGHUP right after SIGTERM: the report of the
    first is not lost by the second."""
    with broken.connect(autocommit=False) as holder:
        holder.execute("LOCK TABLE q IN ROW EXCLUSIVE MODE")
        with started(tmp_path, "fix", broken.dsn, "--yes", "--lock-timeout", "20s") as running:
            wait(running, lambda: broken.rows(WAITING))
            running.send_signal(signal.SIGTERM)
            for pause in (0, 0, 0.12, 0.12):
                time.sleep(pause)
                running.send_signal(second)
            output, errors = running.communicate(timeout=10)
    assert "interrupted, it may have moved or not" in output
    assert errors == "pgseq: terminated after 0 of 1 change; run it again for the rest\n"
    assert broken.rows(POSITION) == [(1, False)]


@each
@pytest.mark.sampled(3)
def test_a_check(sent: signal.Signals, broken: Database, tmp_path: Path) -> None:
    with broken.connect(autocommit=False) as holder:
        holder.execute("LOCK TABLE q IN ACCESS EXCLUSIVE MODE")
        with started(tmp_path, "check", broken.dsn, "--lock-timeout", "20s") as running:
            wait(running, lambda: broken.rows(WAITING))
            running.send_signal(sent)
            _, errors = running.communicate(timeout=10)
    assert (running.returncode, errors) == (128 + sent, f"pgseq: {WORD[sent]} before everything was looked at\n")


@each
def test_the_watch_of_a_sync_ends_by_it(sent: signal.Signals, broken: Database, tmp_path: Path) -> None:
    """Its usual end: the exit code is that of the last pass."""
    with fresh_database(broken.server) as target:
        target.run("CREATE TABLE q (id serial PRIMARY KEY)")
        with started(tmp_path, "sync", broken.dsn, target.dsn, "--watch", "--yes", "--interval", "50ms") as running:
            assert running.stdout
            assert "pass 1: 0 sequences moved" in running.stdout.readline()
            running.send_signal(sent)
            output, errors = running.communicate(timeout=10)
    assert (running.returncode, errors) == (0, ""), output


@each
@pytest.mark.sampled(3)
def test_a_log_that_is_followed(sent: signal.Signals, tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text('2026-05-01 12:00:00 UTC [1] ERROR:  duplicate key value violates unique constraint "q_pkey"\n')
    with started(tmp_path, "explain", "-h", "/nowhere", "--log", str(log), "--follow") as running:
        assert running.stdout
        assert running.stdout.readline()
        running.send_signal(sent)
        _, errors = running.communicate(timeout=10)
    assert running.returncode == 128 + sent
    assert errors.endswith(f"pgseq: {WORD[sent]}\n")


def test_lint_of_a_pipe_that_stays_open(tmp_path: Path) -> None:
    with subprocess.Popen(
        [executable(), "lint", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
    ) as running:
        # At its standard input, and no longer starting: the pipe is being read.
        assert running.stdin
        running.stdin.write("-- \n" * 50_000)
        running.send_signal(signal.SIGTERM)
        _, errors = running.communicate(timeout=10)
    assert (running.returncode, errors) == (143, "pgseq: terminated\n")


def test_a_signal_that_is_ignored_stays_ignored(broken: Database, tmp_path: Path) -> None:
    """As under nohup: the terminal's end does not end it."""
    with broken.connect(autocommit=False) as holder:
        holder.execute("LOCK TABLE q IN ROW EXCLUSIVE MODE")
        with started(tmp_path, "fix", broken.dsn, "--yes", "--lock-timeout", "20s", before=("nohup",)) as running:
            wait(running, lambda: broken.rows(WAITING))
            running.send_signal(signal.SIGHUP)
            time.sleep(0.3)
            holder.rollback()
            running.communicate(timeout=10)
    assert running.returncode == 0
    assert broken.rows(POSITION) == [(7, True)]


def test_as_the_first_process_of_a_container(broken: Database, tmp_path: Path) -> None:
    """To a process of number 1 the kernel delivers no signal that it does not handle itself."""
    own = ("unshare", "--fork", "--pid", "--kill-child")
    if subprocess.run([*own, "true"], check=False, capture_output=True).returncode:
        pytest.skip("takes the right to make a process namespace")
    with broken.connect(autocommit=False) as holder:
        holder.execute("LOCK TABLE q IN ROW EXCLUSIVE MODE")
        with started(tmp_path, "fix", broken.dsn, "--yes", "--lock-timeout", "20s", before=own) as running:
            wait(running, lambda: broken.rows(WAITING))
            subprocess.run(["pkill", "-TERM", "-P", str(running.pid)], check=True)
            _, errors = running.communicate(timeout=10)
    assert (running.returncode, errors) == (143, "pgseq: terminated after 0 of 1 change; run it again for the rest\n")
    assert broken.rows(POSITION) == [(1, False)]
