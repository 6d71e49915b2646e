"""`pgseq lint -d`: what a file does to the rows and positions of a live database."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

pytestmark = pytest.mark.slow

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
        "-:1:1: unknown: cannot tell what public.users.id holds: no privilege to read public.users.id [PGL007]",
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
        (
            "DO $$ BEGIN IF now() > '2020-01-01' THEN PERFORM setval('users_id_seq', 5); END IF; END $$;",
            "a DO block calls setval()",
        ),
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


KEYED = "CREATE TABLE t (id int PRIMARY KEY, n text); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')"
DROPPED = "ALTER TABLE users ALTER id DROP DEFAULT; DROP SEQUENCE users_id_seq; "


@pytest.mark.parametrize(
    ("setup", "statement", "message"),
    [
        (
            KEYED,
            "ALTER TABLE t ALTER id ADD GENERATED BY DEFAULT AS IDENTITY",
            "public.t.id holds 3, and public.t_id_seq hands out 1 next",
        ),
        (
            KEYED,
            "CREATE SEQUENCE s OWNED BY t.id; ALTER TABLE t ALTER id SET DEFAULT nextval('s')",
            "public.t.id holds 3, and public.s hands out 1 next",
        ),
        (
            HUNDRED,
            DROPPED + "ALTER TABLE users ALTER id ADD GENERATED BY DEFAULT AS IDENTITY",
            "public.users.id holds 100, and public.users_id_seq hands out 1 next",
        ),
        (
            HUNDRED,
            "ALTER SEQUENCE users_id_seq INCREMENT -1 MINVALUE -100",
            "public.users.id holds 1, and public.users_id_seq hands out 99 next",
        ),
        (
            "CREATE TABLE p (id serial, k int, PRIMARY KEY (id, k)) PARTITION BY LIST (k);"
            "CREATE TABLE c (id int NOT NULL, k int NOT NULL, PRIMARY KEY (id, k)); INSERT INTO c VALUES (5, 1)",
            "ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (1)",
            "public.p.id holds 5, and public.p_id_seq hands out 1 next",
        ),
        (
            "CREATE TABLE p (id int, k int, PRIMARY KEY (id, k)) PARTITION BY LIST (k);"
            "CREATE TABLE a PARTITION OF p FOR VALUES IN (1); CREATE TABLE b PARTITION OF p FOR VALUES IN (2);"
            "INSERT INTO p VALUES (5, 1), (7, 2); CREATE SEQUENCE s",
            "ALTER TABLE p ALTER id SET DEFAULT nextval('s')",
            "public.p.id holds 7, and public.s hands out 1 next",
        ),
    ],
)
def test_a_sequence_comes_to_a_filled_column(
    database: Database, pgseq: Pgseq, setup: str, statement: str, message: str
) -> None:
    database.run(setup)
    done = pgseq("lint", "-d", database.dsn, "-", input=statement + ";")
    assert done.code == 1
    assert f"error: the ids were there before: {message} [PGL011]" in done.out
    database.run(statement)
    assert pgseq("check", database.dsn).code == 1


def test_a_column_that_was_not_read_cannot_be_told(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id int NOT NULL); INSERT INTO t VALUES (1)")
    statement = "ALTER TABLE t ALTER id ADD GENERATED BY DEFAULT AS IDENTITY;\n"
    done = pgseq("lint", "-d", database.dsn, "-", input=statement)
    why = "nothing fed public.t.id, so it has not been read"
    assert (done.code, done.out.splitlines()[0]) == (
        3,
        f"-:1:1: unknown: cannot tell what public.t.id holds: {why} [PGL007]",
    )
    healed = statement + "SELECT setval('t_id_seq', (SELECT max(id) FROM t));"
    assert pgseq("lint", "-d", database.dsn, "-", input=healed).code == 0


def test_a_draw_that_fails_in_a_database_that_is_behind(database: Database, pgseq: Pgseq) -> None:
    database.run(TABLE + "INSERT INTO users VALUES (1, 'a'), (2, 'b')")
    draw = "INSERT INTO users (name) VALUES ('x')"
    done = pgseq("lint", "-d", database.dsn, "-", input=f"SELECT 1;\n{draw};")
    assert done.code == 1
    assert "-:2:1: error: public.users_id_seq was behind before: it hands out 1, which is stored" in done.out
    with pytest.raises(psycopg.errors.UniqueViolation):
        database.run(draw)


def test_foreign_keys_are_followed(database: Database, pgseq: Pgseq) -> None:
    database.run(
        HUNDRED + "CREATE TABLE orders (id serial, user_id int REFERENCES users);"
        "INSERT INTO orders (user_id) SELECT 1 FROM generate_series(1, 100)"
    )
    load = (
        "TRUNCATE users RESTART IDENTITY CASCADE;\nINSERT INTO users VALUES (DEFAULT, 'a');\n"
        "INSERT INTO orders VALUES (1, 1), (2, 1);"
    )
    done = pgseq("lint", "-d", database.dsn, "-", input=load)
    assert done.out.splitlines()[0] == (
        "-:3:1: error: explicit ids: public.orders.id holds 2, and public.orders_id_seq hands out 1 next [PGL001]"
    )
    goes_on = (
        "TRUNCATE users CASCADE;\nINSERT INTO users (name) VALUES ('a');\nINSERT INTO orders (user_id) VALUES (1);"
    )
    assert "[PGL005]" in pgseq("lint", "-d", database.dsn, "-", input=goes_on).out
    database.run(load)
    assert pgseq("check", database.dsn).code == 1


def test_a_dump_that_drops_its_database_does_not_meet_its_rows(database: Database, pgseq: Pgseq) -> None:
    database.run(HUNDRED)
    anew = f"DROP DATABASE {database.name};\nCREATE DATABASE {database.name};\n\\connect {database.name}\n"
    filled = anew + HUNDRED.replace("100", "3") + "\nSELECT setval('users_id_seq', 3);\n"
    assert pgseq("lint", "-d", database.dsn, "-", input=filled).code == 0


def test_a_view_is_not_answered_with_what_was_done(database: Database, pgseq: Pgseq) -> None:
    database.run(TABLE + "CREATE VIEW people AS SELECT * FROM users")
    done = pgseq("lint", "-d", database.dsn, "-", input="INSERT INTO people VALUES (10, 'x');")
    assert (done.code, done.out.splitlines()[1].strip()) == (
        3,
        "give the file that makes it first; if it is a view, name the table behind it",
    )


def test_staging_through_a_temporary_table(database: Database, pgseq: Pgseq) -> None:
    database.run(TABLE)
    staging = "CREATE TEMP TABLE s (LIKE users INCLUDING DEFAULTS);\nINSERT INTO s VALUES (5, 'a');\n"
    assert pgseq("lint", "-d", database.dsn, "-", input=staging).code == 0
