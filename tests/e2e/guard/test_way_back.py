"""The way back of guards is kept, whatever becomes of the run."""

from __future__ import annotations

import json
import multiprocessing
import os
import shlex
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pgseq.cli.run import way_back
from tests.support.clients import psql
from tests.support.commandline import Pgseq, shell
from tests.support.database import Database, fresh_database

TABLES = ("one", "two", "three")
IDENTITIES = "SELECT count(*) FROM pg_attribute WHERE attidentity = 'a'"


@pytest.fixture
def tables(database: Database) -> Database:
    """Three serial columns."""
    database.run("".join(f"CREATE TABLE {name} (id serial PRIMARY KEY);" for name in TABLES))
    return database


def test_of_several_changes_it_is_in_a_file_of_its_own_accord(tables: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    done = pgseq("guard", "identity", tables.dsn, "--yes", cwd=tmp_path)
    assert (done.code, done.err, tables.value(IDENTITIES)) == (0, "", 3)
    (script,) = tmp_path.glob("pgseq-guard-undo-*.sql")
    assert f"To undo: psql -X -d {shlex.quote(tables.dsn)} -f {script}\n" in done.out
    assert script.stat().st_mode & 0o777 == 0o600
    again = pgseq("guard", "identity", tables.dsn, "--yes", cwd=tmp_path)
    assert "Nothing to do." in again.out
    assert list(tmp_path.glob("pgseq-guard-undo-*.sql")) == [script]
    assert psql(tables.dsn, "-q", "-f", script).err == ""
    assert tables.value(IDENTITIES) == 0


def test_commands_at_the_same_moment_write_files_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(way_back, "backward", lambda report: f"-- {os.getpid()}\n")
    monkeypatch.setattr(time, "strftime", lambda form: "20261130-120000")
    report: Any = SimpleNamespace(server=SimpleNamespace(database="app"))
    context = multiprocessing.get_context("fork")
    together, number = context.Barrier(6), 50

    def write() -> None:
        for _ in range(number):
            together.wait(10)
            way_back.way_back_beside(report)

    writers = [context.Process(target=write) for _ in range(together.parties)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * len(writers)
    written = Counter(file.read_text() for file in tmp_path.glob("pgseq-guard-undo-app-20261130-120000*.sql"))
    assert written == {f"-- {writer.pid}\n": number for writer in writers}


def test_one_change_is_undone_by_what_stands_on_the_screen(tables: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    done = pgseq("guard", "identity", tables.dsn, "-t", "one", "--yes", cwd=tmp_path)
    assert "To undo:\n" in done.out
    assert list(tmp_path.glob("*.sql")) == []


def test_a_document_has_every_one(tables: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    documents = pgseq("guard", "identity", tables.dsn, "--yes", "--format", "json", cwd=tmp_path).json()
    assert all(change["undo"] for change in documents["databases"][0]["changes"])
    assert list(tmp_path.glob("*.sql")) == []


@pytest.mark.slow
def test_a_script_of_other_changes_is_not_written_over(tables: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    undo = tmp_path / "undo.sql"
    first = ("guard", "identity", tables.dsn, "-t", "one", "--undo-file", undo)
    assert pgseq(*first, "--dry-run").code == 1
    # The same plan gives the same script.
    assert pgseq(*first, "--yes").code == 0
    written = undo.read_bytes()
    for mode in ("--yes", "--dry-run", "--sql"):
        done = pgseq("guard", "identity", tables.dsn, "--undo-file", undo, mode)
        assert done.code == 2
        assert "undo.sql holds another script, and may be the only way back of changes made before" in done.err
    assert undo.read_bytes() == written
    assert tables.value(IDENTITIES) == 1
    assert psql(tables.dsn, "-q", "-f", undo).err == ""
    assert tables.value(IDENTITIES) == 0


def test_a_folder_that_takes_no_file_stops_it_before_anything_is_changed(
    tables: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = shell(gone, 'rmdir "$PWD"; "$pgseq" guard identity "$1" --yes', tables.dsn)
    assert done.code == 2
    assert "cannot write pgseq-guard-undo-" in done.err
    assert tables.value(IDENTITIES) == 0


@pytest.mark.parametrize("selected", [("-t", "one"), ()])
@pytest.mark.slow
def test_what_was_done_is_said_where_standard_output_takes_nothing(
    selected: tuple[str, ...], tables: Database, tmp_path: Path
) -> None:
    done = shell(tmp_path, '"$pgseq" "$@" >/dev/full', "guard", "identity", tables.dsn, "-qy", *selected)
    assert done.code == 2
    assert "cannot write standard output" in done.err
    assert "done: public.one.id: nextval('public.one_id_seq'::regclass) → GENERATED ALWAYS AS IDENTITY\n" in done.err
    if selected:
        undo = done.err.split("To undo:\n")[1].split("COMMIT;")[0] + "COMMIT;"
        tables.run(undo)
    else:
        (script,) = tmp_path.glob("*.sql")
        assert f"To undo: psql -X -d {shlex.quote(tables.dsn)} -f {script}\n" in done.err
        assert psql(tables.dsn, "-q", "-f", script).err == ""
    assert tables.value(IDENTITIES) == 0


def test_an_undo_does_nothing_in_another_database(tables: Database, pgseq: Pgseq) -> None:
    done = pgseq("guard", "trigger", tables.dsn, "-t", "one", "--yes", "--format", "json")
    undo = json.loads(done.out)["databases"][0]["changes"][0]["undo"]
    triggers = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
    with fresh_database(tables.server) as other:
        other.run("CREATE TABLE one (id serial PRIMARY KEY)")
        assert pgseq("guard", "trigger", other.dsn, "--yes").code == 0
        refused = psql(other.dsn, "-q", input=undo)
        assert f"what was changed belongs to database {tables.name}, not to this one" in refused.err
        assert other.value(triggers) == 1
    assert (psql(tables.dsn, "-q", input=undo).err, tables.value(triggers)) == ("", 0)
