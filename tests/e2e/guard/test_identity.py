"""Serial columns turned into identity columns on real servers, and back: nothing is lost on either way."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.application import Writer, at_work, watched
from tests.support.database import Database
from tests.support.guards import only, results, to_identity
from tests.support.roles import new_role

USERS = "CREATE TABLE users (id serial PRIMARY KEY, name text)"
#: Everything about sequences that could be lost, by name.
SEQUENCES = """
SELECT c.relname::text, seqtypid::regtype::text, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle,
       relpersistence, relowner::regrole::text, obj_description(c.oid),
       ARRAY(SELECT (grantee::regrole::text, privilege_type, is_grantable)::text
               FROM aclexplode(coalesce(relacl, acldefault('s', relowner))) ORDER BY 1),
       ARRAY(SELECT format($$%s %s %s$$, d.deptype, refobjid::regclass, refobjsubid) FROM pg_depend d
              WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND refobjsubid > 0)
  FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid
 WHERE relnamespace = 'public'::regnamespace
 ORDER BY 1
"""
DEFAULTS = """
SELECT attrelid::regclass::text, attname::text, attidentity, pg_get_expr(adbin, adrelid)
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE attrelid::regclass::text !~ '\\.' AND attnum > 0 AND (atthasdef OR attidentity <> '') ORDER BY 1, 2
"""
IDENTITY = "SELECT attidentity FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'id'"


def standing(database: Database) -> tuple[Any, ...]:
    """All that must be the same after there and back again."""
    names = [row[0] for row in database.rows(SEQUENCES)]
    positions = [database.rows(f'SELECT last_value, is_called FROM "{name}"') for name in names]
    return database.rows(SEQUENCES), positions, database.rows(DEFAULTS)


def there_and_back(database: Database, *tables: str) -> list[tuple[Any, ...]]:
    """Convert, take back by the reverse script; the columns' identities in between."""
    before = standing(database)
    found = to_identity(database.dsn, *tables)
    assert {item.result.status for item in found.items if item.result} == {"done"}, results(found)
    positions = [database.rows(f'SELECT last_value, is_called FROM "{row[0]}"') for row in before[0]]
    assert positions == before[1]
    assert [(row[0], row[2:4], row[6:12]) for row in database.rows(SEQUENCES)] == [
        (row[0], row[2:4], row[6:12]) for row in before[0]
    ]
    between = database.rows(DEFAULTS)
    for item in found.items:
        assert item.change is not None
        database.run(item.change.undo)
    assert standing(database) == before
    return between


def test_serial(database: Database) -> None:
    database.run(f"{USERS}; INSERT INTO users (name) VALUES ('a'), ('b')")
    assert there_and_back(database) == [("users", "id", "a", None)]
    to_identity(database.dsn)
    with pytest.raises(psycopg.errors.GeneratedAlways):
        database.run("INSERT INTO users VALUES (9, 'x')")
    with pytest.raises(psycopg.errors.GeneratedAlways):
        database.run("UPDATE users SET id = 9 WHERE id = 1")
    assert database.value("INSERT INTO users (name) VALUES ('c') RETURNING id") == 3
    database.run("INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (9, 'x')")
    assert only(to_identity(database.dsn)).result is not None
    assert results(to_identity(database.dsn)) == [("identity", "public.users.id", "unchanged")]


def test_by_default_and_always(database: Database) -> None:
    database.run(USERS)
    assert results(to_identity(database.dsn, kind="BY DEFAULT")) == [("identity", "public.users.id", "done")]
    assert database.value(IDENTITY) == "d"
    database.run("INSERT INTO users VALUES (-9, 'x')")
    change = only(to_identity(database.dsn)).change
    assert database.value(IDENTITY) == "a"
    assert change is not None
    database.run(change.undo)
    assert database.value(IDENTITY) == "d"


