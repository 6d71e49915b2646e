"""`pgseq demo --stop` acts on the folder of one's own server alone: on no folder, link or program of another user."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pgseq.embedded import folder as folders
from pgseq.embedded import stop_kept
from pgseq.embedded.folder import MARKER, Opened
from pgseq.embedded.server import EmbeddedServer
from pgseq.errors import PgseqError, UsageError
from tests.support.commandline import Pgseq

pytestmark = pytest.mark.slow

OTHER = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to make files of another user")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder in which all make files, with a short path."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o1777)
        yield Path(name)


@pytest.fixture
def kept(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedServer]:
    """A server that was left running in that folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    server = EmbeddedServer.create().start()
    server.keep()
    yield server
    if server.folder.exists():
        server.remove()


def answers(server: EmbeddedServer) -> bool:
    with psycopg.connect(server.dsn()) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def refused(pgseq: Pgseq, folder: Path) -> None:
    done = pgseq("demo", "--stop", folder)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == (
        f"pgseq: error: {folder} is not the folder of a server that pgseq started for you."
    )


@as_root
def test_a_folder_of_another_with_a_program_of_his(pgseq: Pgseq, place: Path) -> None:
    """The reproduction: his "pg_ctl" puts a link to a folder of root's in the folder's place."""
    victim, theirs, programs = place / "victim", place / "pgseq-evil", place / "programs"
    victim.mkdir(0o700)
    (victim / "file").write_text("keep")
    (theirs / "data").mkdir(parents=True)
    (theirs / "data" / "postmaster.pid").touch()
    (theirs / MARKER).write_text(json.dumps({"binaries": str(programs)}))
    programs.mkdir()
    (programs / "pg_ctl").write_text(
        f"#!/bin/sh\nid > {place}/ran\nmv {theirs} {place}/moved; ln -s {victim} {theirs}\n"
    )
    (programs / "pg_ctl").chmod(0o755)
    for path in (theirs, *theirs.rglob("*"), programs, *programs.iterdir()):
        os.chown(path, OTHER, OTHER)
    refused(pgseq, theirs)
    assert not (place / "ran").exists()
    assert (victim / "file").read_text() == "keep"
    # With a marker as pgseq writes it now: it is his own word.
    status = theirs.stat()
    (theirs / MARKER).write_text(json.dumps({"folder": [status.st_dev, status.st_ino]}))
    refused(pgseq, theirs)
    assert theirs.exists()


def test_the_marker_of_another_folder(pgseq: Pgseq, place: Path, kept: EmbeddedServer) -> None:
    """The account of root's server may move the marker, which is root's, to another folder."""
    other = place / "pgseq-other"
    other.mkdir(0o700)
    shutil.move(kept.folder / MARKER, other / MARKER)
    refused(pgseq, other)
    refused(pgseq, kept.folder)
    assert other.exists()
    assert answers(kept)
    shutil.move(other / MARKER, kept.folder / MARKER)
    stop_kept(kept.folder)
    assert not kept.folder.exists()


def test_links(pgseq: Pgseq, place: Path, kept: EmbeddedServer) -> None:
    link = place / "pgseq-link"
    link.symlink_to(kept.folder)
    refused(pgseq, link)
    marker = kept.folder / MARKER
    text = marker.read_text()
    marker.unlink()
    (place / "text").write_text(text)
    marker.symlink_to(place / "text")
    refused(pgseq, kept.folder)
    marker.unlink()
    os.mkfifo(marker)
    refused(pgseq, kept.folder)
    assert answers(kept)


def test_roots_own_marker_stays_its_own(kept: EmbeddedServer) -> None:
    """Under root the folder belongs to the account of the server, and its marker to root."""
    assert (kept.folder / MARKER).stat().st_uid == os.geteuid()
    assert stat.S_IMODE((kept.folder / MARKER).stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700


def test_a_folder_that_is_swapped_meanwhile(place: Path, kept: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was opened is removed; what stands at its name by then is not touched."""
    victim = place / "victim"
    victim.mkdir()
    (victim / "file").touch()

    stop = Opened.stop

    def swap(opened: Opened) -> None:
        stop(opened)
        kept.folder.rename(place / "moved")
        kept.folder.symlink_to(victim)

    monkeypatch.setattr(Opened, "stop", swap)
    stop_kept(kept.folder)
    assert (victim / "file").exists()
    assert list((place / "moved").iterdir()) == []
    kept.folder.unlink()


def test_a_link_in_the_folder_is_not_followed(place: Path, kept: EmbeddedServer) -> None:
    victim = place / "victim"
    victim.mkdir()
    (victim / "file").touch()
    (kept.folder / "link").symlink_to(victim)
    (kept.folder / "data" / "link").symlink_to(victim)
    stop_kept(kept.folder)
    assert (victim / "file").exists()
    assert not kept.folder.exists()


@pytest.mark.parametrize("number", ["{pid}", "-{pid}", "1", "-1", "0", "9" * 5000, "x"])
def test_a_process_that_is_not_the_servers(kept: EmbeddedServer, number: str) -> None:
    """A stale postmaster.pid names whatever process has its number now, and a forged one whatever its writer wants."""
    with subprocess.Popen(["sleep", "60"]) as bystander:
        kept.stop()
        pid = kept.folder / "data" / "postmaster.pid"
        pid.write_text(number.format(pid=bystander.pid) + "\n")
        status = pid.parent.stat()
        os.chown(pid, status.st_uid, status.st_gid)
        pid.chmod(0o600)
        stop_kept(kept.folder)
        assert bystander.poll() is None
        bystander.kill()
    assert not kept.folder.exists()


@as_root
def test_a_process_of_roots_in_the_servers_folder(kept: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signal is sent as the server's account, which may not end root's processes."""
    monkeypatch.setattr(folders, "PATIENCE", 0.5)
    with subprocess.Popen(["sleep", "60"], cwd=kept.folder / "data") as bystander:
        kept.stop()
        pid = kept.folder / "data" / "postmaster.pid"
        pid.write_text(f"{bystander.pid}\n")
        status = pid.parent.stat()
        os.chown(pid, status.st_uid, status.st_gid)
        pid.chmod(0o600)
        with pytest.raises(PgseqError, match="does not stop"):
            stop_kept(kept.folder)
        time.sleep(0.1)
        assert bystander.poll() is None
        bystander.kill()
    stop_kept(kept.folder)


@as_root
def test_a_log_that_is_a_link(place: Path, kept: EmbeddedServer) -> None:
    """Root opens the log in a folder of the account's."""
    kept.stop()
    (kept.folder / "log").unlink()
    (kept.folder / "log").symlink_to(place / "victim")
    with pytest.raises(OSError, match="symbolic links"):
        kept.start()
    assert not (place / "victim").exists()


def test_a_folder_that_is_not_there(place: Path) -> None:
    for path in (place / "pgseq-none", place, Path("/")):
        with pytest.raises(UsageError, match="not the folder of a server"):
            stop_kept(path)
