"""The statement that undoes a move, as each window tells it: it puts the sequence back, and does nothing elsewhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

import pgseq as library
from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database

BROKEN = """
CREATE TABLE "Users" (id serial PRIMARY KEY);
INSERT INTO "Users" SELECT generate_series(1, 10);
"""
POSITION = 'SELECT last_value, is_called FROM "Users_id_seq"'
#: A name that has to be quoted in every way.
NAME = 'it\'s a \\ "shop"'


@pytest.fixture
def broken(database: Database) -> Iterator[Database]:
    """A database with a sequence that is out of sync, and a name of its own."""
    named = Database(name=NAME, server=database.server)
    with psycopg.connect(database.server.dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        try:
            with _connected(named) as shop:
                shop.execute(BROKEN)
            yield named
        finally:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(NAME)))


def _dsn(database: Database) -> str:
    return make_conninfo(database.server.dsn(), dbname=database.name)


def _connected(database: Database) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(_dsn(database), autocommit=True)


def _told(text: str) -> str:
    """The statement in a text for people."""
    (line,) = (line for line in text.splitlines() if "SELECT pg_catalog.setval(" in line)
    return line[line.index("SELECT") :].removesuffix(";")


def _undoes(statement: str, broken: Database) -> None:
    """It puts a moved sequence back, but none of that name in another database."""
    with fresh_database(broken.server) as other:
        other.run(f"""{BROKEN} SELECT setval('"Users_id_seq"', 77)""")
        other.run(statement)
        assert other.rows(POSITION) == [(77, True)]
    with _connected(broken) as shop:
        assert shop.execute(POSITION).fetchall() == [(10, True)]
        shop.execute(statement.encode())
        assert shop.execute(POSITION).fetchall() == [(1, False)]


def test_json(broken: Database, pgseq: Pgseq) -> None:
    (planned,) = pgseq("check", _dsn(broken), "--format", "json").json()["databases"][0]["sequences"]
    (moved,) = pgseq("fix", _dsn(broken), "--yes", "--format", "json").json()["databases"][0]["sequences"]
    assert planned["fix"]["undo"] == moved["applied"]["undo"]
    _undoes(moved["applied"]["undo"], broken)


def test_csv(broken: Database, pgseq: Pgseq) -> None:
    done = pgseq("fix", _dsn(broken), "--yes", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(done.out))
    _undoes(row["undo"], broken)


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_for_people(broken: Database, pgseq: Pgseq, form: str) -> None:
    _undoes(_told(pgseq("fix", _dsn(broken), "--yes", "--format", form).out), broken)


def test_script(broken: Database, pgseq: Pgseq) -> None:
    script = pgseq("fix", _dsn(broken), "--sql").out
    assert pgseq("fix", _dsn(broken), "--yes").code == 0
    _undoes(_told(script), broken)


def test_undo_file(broken: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    file = tmp_path / "moves.jsonl"
    assert pgseq("fix", _dsn(broken), "--yes", "--undo-file", file).code == 0
    planned, done = map(json.loads, file.read_text("utf-8").splitlines())
    assert planned["undo"] == done["undo"]
    _undoes(done["undo"], broken)


def test_python(broken: Database) -> None:
    report = library.fix(_dsn(broken))
    assert report.sequences[0].applied is not None
    _undoes(report.sequences[0].applied.undo or "", broken)


def test_renamed_since(broken: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    file = tmp_path / "moves.jsonl"
    assert pgseq("fix", _dsn(broken), "--yes", "--undo-file", file).code == 0
    with _connected(broken) as shop:
        shop.execute('ALTER SEQUENCE "Users_id_seq" RENAME TO other_seq')
    told = pgseq("undo", file, _dsn(broken), "--yes").out
    with _connected(broken) as shop:
        shop.execute('ALTER SEQUENCE other_seq RENAME TO "Users_id_seq"')
    _undoes(_told(told).replace("other_seq", '"Users_id_seq"'), broken)
