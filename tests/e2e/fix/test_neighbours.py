"""Among other sessions: locks in the way, writers at work, a schema that changes between the plan and its steps."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Literal

import psycopg
import pytest

import pgseq
from pgseq.model.changes import Step
from pgseq.model.reports import DatabaseReport, Report, SequenceReport
from tests.support.application import Writer, at_work, watched
from tests.support.database import Database
from tests.support.roles import new_role
from tests.support.subscriber import wait_for
from tests.support.waiting import released_to_a_waiter

Change = Callable[[psycopg.Connection[tuple[Any, ...]]], None]


def statuses(report: DatabaseReport) -> dict[str, str]:
    return {one.sequence.name.removesuffix("_id_seq"): one.status for one in report.sequences}


def results(report: DatabaseReport) -> dict[str, str]:
    return {one.sequence.name.removesuffix("_id_seq"): one.applied.result for one in report.sequences if one.applied}


def exit_code(report: DatabaseReport) -> int:
    return Report(databases=(report,)).exit_code


def only(report: DatabaseReport, name: str) -> SequenceReport:
    (one,) = (one for one in report.sequences if one.sequence.name == name)
    return one


def behind(*tables: str) -> str:
    """A script: tables whose sequences have to move to 11."""
    return "; ".join(
        f"CREATE TABLE {table} (id serial PRIMARY KEY); INSERT INTO {table} SELECT generate_series(1, 10)"
        for table in tables
    )


def next_values(database: Database, *tables: str) -> list[int]:
    return [database.value(f"SELECT nextval('{table}_id_seq')") for table in tables]


@contextlib.contextmanager
def session(database: Database, script: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Another session that has begun a transaction and run a script in it; it rolls back at the end of the block."""
    with database.connect(autocommit=False, application_name="nightly job") as connection:
        connection.execute(script)
        yield connection
        connection.rollback()


#: What the server logs of a lock time-out that has run out, and of a session that waits for a lock for long.
TIMED_OUT: Final = "canceling statement due to lock timeout"
WAITED: Final = "still waiting for"


def logged(database: Database, text: str) -> int:
    """How often a text is in the server's log, which no other test writes to meanwhile."""
    return database.server.embedded.log_text().count(text)


# Locks in the way


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("LOCK TABLE c IN ACCESS EXCLUSIVE MODE", id="lock"),
        pytest.param("ALTER TABLE c ADD note text", id="alter"),
        pytest.param("LOCK TABLE ONLY c2 IN ACCESS EXCLUSIVE MODE", id="partition"),
        pytest.param("DROP SEQUENCE c_id_seq CASCADE", id="sequence dropped"),
    ],
)
@pytest.mark.sampled(2)
def test_one_locked_table(script: str, database: Database) -> None:
    database.run(
        behind("a") + "; CREATE TABLE b (id serial PRIMARY KEY); CREATE TABLE c (id serial PRIMARY KEY)"
        " PARTITION BY RANGE (id); CREATE TABLE c1 PARTITION OF c FOR VALUES FROM (1) TO (100);"
        " CREATE TABLE c2 PARTITION OF c FOR VALUES FROM (100) TO (200)"
    )
    with session(database, script) as other, new_role(database) as role:
        role.granted("GRANT USAGE ON SCHEMA public TO {role}; GRANT SELECT ON a, b, a_id_seq, b_id_seq TO {role}")
        role.granted("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {role}")
        for dsn in (database.dsn, role.dsn):
            report = pgseq.check(dsn, lock_timeout=0.1)
            assert statuses(report) == {"a": "out_of_sync", "b": "ok", "c": "unknown"}
            assert exit_code(report) == 1
            assert exit_code(pgseq.check(dsn, exclude_table=["a"], lock_timeout=0.1)) == 3
        (finding,) = only(pgseq.check(database.dsn, lock_timeout=0.1), "c_id_seq").findings
        assert f"pid {other.info.backend_pid} (nightly job)" in finding.message
        assert f"pg_terminate_backend({other.info.backend_pid})" in finding.hint
        assert results(pgseq.fix(database.dsn, lock_timeout=0.1)) == {"a": "moved"}
    assert statuses(pgseq.check(database.dsn)) == {"a": "ok", "b": "ok", "c": "ok"}


