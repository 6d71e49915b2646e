"""`pgseq lint -d`: what a file does to the rows and positions of a live database."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

TABLE = "CREATE TABLE users (id serial PRIMARY KEY, name text);\n"
HUNDRED = TABLE + "INSERT INTO users (name) SELECT 'x' FROM generate_series(1, 100);"
COMPUTED = "what setval() is given is computed"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("ALTER SEQUENCE users_id_seq RESTART WITH 1", 1),
        ("ALTER SEQUENCE users_id_seq RESTART", 1),
        ("SELECT setval('users_id_seq', 1)", 1),
        ("SELECT setval('users_id_seq', 99)", 1),
        ("SELECT setval('users_id_seq', 100)", 0),
        ("SELECT setval('users_id_seq', 100, false)", 1),
        ("ALTER SEQUENCE users_id_seq RESTART WITH 101", 0),
        ("SELECT setval('users_id_seq', (SELECT max(id) FROM users))", 0),
        ("SELECT setval('users_id_seq', max(id), false) FROM users", 1),
        ("DELETE FROM users; ALTER SEQUENCE users_id_seq RESTART", 0),
        ("TRUNCATE users RESTART IDENTITY", 0),
        ("INSERT INTO users VALUES (101, 'y')", 1),
        ("INSERT INTO users (name) VALUES ('y')", 0),
    ],
)
def test_a_step_back_behind_stored_rows(database: Database, pgseq: Pgseq, statement: str, code: int) -> None:
    database.run(HUNDRED)
    done = pgseq("lint", "-d", database.dsn, "-", input=statement + ";\n")
    assert done.code == code, done.out
    # And so it is.
    database.run(statement)
    assert pgseq("check", database.dsn).code == code


def test_the_message_names_the_row_that_is_in_the_way(database: Database, pgseq: Pgseq) -> None:
    database.run(HUNDRED)
    done = pgseq("lint", "-d", database.dsn, "-", input="ALTER SEQUENCE users_id_seq RESTART WITH 1;\n")
    assert (
        "RESTART to a value too low: public.users.id holds 100, and public.users_id_seq hands out 1 next [PGL004]"
        in done.out
    )


@pytest.mark.parametrize(
    ("setup", "statement", "code"),
    [
        # Another grid than the one on which the sequence stands.
        (
            "CREATE SEQUENCE s INCREMENT 10 START 5; CREATE TABLE t (id int DEFAULT nextval('s'));"
            "INSERT INTO t VALUES (26), (33); SELECT setval('s', 95)",
            "SELECT setval('s', 6)",
            1,
        ),
        (
            "CREATE SEQUENCE s INCREMENT 10 START 5; CREATE TABLE t (id int DEFAULT nextval('s'));"
            "INSERT INTO t VALUES (26), (33); SELECT setval('s', 95)",
            "SELECT setval('s', 7)",
            0,
        ),
        (
            "CREATE SEQUENCE s INCREMENT -1; CREATE TABLE t (id int DEFAULT nextval('s'));"
            "INSERT INTO t SELECT FROM generate_series(1, 9)",
            "ALTER SEQUENCE s RESTART",
            1,
        ),
        # Rows beyond MAXVALUE do not hide those within it.
        (
            "CREATE SEQUENCE s MAXVALUE 100; CREATE TABLE t (id int DEFAULT nextval('s'));"
            "INSERT INTO t VALUES (1), (50), (5000); SELECT setval('s', 60)",
            "SELECT setval('s', 20)",
            1,
        ),
        (
            "CREATE SEQUENCE s; CREATE TABLE t (id numeric DEFAULT nextval('s'));"
            "INSERT INTO t VALUES (7), (8.5), ('NaN'), (1e30); SELECT setval('s', 60)",
            "SELECT setval('s', 6)",
            1,
        ),
        (
            "CREATE SEQUENCE s; CREATE TABLE t (id text DEFAULT nextval('s'));"
            "INSERT INTO t VALUES ('7'), ('A9'), ('010'); SELECT setval('s', 60)",
            "SELECT setval('s', 7)",
            0,
        ),
        (
            "CREATE TABLE t (id serial, k int) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF t FOR VALUES IN (1);"
            "CREATE TABLE b PARTITION OF t FOR VALUES IN (2);"
            "INSERT INTO t (k) VALUES (1), (2), (1), (2)",
            "ALTER SEQUENCE t_id_seq RESTART WITH 4",
            1,
        ),
    ],
)
def test_grids_ranges_types(database: Database, pgseq: Pgseq, setup: str, statement: str, code: int) -> None:
    database.run(setup)
    assert pgseq("lint", "-d", database.dsn, "-", input="SELECT 1;").code == 0
    done = pgseq("lint", "-d", database.dsn, "-", input=statement + ";")
    assert done.code == code, done.out
    database.run(statement)
    assert pgseq("check", database.dsn).code == code


@pytest.fixture
def stranger(database: Database) -> str:
    """A role that may see the sequence of a table and not its rows."""
    database.run(HUNDRED)
    role = f"stranger_of_{database.name}"
    database.run(f"CREATE ROLE {role} LOGIN; GRANT SELECT, USAGE ON SEQUENCE users_id_seq TO {role}")
    return role


def test_rows_that_cannot_be_read_are_not_taken_for_none(database: Database, stranger: str, pgseq: Pgseq) -> None:
    dsn = psycopg.conninfo.make_conninfo(database.dsn, user=stranger)
    back = "ALTER SEQUENCE users_id_seq RESTART WITH 1;\n"
    done = pgseq("lint", "-d", dsn, "-", input=back)
    assert (done.code, done.out.splitlines()[0]) == (
        3,
        "-:1:1: unknown: cannot tell what public.users.id holds: no right to read public.users.id [PGL007]",
    )
    healed = back + "SELECT setval('users_id_seq', (SELECT max(id) FROM users));\n"
    assert pgseq("lint", "-d", dsn, "-", input=healed).code == 0
    assert pgseq("lint", "-d", dsn, "-", input="SELECT 1;\n").code == 0, "the file has nothing to do with it"


def test_row_level_security_and_locks_hide_rows(database: Database, stranger: str, pgseq: Pgseq) -> None:
    database.run(f"GRANT SELECT ON users TO {stranger}; ALTER TABLE users ENABLE ROW LEVEL SECURITY")
    dsn = psycopg.conninfo.make_conninfo(database.dsn, user=stranger)
    back = "SELECT setval('users_id_seq', 3);\n"
    assert pgseq("lint", "-d", dsn, "-", input=back).code == 3
    with database.connect(autocommit=False) as other:
        other.execute("LOCK TABLE users")
        done = pgseq("lint", "-d", database.dsn, "--lock-timeout", "100ms", "-", input=back)
    assert done.code == 3
    assert "cannot tell what public.users.id holds: " in done.out


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("SELECT setval('users_id_seq', (SELECT max(id) FROM orders));", COMPUTED),
        ("SELECT setval('users_id_seq', (SELECT max(id) FROM users WHERE id < 9));", COMPUTED),
        ("DO $$ BEGIN PERFORM setval('users_id_seq', 5); END $$;", "a DO block calls setval()"),
    ],
)
def test_where_a_sequence_in_sync_is_put_cannot_be_told(
    database: Database, pgseq: Pgseq, statement: str, why: str
) -> None:
    database.run(HUNDRED + "CREATE TABLE orders (id int); INSERT INTO orders VALUES (7)")
    done = pgseq("lint", "-d", database.dsn, "-", input=statement)
    assert (done.code, done.out.splitlines()[0]) == (
        3,
        f"-:1:1: unknown: cannot tell where public.users_id_seq stands: {why} [PGL007]",
    )
    database.run(statement)
    assert pgseq("check", database.dsn).code == 1
