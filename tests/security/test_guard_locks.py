"""A lock that anybody may hold neither stops INSERTs nor guards."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from pgseq import api
from tests.support.application import Writer, at_work, watched
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.guards import only, with_trigger
from tests.support.roles import new_role
from tests.support.subscriber import wait_for

#: Seconds: ten times what an INSERT may wait for the lock.
BOUND = 2.5


@contextmanager
def held(database: Database, function: str = "pg_advisory_lock") -> Iterator[None]:
    """A role without privileges holds the lock of the one guard, by each of its keys."""
    body = database.value("SELECT prosrc FROM pg_proc WHERE pronamespace = 'pgseq'::regnamespace")
    keys = set(re.findall(r"advisory_xact_lock\((-?\d+)\)", body))
    assert keys
    with new_role(database) as stranger, stranger.connect() as session:
        for key in keys:
            session.execute(f"SELECT {function}({key})".encode())
        yield


@pytest.fixture
def guarded(database: Database) -> Database:
    """A database with one guarded table."""
    database.run(
        "CREATE TABLE t (id bigserial PRIMARY KEY, name text); CREATE SEQUENCE far INCREMENT 20000 START 20000"
    )
    assert only(with_trigger(database.dsn, "t")).result is not None
    return database


@pytest.mark.parametrize("function", ["pg_advisory_lock", "pg_advisory_lock_shared"])
@pytest.mark.slow
def test_writers_go_on_while_a_stranger_holds_the_key(function: str, guarded: Database) -> None:
    far, near = count(1), count(1)

    def jump(writer: Writer) -> None:
        writer.execute(f"INSERT INTO t VALUES ({10**9 + next(far) * 40_000})")

    def ahead(writer: Writer) -> None:
        writer.execute(f"INSERT INTO t VALUES ({10**8 + next(near)}), ({next(near) * 3})  ON CONFLICT DO NOTHING")

    works = {f"jump {number}": jump for number in range(4)} | {f"ahead {number}": ahead for number in range(4)}
    with held(guarded, function), watched(guarded, {"t_id_seq": 1}) as back, at_work(guarded, works) as writers:
        time.sleep(3)
    statements = [statement for writer in writers.values() for statement in writer.statements]
    assert back == []
    assert all(writer.statements for writer in writers.values())
    assert [statement.sqlstate for statement in statements if statement.sqlstate] == []
    assert max(statement.seconds for statement in statements) < BOUND


def test_ids_nearby_are_followed_all_the_same(guarded: Database) -> None:
    """By nextval(), which needs no lock; what is too far away is told, and nothing claimed that is not so."""
    told: list[tuple[str, str]] = []
    with held(guarded), guarded.connect() as writer:
        writer.add_notice_handler(lambda notice: told.append((notice.message_primary or "", notice.message_hint or "")))
        writer.execute("SET lock_timeout = '7s'")
        writer.execute("INSERT INTO t VALUES (500)")
        assert (told, guarded.value("SELECT last_value FROM t_id_seq")) == ([], 500)
        assert guarded.value("INSERT INTO t (name) VALUES ('next') RETURNING id") == 501
        writer.execute("INSERT INTO t VALUES (70000)")
        ((message, hint),) = told
        assert message == "pgseq: public.t_id_seq was not moved past 70000: another session held a lock on it"
        assert "this moves it: pgseq fix -d '" in hint
        assert guarded.value("SELECT last_value FROM t_id_seq") == 501
        # The guard's own settings end with it.
        assert writer.execute("SHOW lock_timeout").fetchall() == [("7s",)]
        who = hint.partition("SELECT")
        assert writer.execute(f"{who[1]}{who[2]}".encode()).fetchall()
    guarded.run("INSERT INTO t VALUES (70001)")
    assert guarded.value("SELECT last_value FROM t_id_seq") == 70001
    assert api.check(guarded.dsn).sequences[-1].status == "ok"


def test_several_on_a_short_way_do_not_add_up(guarded: Database) -> None:
    """Each would go all the way; together they end where one has come to the goal."""
    with held(guarded):
        with guarded.connect(autocommit=False) as blocker:
            blocker.execute("ALTER SEQUENCE t_id_seq OWNED BY t.id")
            works = {str(number): _once(9000 + number) for number in range(8)}
            with at_work(guarded, works):
                wait_for(guarded, "SELECT count(*) = 8 FROM pg_locks WHERE NOT granted AND locktype = 'relation'")
                blocker.rollback()
        assert 9007 <= guarded.value("SELECT last_value FROM t_id_seq") < 9100


def _once(number: int) -> Callable[[Writer], None]:
    def work(writer: Writer) -> None:
        if not writer.statements:
            writer.execute(f"INSERT INTO t VALUES ({number})")
        time.sleep(0.01)

    return work


def test_a_session_that_waits_less_waits_less(guarded: Database) -> None:
    with held(guarded), guarded.connect() as writer:
        writer.execute("SET lock_timeout = '20ms'; SET statement_timeout = '20s'")
        writer.execute("INSERT INTO t VALUES (70000)")
        assert writer.execute("SHOW lock_timeout").fetchall() == [("20ms",)]


def test_a_wrapping_sequence_ends_the_short_way(database: Database) -> None:
    """Others may draw it past its bound meanwhile: what is counted ends."""
    database.run("CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 100 CYCLE), name text)")
    assert only(with_trigger(database.dsn, "t", max_jump=1)).result is not None
    with held(database):
        database.run("INSERT INTO t VALUES (97)")
        assert database.value("INSERT INTO t (name) VALUES ('x') RETURNING id") == 98


def test_a_fix_without_a_table_lock_is_bounded(guarded: Database, pgseq: Pgseq) -> None:
    guarded.run("ALTER TABLE t DISABLE TRIGGER USER; INSERT INTO t VALUES (5)")
    with held(guarded):
        done = pgseq("fix", guarded.dsn, "--yes", "--lock", "none", "--lock-timeout", "50ms", timeout=30)
    assert done.code == 1
    assert "advisory lock" in done.out
    assert guarded.value("SELECT last_value FROM t_id_seq") == 1