def test_queue_for_a_lock(database: Database) -> None:
    """A long reader, and an ALTER TABLE that waits for it, keep out everybody who comes later."""
    database.run(behind("a", "c"))
    with (
        database.connect(application_name="migration") as waiting,
        session(database, "SELECT FROM c"),
        running(waiting, "ALTER TABLE c ADD note text"),
    ):
        wait_for(database, "SELECT count(*) = 1 FROM pg_locks WHERE NOT granted")
        report = pgseq.check(database.dsn, lock_timeout=0.1)
        assert statuses(report) == {"a": "out_of_sync", "c": "unknown"}
        assert f"pid {waiting.info.backend_pid} (migration)" in only(report, "c_id_seq").findings[0].message


@contextlib.contextmanager
def running(connection: psycopg.Connection[tuple[Any, ...]], statement: str) -> Iterator[None]:
    """A statement that runs, in a thread, until the end of a block."""
    failures: list[psycopg.Error] = []

    def run() -> None:
        try:
            connection.execute(statement.encode())
        except psycopg.Error as error:
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        connection.cancel()
        thread.join()
    assert [error.sqlstate for error in failures] == ["57014"]


def test_twenty_locked_tables_of_a_hundred(database: Database) -> None:
    """The time-out is not spent on each of them: the server's log tells how often it ran out."""
    tables = [f"t{number}" for number in range(100)]
    database.run(behind(*tables))
    with session(database, f"LOCK TABLE {', '.join(tables[::5])} IN ACCESS EXCLUSIVE MODE"):
        before = logged(database, TIMED_OUT)
        report = pgseq.check(database.dsn, lock_timeout=0.5)
        spent = logged(database, TIMED_OUT) - before
    locked = set(tables[::5])
    assert statuses(report) == {table: "unknown" if table in locked else "out_of_sync" for table in tables}
    assert 0 < spent < len(locked) / 2


def test_busy_table_is_reported_with_its_writer(database: Database) -> None:
    """A transaction that writes for long: the step waits for the lock time-out, a few times, and nothing is moved."""
    database.run(behind("a", "b"))
    with session(database, "INSERT INTO a VALUES (20)") as other:
        started = time.monotonic()
        report = pgseq.fix(database.dsn, lock_timeout=0.2)
        seconds = time.monotonic() - started
        assert results(report) == {"a": "failed", "b": "moved"}
        applied = only(report, "a_id_seq").applied
        assert applied is not None
        assert f"pid {other.info.backend_pid} (nightly job)" in applied.reason
        assert exit_code(report) == 1
        assert seconds < 5
        other.commit()
    assert database.value("SELECT is_called FROM a_id_seq") is False
    pgseq.fix(database.dsn)
    assert next_values(database, "a") == [21]


def test_uncommitted_ids_are_waited_for(database: Database) -> None:
    database.run(behind("a"))
    with session(database, "INSERT INTO a VALUES (500)") as other, released_to_a_waiter(database, other.commit):
        report = pgseq.fix(database.dsn, lock_timeout=30)
    assert results(report) == {"a": "moved"}
    assert next_values(database, "a") == [501]


# Writers at work

APPLICATION: Final = """
CREATE TABLE orders (id bigserial PRIMARY KEY, note text);
INSERT INTO orders SELECT generate_series(1, 200000);
CREATE TABLE notes (id serial PRIMARY KEY, note text);
INSERT INTO notes SELECT generate_series(1, 6000);
CREATE SEQUENCE blocks_id_seq INCREMENT 10;
CREATE TABLE blocks (id int PRIMARY KEY DEFAULT nextval('blocks_id_seq'), note text);
INSERT INTO blocks SELECT generate_series(1, 100000, 10);
CREATE TABLE down (
  id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT -1 MINVALUE -1000000000 MAXVALUE -1 START -1) PRIMARY KEY,
  note text);
INSERT INTO down SELECT generate_series(-6000, -1);
"""
WAYS: Final = {"orders_id_seq": 1, "notes_id_seq": 1, "blocks_id_seq": 1, "down_id_seq": -1}
TABLES: Final = ("orders", "notes", "blocks", "down")


