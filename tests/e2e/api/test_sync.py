"""pgseq.sync(): a cut-over from Python."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import pgseq
from tests.support.database import Database, Server, fresh_database

USERS = "CREATE TABLE users (id serial PRIMARY KEY, name text);"


@pytest.fixture
def source(server: Server) -> Iterator[Database]:
    with fresh_database(server) as left:
        left.run(USERS + "INSERT INTO users SELECT nextval('users_id_seq') FROM generate_series(1, 100)")
        yield left


@pytest.fixture
def target(database: Database) -> Database:
    database.run(USERS + "INSERT INTO users SELECT generate_series(1, 100)")
    return database


def test_the_target_goes_on_where_the_source_stands(source: Database, target: Database) -> None:
    cutover = pgseq.sync(source.dsn, target.dsn, margin=50)
    (one,) = cutover.comparisons
    assert one.report.applied is not None
    assert (one.report.applied.result, one.lag, cutover.exit_code) == ("moved", 0, 0)
    assert target.value("INSERT INTO users (name) VALUES ('Ada') RETURNING id") == 151
    assert source.value("SELECT last_value FROM users_id_seq") == 100


def test_what_is_declined_is_only_looked_at(source: Database, target: Database) -> None:
    shown: list[pgseq.Cutover] = []

    def decline(cutover: pgseq.Cutover) -> bool:
        shown.append(cutover)
        return False

    cutover = pgseq.sync(source.dsn, target.dsn, confirm=decline)
    assert shown == [cutover]
    assert [one.lag for one in cutover.comparisons] == [100]
    assert target.rows("SELECT last_value, is_called FROM users_id_seq") == [(1, False)]


def test_a_dry_run_needs_no_target_that_can_be_written_to(source: Database, target: Database) -> None:
    with target.connect() as ours:
        ours.execute("SET default_transaction_read_only = on")
        cutover = pgseq.sync(source.dsn, ours, dry_run=True)
        with pytest.raises(pgseq.UsageError):
            pgseq.sync(source.dsn, ours)
    assert ([one.lag for one in cutover.comparisons], cutover.exit_code) == ([100], 1)


def test_open_connections_are_left_as_they_were(source: Database, target: Database) -> None:
    with source.connect(autocommit=False) as theirs, target.connect(autocommit=False) as ours:
        theirs.execute("SELECT 1")
        assert pgseq.sync(theirs, ours).exit_code == 0
        for connection in (theirs, ours):
            connection.execute("SELECT 1")
            connection.rollback()
    assert target.value("SELECT last_value FROM users_id_seq") == 100


def test_names_that_differ(source: Database, target: Database) -> None:
    target.run("ALTER SEQUENCE users_id_seq RENAME TO people; ALTER TABLE users RENAME TO persons")
    cutover = pgseq.sync(source.dsn, target.dsn, mapping={"public.users_id_seq": "public.people"})
    assert [one.lag for one in cutover.comparisons] == [0]
    assert target.value("SELECT last_value FROM people") == 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"margin": -1}, "margin = -1 is less than nothing"),
        ({"lock": "rows"}, "lock = 'rows' is not known"),
        ({"table": "nowhere"}, "no table or sequence matches nowhere"),
        ({"mapping": {"public.nothing": "public.users_id_seq"}}, "public.nothing"),
    ],
)
def test_what_cannot_be_done(source: Database, target: Database, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(pgseq.UsageError) as raised:
        pgseq.sync(source.dsn, target.dsn, **arguments)  # type: ignore[arg-type]
    assert message in raised.value.message
    assert target.rows("SELECT last_value, is_called FROM users_id_seq") == [(1, False)]


def test_which_end_cannot_be_reached(source: Database, target: Database) -> None:
    with pytest.raises(pgseq.ConnectionFailed, match=r'^source: .*"nowhere" does not exist'):
        pgseq.sync(source.dsn.replace(source.name, "nowhere"), target.dsn)
    with pytest.raises(pgseq.UsageError, match="same database"):
        pgseq.sync(target.dsn, target.dsn)
