"""Names that are not ASCII, where the client's encoding or the database's is not UTF8."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

import pgseq as library
from pgseq.errors import UsageError
from tests.support.commandline import Pgseq
from tests.support.database import Database, Server, fresh_database

BEHIND: Final = 'CREATE TABLE "naïve é" ("n°" serial PRIMARY KEY); INSERT INTO "naïve é" VALUES (1), (2)'
PLAIN: Final = "LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
ERROR: Final = 'duplicate key value violates unique constraint "naïve é_pkey"'


@pytest.fixture
def plain(server: Server) -> Iterator[Database]:
    """A database in SQL_ASCII, where a client's encoding is SQL_ASCII unless it says otherwise."""
    with fresh_database(server) as fresh:
        server.admin(f"DROP DATABASE {fresh.name}")
        server.admin(
            f"CREATE DATABASE {fresh.name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        )
        with fresh.connect(client_encoding="UTF8") as connection:
            connection.execute(BEHIND)
        yield fresh


def every_window(target: Database, **parameters: str) -> None:
    """check, explain, verify by inserts, fix, on an open connection."""
    with target.connect(**parameters) as connection:
        assert connection.info.encoding == "ascii"
        (one,) = library.check(connection).sequences
        assert (one.sequence.name, one.status) == ("naïve é_n°_seq", "out_of_sync")
        assert library.explain(ERROR, connection).verdict == "behind"
        assert [proof.proved for proof in library.verify(connection, insert=True).proofs] == [False]
        (one,) = library.fix(connection).sequences
        assert one.applied is not None
        assert (one.status, one.applied.result) == ("ok", "moved")
        assert connection.execute('INSERT INTO "naïve é" DEFAULT VALUES RETURNING 1'.encode()).fetchone() == (1,)


def test_an_open_connection_to_a_database_in_sql_ascii(plain: Database) -> None:
    every_window(plain)


def test_an_open_connection_that_asks_for_sql_ascii(database: Database) -> None:
    database.run(BEHIND)
    every_window(database, client_encoding="SQL_ASCII")


def test_the_command_line(database: Database, pgseq: Pgseq) -> None:
    database.run(BEHIND)
    env = {"PGCLIENTENCODING": "SQL_ASCII"}
    assert pgseq("check", database.dsn, env=env).code == 1
    explained = pgseq("explain", ERROR, "-d", database.dsn, "--format", "json", env=env)
    assert [one["verdict"] for one in explained.json()["errors"]] == ["behind"]
    assert pgseq("fix", database.dsn, "--yes", "-t", '"naïve é"', env=env).code == 0
    database.run('INSERT INTO "naïve é" DEFAULT VALUES')


def test_a_name_that_is_not_utf8_either(server: Server) -> None:
    """A database in LATIN1 sends its bytes as they are to a client in SQL_ASCII."""
    with fresh_database(server) as fresh:
        server.admin(f"DROP DATABASE {fresh.name}")
        server.admin(f"CREATE DATABASE {fresh.name} ENCODING 'LATIN1' {PLAIN}")
        with fresh.connect(client_encoding="UTF8") as connection:
            connection.execute(BEHIND)
        with fresh.connect(client_encoding="SQL_ASCII") as connection:
            with pytest.raises(UsageError, match="cannot be read or written in the client's encoding"):
                library.check(connection)
            assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("encoding", ["MULE_INTERNAL", "EUC_TW"])
def test_an_encoding_that_python_does_not_know(encoding: str, database: Database, pgseq: Pgseq) -> None:
    done = pgseq("check", database.dsn, env={"PGCLIENTENCODING": encoding})
    assert (done.code, done.out) == (2, "")
    assert "unexpected" not in done.err


def test_an_error_that_cannot_be_written_in_the_encoding(database: Database, pgseq: Pgseq) -> None:
    database.run(BEHIND)
    error = 'duplicate key value violates unique constraint "€_pkey"'
    done = pgseq("explain", error, "-d", database.dsn, env={"PGCLIENTENCODING": "LATIN1"})
    assert (done.code, done.out) == (2, "")
    assert "a name cannot be read or written in the client's encoding" in done.err