@pytest.mark.parametrize(
    "setup",
    [
        "CREATE TABLE t (id smallserial PRIMARY KEY)",
        "CREATE TABLE t (id bigserial PRIMARY KEY); SELECT setval('t_id_seq', 5000000000)",
        "CREATE TABLE t (id serial PRIMARY KEY); SELECT setval('t_id_seq', 77, false)",
        "CREATE TABLE t (id serial PRIMARY KEY);"
        "ALTER SEQUENCE t_id_seq INCREMENT -5 MINVALUE -1000 MAXVALUE 500 START 400 RESTART 400 CACHE 7 CYCLE;"
        "INSERT INTO t DEFAULT VALUES",
        "CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')); SELECT nextval('s')",
        "CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'::text)); SELECT nextval('s')",
        "CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))",
        "CREATE TABLE t (id serial PRIMARY KEY); ALTER TABLE t ALTER id TYPE bigint",
        "CREATE UNLOGGED TABLE t (id serial PRIMARY KEY)",
        "CREATE TABLE t (id serial PRIMARY KEY); COMMENT ON SEQUENCE t_id_seq IS 'it''s a \\ comment'",
        "CREATE TABLE t (id serial PRIMARY KEY, old int DEFAULT nextval('t_id_seq'));"
        "CREATE TABLE o (no bigint DEFAULT nextval('t_id_seq')); INSERT INTO t DEFAULT VALUES",
        "CREATE TABLE t (id serial, k int) PARTITION BY LIST (k);"
        "CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);"
        "CREATE TABLE t2 PARTITION OF t DEFAULT PARTITION BY LIST (k);"
        "CREATE TABLE t2d PARTITION OF t2 DEFAULT; INSERT INTO t (k) VALUES (1), (2), (3)",
        "CREATE TABLE t (id serial PRIMARY KEY); CREATE VIEW v AS SELECT id FROM t;"
        "CREATE TABLE r (t int REFERENCES t); CREATE PUBLICATION p FOR TABLE t; INSERT INTO t DEFAULT VALUES",
    ],
)
@pytest.mark.sampled(2)
def test_there_and_back(setup: str, database: Database) -> None:
    database.run(setup)
    shared = {item for item in ("o",) if f"TABLE {item} " in setup}
    between = there_and_back(database, "t") if not shared else _shared(database)
    assert ("t", "id", "a", None) in between
    assert database.rows("SELECT 1 FROM pg_class WHERE relname = 'v'") == ([(1,)] if "VIEW" in setup else [])


def _shared(database: Database) -> list[tuple[Any, ...]]:
    """The owner becomes the identity; the other columns go on drawing, and no table that is not named is touched."""
    before = standing(database)
    assert [item.label for item in to_identity(database.dsn, "o").items] == ["public.o.no"]
    found = {item.label: item for item in to_identity(database.dsn, "t").items}
    outcomes = {label: item.result.status for label, item in found.items() if item.result is not None}
    assert outcomes == {"public.t.id": "done", "public.t.old": "refused"}
    between = database.rows(DEFAULTS)
    change = found["public.t.id"].change
    assert change is not None
    database.run(change.undo)
    assert standing(database) == before
    return between


def test_rights_and_default_rights(database: Database) -> None:
    database.run(USERS)
    with new_role(database) as one, new_role(database) as other:
        one.granted(
            "ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO {role};"
            f"GRANT SELECT ON SEQUENCE users_id_seq TO {{role}}; GRANT USAGE ON SEQUENCE users_id_seq TO {other.sql}"
            " WITH GRANT OPTION; GRANT SELECT ON SEQUENCE users_id_seq TO PUBLIC"
        )
        there_and_back(database)
        database.run("REVOKE ALL ON SEQUENCE users_id_seq FROM postgres")
        there_and_back(database)
        one.granted("ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM {role}")


def test_an_owner_without_superuser(database: Database) -> None:
    database.run(USERS)
    with new_role(database) as owner, new_role(database) as other:
        refused = only(to_identity(owner.dsn)).refused
        assert refused is not None
        owner.granted(f"ALTER TABLE users OWNER TO {{role}}; GRANT USAGE ON users_id_seq TO {other.sql}")
        owner.granted("GRANT CREATE ON SCHEMA public TO {role}")
        there_and_back(database)
        change = only(to_identity(owner.dsn)).change
        assert change is not None
        with owner.connect() as connection:
            connection.execute(change.undo)
        assert database.value(IDENTITY) == ""


