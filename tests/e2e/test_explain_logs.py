"""`pgseq explain --log` on the logs that a real server writes, in each of its formats."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from pgseq import embedded
from tests.support.binaries import binaries
from tests.support.commandline import Pgseq, environment, executable

SETTINGS: Final = {
    "fsync": "off",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "server.log",
    "log_destination": "stderr,csvlog,jsonlog",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_statement": "all",
}
FORMS: Final = ("log", "csv", "json")


@pytest.fixture(scope="module")
def logs() -> Iterator[tuple[embedded.Server, Path]]:
    """A server that logs in all formats, and the logs of an application's morning."""
    with embedded.temporary_server(binaries(18), settings=SETTINGS) as server:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE shop")
        with psycopg.connect(server.dsn("shop"), autocommit=True, application_name="the, shop") as connection:
            connection.execute(
                "CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE);"
                "INSERT INTO users (id) SELECT generate_series(1, 40)"
            )
            for _ in range(5):
                _fail(connection, "INSERT INTO users (email)\nVALUES ('it''s \"quoted\", and 23505')")
            _fail(connection, "INSERT INTO users (id, email) VALUES (DEFAULT, 'a'), (1000, 'a')")
            _fail(connection, "SELECT nonsense")
            _fail(connection, "SELECT nextval('\"Users_id_seq\"')")
        folder = server.folder / "data" / "log"
        _written(folder)
        yield server, folder


def _written(folder: Path) -> None:
    """Wait until the collector, a process of its own, has written the last error in all formats."""
    for form in FORMS:
        end = time.monotonic() + 20
        while b"Users_id_seq" not in (folder / f"server.{form}").read_bytes()[-700:]:
            assert time.monotonic() < end, f"server.{form} is not written"
            time.sleep(0.1)
    time.sleep(0.3)


def _fail(connection: psycopg.Connection[Any], statement: str) -> None:
    with contextlib.suppress(psycopg.Error):
        connection.execute(statement)


def _errors(pgseq: Pgseq, server: embedded.Server, *arguments: str | Path, code: int = 1) -> list[dict[str, Any]]:
    # The host alone: the log says which database each error comes from.
    host = psycopg.conninfo.conninfo_to_dict(server.dsn())
    place = ("-h", str(host["host"]), "-p", str(host.get("port", 5432)), "-U", "postgres")
    done = pgseq("explain", *place, *arguments, "--format", "json")
    assert done.code == code, done
    errors: list[dict[str, Any]] = json.loads(done.out)["errors"]
    return errors


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_formats(form: str, packed: bool, logs: tuple[embedded.Server, Path], pgseq: Pgseq, tmp_path: Path) -> None:
    server, folder = logs
    path = tmp_path / f"copy.{form}"
    shutil.copy(folder / f"server.{form}", path)
    if packed:
        path = tmp_path / "copy.gz"
        path.write_bytes(gzip.compress((folder / f"server.{form}").read_bytes()))
    errors = _errors(pgseq, server, "--log", path)
    first, second = errors[0], errors[1]
    assert (first["verdict"], first["constraint"], first["count"]) == ("behind", "users_pkey", 6)
    assert (first["sequence"]["name"], first["database"], first["users"]) == ("users_id_seq", "shop", ["postgres"])
    assert first["applications"] == ([] if form == "log" else ["the, shop"])
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", first["first"])
    assert first["first"] <= first["last"]
    assert second["verdict"] == "missing_sequence"
    assert len(errors) == 2


def test_table(logs: tuple[embedded.Server, Path], pgseq: Pgseq) -> None:
    server, folder = logs
    done = pgseq("explain", "-d", server.dsn("shop"), "--log", folder / "server.json")
    assert done.code == 1
    head, row, *_ = done.out.splitlines()
    assert head.split() == ["Errors", "First", "Last", "Constraint", "or", "object", "Users", "Applications", "Verdict"]
    assert row.split()[0] == "6"
    assert "users_pkey" in row
    assert row.endswith("the sequence is behind")


def test_since(logs: tuple[embedded.Server, Path], pgseq: Pgseq) -> None:
    server, folder = logs
    log = folder / "server.csv"
    assert _errors(pgseq, server, "--log", log, "--since", "2099-01-01", code=0) == []
    assert len(_errors(pgseq, server, "--log", log, "--since", "2020-01-01 10:00")) == 2


def test_standard_input(logs: tuple[embedded.Server, Path], pgseq: Pgseq) -> None:
    server, folder = logs
    for form in FORMS:
        text = (folder / f"server.{form}").read_text("utf-8")
        done = pgseq("explain", "-d", server.dsn("shop"), "--format", "json", input=text)
        assert json.loads(done.out)["errors"][0]["count"] == 6, form


def test_follow(logs: tuple[embedded.Server, Path], tmp_path: Path) -> None:
    server, folder = logs
    lines = (folder / "server.log").read_text("utf-8").splitlines(keepends=True)
    path = tmp_path / "growing.log"
    path.write_text("".join(line for line in lines if "users_pkey" not in line)[:200])
    with subprocess.Popen(
        [executable(), "explain", "-d", server.dsn("shop"), "--log", path, "--follow"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment(tmp_path),
    ) as following:
        limit = threading.Timer(30, following.kill)
        limit.start()
        try:
            time.sleep(1)
            with path.open("a") as file:
                file.write("\n" + "".join(lines))
            assert following.stdout is not None
            told = next((line for line in following.stdout if "users_pkey" in line), "")
            assert "the sequence is behind" in told
        finally:
            limit.cancel()
            following.kill()