def inserts(writer: Writer) -> None:
    writer.execute(f"INSERT INTO {writer.random.choice(TABLES)} DEFAULT VALUES")


def inserts_and_rolls_back(writer: Writer) -> None:
    writer.execute("BEGIN")
    inserts(writer)
    inserts(writer)
    writer.execute("ROLLBACK")


def inserts_two(writer: Writer) -> None:
    writer.execute("BEGIN")
    inserts(writer)
    inserts(writer)
    writer.execute("COMMIT")


def inserts_ahead(writer: Writer) -> None:
    table = writer.random.choice(("orders", "notes"))
    ahead = writer.random.randint(1, 50)
    writer.execute(f"INSERT INTO {table} SELECT max(id) + {ahead} FROM {table}")
    time.sleep(0.002)


def draws_itself(writer: Writer) -> None:
    table = writer.random.choice(("orders", "notes"))
    ((drawn,),) = writer.execute(f"SELECT nextval('{table}_id_seq')")
    writer.execute(f"INSERT INTO {table} VALUES ({drawn})")


def draws_blocks(writer: Writer) -> None:
    ((high,),) = writer.execute("SELECT nextval('blocks_id_seq')")
    writer.execute(f"INSERT INTO blocks SELECT generate_series({high}, {high + 9})")


def deletes(writer: Writer) -> None:
    table = writer.random.choice(TABLES)
    writer.execute(f"DELETE FROM {table} WHERE id % 7 = 0 AND abs(id) < {writer.random.randint(1, 300)}")
    time.sleep(0.01)


WRITERS: Final = {
    "inserts": inserts,
    "inserts too": inserts,
    "inserts two": inserts_two,
    "inserts ahead": inserts_ahead,
    "rolls back": inserts_and_rolls_back,
    "draws": draws_itself,
    "draws blocks": draws_blocks,
    "deletes": deletes,
}


@pytest.mark.parametrize("lock", ["table", "none"])
def test_fix_under_writers(lock: Literal["table", "none"], database: Database) -> None:
    """After the fix no insert fails for a sequence, no sequence has gone back, and nobody has waited for long."""
    positive_duration = 1.0
    database.run(APPLICATION)
    # The server tells in its log of whoever waits for a lock for longer than deadlock_timeout.
    database.run(f"ALTER DATABASE {database.name} SET log_lock_waits = on")
    database.run(f"ALTER DATABASE {database.name} SET deadlock_timeout = '{positive_duration + 1}s'")
    waited = logged(database, WAITED)
    with watched(database, WAYS) as back, at_work(database, WRITERS) as writers:
        time.sleep(0.3)
        first = pgseq.fix(database.dsn, lock=lock, lock_timeout=positive_duration)
        time.sleep(0.2)
        # Ids that are stored ahead later would make later inserts fail, and rightly so.
        writers["inserts ahead"].stop()
        fixed = time.monotonic()
        second = pgseq.fix(database.dsn, lock=lock, lock_timeout=positive_duration)
        done = time.monotonic()
        while sum(one.begun > done for writer in writers.values() for one in tuple(writer.statements)) <= 100:
            assert time.monotonic() < done + 60, "hardly anything is written after the fix"
            time.sleep(0.05)
        later = pgseq.check(database.dsn)
    assert back == []
    assert set(statuses(later).values()) == {"ok"}
    assert set(results(first).values()) <= {"moved", "unchanged"}
    assert results(first)
    assert exit_code(second) == 0
    told = [statement for writer in writers.values() for statement in writer.statements]
    assert any(one.sqlstate == "23505" for one in told if one.ended < fixed), "the writers had nothing to suffer from"
    assert {(one.writer, one.sqlstate) for one in told if one.begun > done and one.sqlstate} == set()
    assert {one.sqlstate for one in told} <= {"", "23505"}
    assert logged(database, WAITED) == waited


