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
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from pgseq import embedded
from tests.support.binaries import binaries
from tests.support.commandline import Pgseq, environment, executable

SCHEMA: Final = json.loads((Path(__file__).parents[3] / "docs" / "explain.schema.json").read_text("utf-8"))
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
#: The last error's message and its statement, to the end of the record.
LAST: Final = re.compile(rb'Users_id_seq[\\"]* does not exist.*Users_id_seq[^\n]*\n', re.DOTALL)


@pytest.fixture(scope="module")
def logs() -> Iterator[tuple[embedded.EmbeddedServer, Path]]:
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
        while not LAST.search((folder / f"server.{form}").read_bytes()):
            assert time.monotonic() < end, f"server.{form} is not written"
            time.sleep(0.1)


def _fail(connection: psycopg.Connection[Any], statement: str) -> None:
    with contextlib.suppress(psycopg.Error):
        connection.execute(statement)


def _errors(
    pgseq: Pgseq, server: embedded.EmbeddedServer, *arguments: str | Path, code: int = 1
) -> list[dict[str, Any]]:
    # The host alone: the log says which database each error comes from.
    host = psycopg.conninfo.conninfo_to_dict(server.dsn())
    place = ("-h", str(host["host"]), "-p", str(host.get("port", 5432)), "-U", "postgres")
    done = pgseq("explain", *place, *arguments, "--format", "json")
    assert done.code == code, done
    errors: list[dict[str, Any]] = json.loads(done.out)["errors"]
    return errors


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.sampled(6)
def test_formats(
    form: str, packed: bool, logs: tuple[embedded.EmbeddedServer, Path], pgseq: Pgseq, tmp_path: Path
) -> None:
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


def test_table(logs: tuple[embedded.EmbeddedServer, Path], pgseq: Pgseq) -> None:
    server, folder = logs
    done = pgseq("explain", "-d", server.dsn("shop"), "--log", folder / "server.json")
    assert done.code == 1
    head, row, *_ = done.out.splitlines()
    assert head.split() == ["Errors", "First", "Last", "Constraint", "or", "object", "Users", "Applications", "Verdict"]
    assert row.split()[:2] == ["✗", "6"]
    assert "users_pkey" in row
    assert row.endswith("the sequence is behind")


def test_a_row_says_which_database_and_so_does_the_command(
    logs: tuple[embedded.EmbeddedServer, Path], pgseq: Pgseq, tmp_path: Path
) -> None:
    server, folder = logs
    lines = (folder / "server.log").read_text("utf-8")
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute('CREATE DATABASE "my shop" TEMPLATE shop')
    (tmp_path / "b.log").write_text(lines.replace("[", "user=postgres,db=my shop,app=x,[").replace("postgres@shop", ""))
    host = psycopg.conninfo.conninfo_to_dict(server.dsn())
    place = ("-h", str(host["host"]), "-p", str(host.get("port", 5432)), "-U", "postgres")
    done = pgseq("explain", *place, "--log", folder / "server.log", "--log", tmp_path / "b.log")
    assert done.code == 1
    assert done.out.splitlines()[0].split()[3:5] == ["Database", "Constraint"]
    for name, shown in (("shop", "shop"), ("my shop", "'my shop'")):
        assert re.search(rf"^✗ +6 .*  {name} +users_pkey ", done.out, re.MULTILINE), done.out
        assert f"→ pgseq fix -d {shown} {' '.join(place)} -t public.users\n" in done.out


@pytest.mark.parametrize(
    "text",
    [
        'django.db.utils.IntegrityError: duplicate key value violates unique constraint "users_pkey"\n'
        "DETAIL:  Key (id)=(4) already exists.\n",
        '{"log":"2026-05-01 12:00:00.000 UTC [7] ERROR:  duplicate key value","stream":"stderr"}\n',
        "x" * 100,
    ],
)
def test_what_is_no_log_is_no_all_clear(text: str, pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "my app.log").write_text(text)
    done = pgseq("explain", "-h", "/nonexistent", "--log", "my app.log")
    assert (done.code, done.err) == (3, "")
    assert done.out.splitlines() == [
        "? cannot tell",
        "    no line of my app.log is a PostgreSQL log record (stderr, csvlog, jsonlog)",
        "    an application's own log is read from a pipe: pgseq explain < 'my app.log'",
    ]
    document = pgseq("explain", "-h", "/nonexistent", "--log", "my app.log", "--format", "json").json()
    Draft202012Validator(SCHEMA).validate(document)
    assert [(one["verdict"], one["count"]) for one in document["errors"]] == [("cannot_tell", 0)]


def test_an_empty_log(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.log").touch()
    done = pgseq("explain", "-h", "/nonexistent", "--log", "a.log")
    assert (done.code, done.err) == (0, "log a.log is empty\n")


def test_since(logs: tuple[embedded.EmbeddedServer, Path], pgseq: Pgseq) -> None:
    server, folder = logs
    log = folder / "server.csv"
    assert _errors(pgseq, server, "--log", log, "--since", "2099-01-01", code=0) == []
    assert len(_errors(pgseq, server, "--log", log, "--since", "2020-01-01 10:00")) == 2


def test_standard_input(logs: tuple[embedded.EmbeddedServer, Path], pgseq: Pgseq) -> None:
    server, folder = logs
    for form in FORMS:
        text = (folder / f"server.{form}").read_text("utf-8")
        done = pgseq("explain", "-d", server.dsn("shop"), "--format", "json", input=text)
        assert json.loads(done.out)["errors"][0]["count"] == 6, form


def test_follow(logs: tuple[embedded.EmbeddedServer, Path], tmp_path: Path) -> None:
    server, folder = logs
    lines = (folder / "server.log").read_text("utf-8").splitlines(keepends=True)
    path = tmp_path / "growing.log"
    # An error, and the record that ends its own: what is told of it says that the file is being followed.
    path.write_text("".join([*(line for line in lines if "Users_id_seq" in line), lines[0]]))
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
            assert following.stdout is not None
            assert any("the sequence is missing" in line for line in following.stdout)
            with path.open("a") as file:
                file.write("".join(lines))
            told = next((line for line in following.stdout if "users_pkey" in line), "")
            assert "the sequence is behind" in told
        finally:
            limit.cancel()
            following.kill()
