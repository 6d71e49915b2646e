"""Every function that takes a target takes what any caller holds, in an open transaction and idle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
import psycopg2
import psycopg2.pool
import psycopg_pool
import pytest
from sqlalchemy import orm

import pgseq
from tests.support.database import Database, Server, fresh_database
from tests.support.drivers import HOLDERS, django, engine, url

TABLES: Final = """
    CREATE TABLE users (id serial PRIMARY KEY, name text);
    INSERT INTO users SELECT n, 'n' FROM generate_series(1, 10) AS n;
    CREATE TABLE posts (id serial PRIMARY KEY); INSERT INTO posts DEFAULT VALUES;
"""
ERROR: Final = (
    'ERROR:  duplicate key value violates unique constraint "users_pkey"\nDETAIL:  Key (id)=(1) already exists.'
)
#: What holds no transaction, by name; the last word closes it.
IDLE: Final[dict[str, tuple[Callable[[str], Any], str]]] = {
    "psycopg": (psycopg.connect, "close"),
    "psycopg2": (psycopg2.connect, "close"),
    "engine": (lambda dsn: engine(dsn, "psycopg"), "dispose"),
    "engine-psycopg2": (lambda dsn: engine(dsn, "psycopg2"), "dispose"),
    "session": (lambda dsn: orm.Session(engine(dsn, "psycopg2")), "close"),
    "url": (lambda dsn: url(dsn, "psycopg2"), "render_as_string"),
    "django": (lambda dsn: django(dsn)["default"], "close"),
    "pool": (lambda dsn: psycopg_pool.ConnectionPool(dsn, min_size=1, max_size=2, open=True), "close"),
    "pool-psycopg2": (lambda dsn: psycopg2.pool.SimpleConnectionPool(1, 2, dsn), "closeall"),
}


def said(handle: Any, old: str, folder: Path) -> list[Any]:
    """What each function says that may be called in a transaction; `old` is the source of a cut-over."""
    (folder / "seed.sql").write_text("INSERT INTO users VALUES (99)")
    moves = folder / "moves.jsonl"
    return [
        pgseq.check(handle).summary,
        pgseq.verify(handle).summary,
        pgseq.range(handle, history=folder / "history").sequences[0].ended,
        next(one.report.sequence.name for one in pgseq.why(handle).sequences),
        pgseq.explain(ERROR, handle).verdict,
        [one.verdict for one in pgseq.explain_log([ERROR], handle)],
        pgseq.lint([folder / "seed.sql"], handle).summary,
        pgseq.guard.plan(handle).exit_code,
        pgseq.guard.status(handle).summary,
        pgseq.sync(old, handle, dry_run=True).exit_code,
        pgseq.sync(handle, old, dry_run=True).exit_code,
        pgseq.fix(handle, undo_file=moves).summary,
        pgseq.undo(moves, handle, force=True).summary,
        pgseq.sync(old, handle).summary,
        pgseq.verify(handle, insert=True).summary,
    ]


SAID: Final = [
    "1 in sync, 1 out of sync",
    "1 proved, 1 would fail",
    True,
    "users_id_seq",
    "behind",
    ["behind"],
    "1 file: 1 error",
    1,
    "No guard triggers.",
    1,
    0,
    "2 in sync",
    "1 moved",
    "2 not behind the source; 2 in sync",
    "2 proved (2 by a real INSERT)",
]


@pytest.mark.slow
@pytest.mark.parametrize("name", HOLDERS)
def test_in_a_transaction(name: str, database: Database, server: Server, tmp_path: Path) -> None:
    database.run(TABLES)
    with fresh_database(server) as old, HOLDERS[name](database.dsn) as held:
        old.run(f"{TABLES} SELECT setval('users_id_seq', 500)")
        held.run("SELECT 1")
        assert said(held.handle, old.dsn, tmp_path) == SAID
        for change in (pgseq.guard.trigger, pgseq.guard.remove, pgseq.guard.ownership, pgseq.guard.identity):
            with pytest.raises(pgseq.UsageError, match="the connection is in a transaction"):
                change(held.handle)


@pytest.mark.slow
@pytest.mark.parametrize("name", IDLE)
def test_idle(name: str, database: Database, server: Server, tmp_path: Path) -> None:
    database.run(TABLES)
    make, close = IDLE[name]
    handle = make(database.dsn)
    with fresh_database(server) as old:
        old.run(f"{TABLES} SELECT setval('users_id_seq', 500)")
        assert said(handle, old.dsn, tmp_path) == SAID
        summaries = [pgseq.guard.trigger(handle).summary, pgseq.guard.remove(handle).summary]
        summaries += [pgseq.guard.ownership(handle).summary, pgseq.guard.identity(handle, table="posts").summary]
        assert summaries == ["2 done", "2 done", "Nothing to do.", "1 done"]
    getattr(handle, close)()


def test_a_quick_look(database: Database, tmp_path: Path) -> None:
    """What `make test` has of these."""
    database.run(TABLES)
    connection = psycopg2.connect(database.dsn)
    connection.cursor().execute("INSERT INTO users VALUES (77, 'uncommitted')")
    assert next(one.left and one.left.inserts for one in pgseq.range(connection).sequences) == 0
    assert pgseq.explain(ERROR, connection).verdict == "behind"
    assert pgseq.guard.status(connection).summary == "No guard triggers."
    connection.close()