#: Keeps one core busy from inside the server, so that it is faster than any client.
BUSY: Final = f"""
DO $$ BEGIN
  LOOP
    {" ".join(f"INSERT INTO {table} DEFAULT VALUES; COMMIT;" for table in TABLES)}
    INSERT INTO orders SELECT nextval('orders_id_seq') FROM generate_series(1, 5); ROLLBACK;
    INSERT INTO blocks SELECT n FROM nextval('blocks_id_seq') AS high, generate_series(high, high + 9) AS n; COMMIT;
  END LOOP;
END $$
"""


@pytest.mark.slow
def test_check_beside_a_writer(database: Database) -> None:
    """Rows stored while pgseq looks never make a sequence seem behind."""
    database.run(APPLICATION + "".join(f"TRUNCATE {table};" for table in TABLES))
    with database.connect() as writer, running(writer, BUSY), database.connect() as connection:
        reports = [pgseq.check(connection) for _ in range(500)]
    unseen = {one.diagnosis.reason for report in reports for one in report.sequences if one.status == "unknown"}
    assert unseen == set()
    assert {one for report in reports for one in statuses(report).items()} == {(table, "ok") for table in TABLES}
    assert min(database.value(f"SELECT count(*) FROM {table}") for table in TABLES) > 500, "hardly anything was written"


@pytest.mark.parametrize("lock", ["table", "none"])
def test_two_fixes_at_once(lock: Literal["table", "none"], database: Database) -> None:
    tables = [f"t{number}" for number in range(30)]
    database.run(behind(*tables))
    together = threading.Barrier(2, timeout=30)

    def confirm(report: DatabaseReport) -> bool:
        together.wait()
        return True

    with ThreadPoolExecutor(2) as pool:
        fixes = [pool.submit(pgseq.fix, database.dsn, lock=lock, confirm=confirm) for _ in range(2)]
        reports = [fix.result() for fix in fixes]
    assert [exit_code(report) for report in reports] == [0, 0]
    for table in tables:
        outcome = sorted(results(report)[table] for report in reports)
        assert outcome == ["moved", "unchanged"] or (lock == "none" and outcome == ["moved", "moved"])
    # Without a lock both may go the whole way by nextval().
    assert set(next_values(database, *tables)) <= ({11} if lock == "table" else set(range(11, 22)))


@pytest.mark.parametrize("cache", [1, 100])
@pytest.mark.slow
def test_step_beside_callers_of_nextval(cache: int, database: Database) -> None:
    """No lock keeps out who only calls nextval(): no value may be handed out twice, whenever the step runs."""
    database.run(
        f"CREATE SEQUENCE s CACHE {cache}; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s'));"
        "INSERT INTO t VALUES (100)"
    )
    steps: list[Step] = []

    def keep(report: DatabaseReport) -> bool:
        steps.extend(one.step for one in report.sequences if one.step)
        return False

    pgseq.fix(database.dsn, confirm=keep)
    drawn: dict[str, list[int]] = {"first": [], "second": []}

    def draws(writer: Writer) -> None:
        drawn[writer.name] += [n for (n,) in writer.execute("SELECT nextval('s') FROM generate_series(1, 1000)")]

    chance, ahead = random.Random(1), 500.0
    with at_work(database, dict.fromkeys(drawn, draws)), database.connect() as connection:
        for _ in range(1500):
            store = f"DELETE FROM t; INSERT INTO t SELECT last_value + {ahead:.0f} FROM s"
            cursor = connection.execute(f"{store}; {steps[0].change.statements[-1]}".encode())
            while cursor.nextset():
                pass
            ((last_value, _, goal, _),) = cursor.fetchall()
            # Just so far ahead that the others reach it at the moment of the move.
            ahead = max(0, ahead + (chance.uniform(0, 200) if goal is None else chance.random() * (last_value - goal)))
    values = drawn["first"] + drawn["second"]
    assert len(values) == len(set(values)), f"{len(values) - len(set(values))} values were handed out twice"


