"""`pgseq.explain_log`: each cause in a log once, judged by the database that is asked."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, assert_type

import pytest
from msgspec.structs import replace

import pgseq
from tests.support.database import Database

HEAD: Final = "2026-05-01 {}:00:00.000 UTC [7] user=app{} "
TABLES: Final = """
    CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users VALUES (1), (2), (3);
    SELECT setval('users_id_seq', 2);
    CREATE TABLE posts (id int PRIMARY KEY); INSERT INTO posts VALUES (1)
"""


def error(table: str, key: int, hour: int = 12, database: str = "") -> str:
    """A duplicate key as a server's log has it."""
    head = HEAD.format(hour, database and f",db={database}")
    return (
        f'{head}ERROR:  duplicate key value violates unique constraint "{table}_pkey"\n'
        f"{head}DETAIL:  Key (id)=({key}) already exists.\n"
    )


LOG: Final = error("posts", 1) + error("users", 1, 13) + error("users", 2, 14)


@pytest.fixture
def filled(database: Database) -> Database:
    """Users, whose sequence has just given 2 and is behind, and posts, which no sequence feeds."""
    database.run(TABLES)
    return database


def test_a_file(filled: Database, tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    path.write_text(LOG)
    told = list(assert_type(pgseq.explain_log(path, filled.dsn), Iterator[pgseq.Explanation]))
    assert [(one.verdict, one.constraint) for one in told] == [
        ("behind", "users_pkey"),
        ("not_a_sequence", "posts_pkey"),
    ]
    users = told[0].occurrences
    assert (users.count, users.users, users.in_a_row) == (2, ("app",), 2)
    assert (users.first, users.last) == ("2026-05-01 13:00:00.000 UTC", "2026-05-01 14:00:00.000 UTC")
    assert told[0].sequence == pgseq.SequenceName(schema="public", name="users_id_seq", sql="public.users_id_seq")
    assert told[0].next == f"pgseq fix -d '{filled.dsn}' -t public.users"
    packed = tmp_path / "server.log.gz"
    packed.write_bytes(gzip.compress(LOG.encode()))
    assert list(pgseq.explain_log(str(packed), filled.dsn)) == told


def test_lines(filled: Database, tmp_path: Path) -> None:
    expected = list(pgseq.explain_log(LOG.splitlines(), filled.dsn))
    assert [one.verdict for one in expected] == ["behind", "not_a_sequence"]
    (tmp_path / "log").write_text(LOG)
    with (tmp_path / "log").open() as text, (tmp_path / "log").open("rb") as raw, filled.connect() as connection:
        told = list(pgseq.explain_log(text, connection))
        # The connection is named in its own words.
        assert [replace(one, next="") for one in told] == [replace(one, next="") for one in expected]
        told = list(pgseq.explain_log(raw, connection))
        assert [replace(one, next="") for one in told] == [replace(one, next="") for one in expected]


def test_since(filled: Database) -> None:
    since = datetime(2026, 5, 1, 13, 30, tzinfo=UTC)
    (told,) = pgseq.explain_log(LOG.splitlines(), filled.dsn, since=since)
    assert (told.constraint, told.occurrences.count) == ("users_pkey", 1)


def test_without_a_database() -> None:
    told = list(pgseq.explain_log(LOG.splitlines()))
    assert [(one.verdict, one.constraint) for one in told] == [
        ("cannot_tell", "users_pkey"),
        ("cannot_tell", "posts_pkey"),
    ]


def test_an_error_in_another_database(filled: Database) -> None:
    lines = error("users", 1, database="elsewhere").splitlines()
    (told,) = pgseq.explain_log(lines, filled.dsn)
    assert told.verdict == "cannot_tell"
    assert told.evidence[-1] == f"it happened in database elsewhere, and {filled.name} was asked"


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    (told,) = pgseq.explain_log(error("users", 1).splitlines(), f"host={tmp_path} port=1 dbname=app")
    assert told.verdict == "cannot_tell"
    assert told.evidence[-1].startswith("no database was asked: ")


def test_what_is_no_log(tmp_path: Path) -> None:
    (told,) = pgseq.explain_log(["something", "else"])
    assert (told.verdict, told.occurrences.count) == ("cannot_tell", 0)
    assert list(pgseq.explain_log([])) == []
    with pytest.raises(pgseq.UsageError, match="cannot be read: No such file"):
        pgseq.explain_log(tmp_path / "absent")
    with pytest.raises(pgseq.UsageError, match="lock_timeout"):
        pgseq.explain_log([], "dbname=app", lock_timeout=0)