@pytest.mark.parametrize(
    ("setup", "reason", "hint"),
    [
        ("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)", "is out of sync", "first: pgseq fix"),
        ("CREATE SEQUENCE s; CREATE TABLE t (id text PRIMARY KEY DEFAULT nextval('s'))", "is text", "TYPE bigint"),
        (
            "CREATE SEQUENCE s; CREATE TABLE t (id numeric PRIMARY KEY DEFAULT nextval('s'))",
            "is numeric",
            "TYPE bigint",
        ),
        ("CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s'))", "is not NOT NULL", "SET NOT NULL"),
        ("CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s') + 1)", "not plainly", "by hand"),
        ("CREATE TABLE t (id serial PRIMARY KEY); CREATE TABLE c () INHERITS (t)", "inheritance tree", ""),
        (
            "CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));"
            "CREATE TABLE u (id int PRIMARY KEY DEFAULT nextval('s'))",
            "feeds 2 columns, and this one does not own it",
            "OWNED BY public.t.id",
        ),
        (
            "CREATE SCHEMA x; CREATE SEQUENCE x.s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('x.s'))",
            "is in the schema of its table",
            "SET SCHEMA",
        ),
        (
            "CREATE TABLE t (id serial PRIMARY KEY); CREATE VIEW v AS SELECT last_value FROM t_id_seq",
            "rule _RETURN on view",
            "drop it first",
        ),
        (
            "CREATE SEQUENCE s MAXVALUE 3000000000; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'))",
            "which integer cannot hold",
            "MAXVALUE",
        ),
        ("CREATE TABLE t (id serial PRIMARY KEY); ALTER TABLE t ALTER id DROP DEFAULT", "has no default", ""),
        (
            "CREATE TABLE p (k int) PARTITION BY LIST (k); CREATE SEQUENCE s;"
            "CREATE TABLE t PARTITION OF p FOR VALUES IN (1); ALTER TABLE t ALTER k SET DEFAULT nextval('s')",
            "is a partition",
            "",
        ),
    ],
)
def test_refused(setup: str, reason: str, hint: str, database: Database) -> None:
    database.run(setup)
    before = standing(database)
    found = to_identity(database.dsn, "t")
    refused = next(item for item in found.items if item.label.startswith("public.t.")).refused
    assert refused is not None
    assert reason in refused.reason
    assert hint in refused.hint
    assert found.exit_code == 1
    assert standing(database) == before


def test_a_function_that_depends_on_the_sequence(database: Database) -> None:
    if database.server.major < 14:
        pytest.skip("BEGIN ATOMIC is new in 14")
    database.run(
        f"{USERS}; CREATE FUNCTION f() RETURNS bigint LANGUAGE SQL BEGIN ATOMIC SELECT nextval('users_id_seq'); END"
    )
    refused = only(to_identity(database.dsn)).refused
    assert refused is not None
    assert refused.reason.startswith("function f()") or "function public.f()" in refused.reason


def test_what_changed_since_it_was_planned_is_left_alone(database: Database) -> None:
    """The script of a plan, run later: it refuses, and says so."""
    database.run(f"{USERS}; CREATE TABLE other (id int DEFAULT nextval('users_id_seq'), name text)")
    change = next(item for item in to_identity(database.dsn, "users").items if item.label == "public.users.id").change
    assert change is not None
    database.run(change.undo)
    for meddling, told in (
        ("GRANT SELECT ON SEQUENCE users_id_seq TO PUBLIC", "would not be as before"),
        ("COMMENT ON SEQUENCE users_id_seq IS 'new'", "would not be as before"),
        ("ALTER TABLE other ALTER id SET DEFAULT nextval('users_id_seq') + 1", "would not be as before"),
        ("ALTER SEQUENCE users_id_seq INCREMENT BY 2", "its definition has changed"),
        ("INSERT INTO users VALUES (5, 'x')", "is out of sync"),
    ):
        with database.connect() as connection:
            connection.execute(meddling)
            before = standing(database)
            with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=told):
                connection.execute(change.sql)
            connection.execute("ROLLBACK")
        assert standing(database) == before
        database.run("DROP TABLE users, other")
        database.run(f"{USERS}; CREATE TABLE other (id int DEFAULT nextval('users_id_seq'), name text)")