# Changes between the plan and its steps


def fixed_after(database: Database, script: str) -> DatabaseReport:
    """A fix of `a` and `b`, with a script run after it was planned."""

    def change(report: DatabaseReport) -> bool:
        assert statuses(report) == {"a": "out_of_sync", "b": "out_of_sync"}
        database.run(script)
        return True

    return pgseq.fix(database.dsn, confirm=change)


@pytest.mark.parametrize(
    ("script", "result"),
    [
        pytest.param("DROP TABLE a", "failed", id="table dropped"),
        pytest.param("DROP SEQUENCE a_id_seq CASCADE", "failed", id="sequence dropped"),
        pytest.param("ALTER TABLE a RENAME TO z", "failed", id="table renamed"),
        pytest.param("ALTER SEQUENCE a_id_seq RENAME TO z_id_seq", "failed", id="sequence renamed"),
        pytest.param("ALTER TABLE a RENAME id TO z", "failed", id="column renamed"),
        pytest.param("CREATE SCHEMA z; ALTER TABLE a SET SCHEMA z", "failed", id="moved to another schema"),
        pytest.param("ALTER TABLE a ALTER id TYPE text USING 'x' || id", "failed", id="type altered"),
        pytest.param("ALTER SEQUENCE a_id_seq INCREMENT 10", "failed", id="increment"),
        pytest.param("ALTER SEQUENCE a_id_seq MAXVALUE 100", "failed", id="maxvalue"),
        pytest.param("ALTER SEQUENCE a_id_seq MINVALUE -100", "failed", id="minvalue"),
        pytest.param("ALTER SEQUENCE a_id_seq CYCLE", "failed", id="cycle"),
        pytest.param("ALTER SEQUENCE a_id_seq CACHE 10", "failed", id="cache"),
        pytest.param("ALTER SEQUENCE a_id_seq AS bigint", "failed", id="data type"),
        pytest.param("TRUNCATE a", "unchanged", id="truncated"),
        pytest.param("SELECT setval('a_id_seq', 50)", "unchanged", id="repaired by somebody else"),
        pytest.param("SELECT setval('a_id_seq', 10)", "unchanged", id="repaired to the value"),
        pytest.param("ALTER SEQUENCE a_id_seq RESTART WITH 5", "moved", id="restarted"),
        pytest.param("INSERT INTO a VALUES (40)", "moved", id="more stored"),
        pytest.param("INSERT INTO a VALUES (2147483646)", "skipped", id="a stray id stored"),
    ],
)
def test_changed_between_plan_and_step(script: str, result: str, database: Database) -> None:
    """It is reported, and harms nothing else."""
    database.run(behind("a", "b"))
    report = fixed_after(database, script)
    assert results(report)["b"] == "moved"
    (applied,) = (one.applied for one in report.sequences if one.sequence.name != "b_id_seq")
    assert applied is not None
    assert applied.result == result
    assert bool(applied.reason) == (result != "moved")
    assert exit_code(report) == (1 if result in ("failed", "skipped") else 0)
    assert next_values(database, "b") == [11]


def test_tables_swapped_between_plan_and_step(database: Database) -> None:
    """Names that mean another table and sequence by now: whatever is moved, nothing goes back or is called in sync that
    is not."""
    database.run(behind("a", "b") + "; SELECT setval('b_id_seq', 9)")
    report = fixed_after(
        database,
        "ALTER SEQUENCE a_id_seq RENAME TO z; ALTER SEQUENCE b_id_seq RENAME TO a_id_seq;"
        "ALTER SEQUENCE z RENAME TO b_id_seq",
    )
    again = pgseq.check(database.dsn)
    assert sorted(one.status for one in report.sequences) == sorted(one.status for one in again.sequences)
    pgseq.fix(database.dsn)
    assert set(statuses(pgseq.check(database.dsn)).values()) == {"ok"}
    assert next_values(database, "a", "b") == [11, 11]