def test_a_busy_table_is_left_alone_and_says_who_holds_it(database: Database) -> None:
    database.run(USERS)
    with database.connect(autocommit=False, application_name="reporting") as holder:
        holder.execute("SELECT count(*) FROM users")
        done = only(to_identity(database.dsn)).result
        assert done is not None
        assert done.status == "failed"
        assert "public.users is locked by pid" in done.reason
        assert "(reporting)" in done.reason
    assert database.value(IDENTITY) == ""


def test_under_writers_and_bare_nextval(database: Database) -> None:
    """No value is handed out twice or lost, the sequence never goes back, and no default insert fails, while it is
    turned over and over."""
    database.run(f"{USERS}; CREATE TABLE drawn (id int PRIMARY KEY)")

    def insert(writer: Writer) -> None:
        writer.execute("INSERT INTO users (name) VALUES ('x')")

    def draw(writer: Writer) -> None:
        writer.execute("INSERT INTO drawn SELECT nextval('users_id_seq')")

    def draw_first(writer: Writer) -> None:
        writer.execute("BEGIN")
        ((number,),) = writer.execute("SELECT nextval('users_id_seq')")
        writer.execute(f"INSERT INTO users OVERRIDING SYSTEM VALUE VALUES ({number}, 'x')")
        writer.execute("COMMIT")

    works = {"insert": insert, "another": insert, "draw": draw, "draw first": draw_first}
    with watched(database, {"users_id_seq": 1}) as back, at_work(database, works) as writers:
        outcomes: list[str] = []
        for _ in range(5):
            item = only(to_identity(database.dsn, "users"))
            assert item.result is not None
            outcomes.append(item.result.status)
            if item.result.status == "done" and item.change is not None:
                with database.connect() as connection:
                    for _attempt in range(10):
                        try:
                            connection.execute(item.change.undo)
                            break
                        except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled):
                            connection.execute("ROLLBACK")
    states = {name: {one.sqlstate for one in writer.statements} for name, writer in writers.items()}
    assert back == []
    assert "done" in outcomes
    assert states["insert"] == states["another"] == {""}
    # The one that waited for the sequence which is no more; never a deadlock.
    assert states["draw"] | states["draw first"] <= {"", "XX000", "42P01"}
    given_out = "(SELECT id FROM users UNION ALL SELECT id FROM drawn) AS given_out"
    ((distinct, stored, last),) = database.rows(f"SELECT count(DISTINCT id), count(*), max(id) FROM {given_out}")
    assert distinct == stored == last


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data_type=st.sampled_from(["smallint", "integer", "bigint"]),
    column=st.sampled_from(["smallint", "integer", "bigint"]),
    increment=st.sampled_from([1, 2, -1, -7]),
    # Wide enough for a block of nine values and another one: a sequence that is used up is refused, and rightly.
    bounds=st.tuples(st.integers(-400, -200), st.integers(20, 3000)) | st.none(),
    cache=st.integers(1, 9),
    cycle=st.booleans(),
    draws=st.integers(0, 3),
)
@pytest.mark.slow
def test_any_definition_there_and_back(
    database: Database,
    data_type: str,
    column: str,
    increment: int,
    bounds: tuple[int, int] | None,
    cache: int,
    cycle: bool,
    draws: int,
) -> None:
    limits = "" if bounds is None else f"MINVALUE {bounds[0]} MAXVALUE {bounds[1]}"
    database.run(
        "DROP TABLE IF EXISTS t; DROP SEQUENCE IF EXISTS s;"
        f"CREATE SEQUENCE s AS {data_type} INCREMENT {increment} {limits} CACHE {cache} {'CYCLE' if cycle else ''};"
        f"CREATE TABLE t (id {column} PRIMARY KEY DEFAULT nextval('s'))" + "; SELECT nextval('s')" * draws
    )
    there_and_back(database, "t")
