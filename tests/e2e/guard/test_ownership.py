"""`pgseq guard ownership` on real servers: each step, its lock, its undo."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.database import Database
from tests.support.guards import only, owned, results
from tests.support.roles import new_role

ORDERS = "CREATE SEQUENCE order_no; CREATE TABLE orders (no bigint PRIMARY KEY DEFAULT nextval('order_no'))"
BY_TEXT = "CREATE SEQUENCE order_no; CREATE TABLE orders (no bigint PRIMARY KEY DEFAULT nextval('order_no'::text))"
NARROW = "CREATE TABLE users (id serial PRIMARY KEY); ALTER TABLE users ALTER id TYPE bigint"
OWNER = "SELECT pg_get_serial_sequence('orders', 'no')"
DEFAULT = "SELECT pg_get_expr(adbin, 0) FROM pg_attrdef WHERE adrelid = 'orders'::regclass"


def test_owned_by(database: Database) -> None:
    database.run(ORDERS)
    change = only(owned(database.dsn)).change
    assert change is not None
    assert database.value(OWNER) == "public.order_no"
    assert results(owned(database.dsn)) == []
    database.run(change.undo)
    assert database.value(OWNER) is None


def test_text_default_and_owned_by_in_one_round(database: Database) -> None:
    database.run(f"{BY_TEXT}; SELECT setval('order_no', 41)")
    before = database.value(DEFAULT)
    found = owned(database.dsn)
    assert results(found) == [
        ("regclass", "public.orders.no", "done"),
        ("OWNED BY", "public.orders.no", "done"),
    ]
    assert (database.value(DEFAULT), database.value(OWNER)) == ("nextval('order_no'::regclass)", "public.order_no")
    assert database.value("INSERT INTO orders DEFAULT VALUES RETURNING no") == 42
    for item in reversed(found.items):
        assert item.change is not None
        database.run(item.change.undo)
    assert (database.value(DEFAULT), database.value(OWNER)) == (before, None)


@pytest.mark.parametrize(
    ("setup", "wide", "top"),
    [
        (NARROW, "bigint", 2**63 - 1),
        ("CREATE TABLE users (id smallserial); ALTER TABLE users ALTER id TYPE int", "integer", 2**31 - 1),
        ("CREATE TABLE users (id smallserial); ALTER TABLE users ALTER id TYPE bigint", "bigint", 2**63 - 1),
    ],
)
def test_wider(setup: str, wide: str, top: int, database: Database) -> None:
    look = "SELECT seqtypid::regtype::text, seqmax FROM pg_sequence"
    database.run(f"{setup}; INSERT INTO users DEFAULT VALUES")
    before = database.rows(look)
    change = only(owned(database.dsn)).change
    assert change is not None
    assert database.rows(look) == [(wide, top)]
    assert database.value("INSERT INTO users DEFAULT VALUES RETURNING id") == 2
    database.run(change.undo)
    assert database.rows(look) == before


def test_the_lock_is_the_one_that_is_told(database: Database) -> None:
    database.run(f"{ORDERS}; {NARROW}")
    for item in owned(database.dsn).items:
        assert item.change is not None
        assert item.change.lock.startswith("SHARE ROW EXCLUSIVE on public.")
    with database.connect(autocommit=False) as connection:
        connection.execute("ALTER SEQUENCE order_no OWNED BY NONE")
        modes = connection.execute(
            "SELECT mode FROM pg_locks WHERE relation = 'order_no'::regclass AND pid = pg_backend_pid()"
        ).fetchall()
        assert ("ShareRowExclusiveLock",) in modes
        with database.connect(options="-c lock_timeout=100") as other, pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("SELECT nextval('order_no')")


@pytest.mark.parametrize(
    ("setup", "reason", "hint"),
    [
        (f"{ORDERS}; CREATE TABLE more (no int DEFAULT nextval('order_no'))", "feeds 2 columns", "on purpose"),
        (
            "CREATE SCHEMA x; CREATE SEQUENCE x.s; CREATE TABLE orders (no bigint DEFAULT nextval('x.s'))",
            "of its own schema alone",
            "SET SCHEMA",
        ),
        (
            "CREATE SCHEMA a; CREATE SCHEMA b; CREATE SCHEMA c; CREATE SEQUENCE a.s; CREATE SEQUENCE b.s;"
            "CREATE TABLE c.orders (no bigint DEFAULT nextval('s'::text))",
            "search_path decides",
            "qualify the name",
        ),
    ],
)
def test_refused(setup: str, reason: str, hint: str, database: Database) -> None:
    database.run(setup)
    found = owned(database.dsn)
    assert found.exit_code == 1
    for item in found.items:
        assert item.refused is not None
        assert reason in item.refused.reason
        assert hint in item.refused.hint


def test_no_row_is_read(database: Database) -> None:
    """Row-level security hides rows from the owner, and nothing here needs them."""
    database.run(
        f"{BY_TEXT}; ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ALTER TABLE orders FORCE ROW LEVEL SECURITY"
    )
    rights = "ALTER TABLE orders OWNER TO {role}; ALTER SEQUENCE order_no OWNER TO {role}"
    with new_role(database, rights) as owner:
        assert results(owned(owner.dsn)) == [
            ("regclass", "public.orders.no", "done"),
            ("OWNED BY", "public.orders.no", "done"),
        ]


def test_another_owner(database: Database) -> None:
    database.run(ORDERS)
    with new_role(database, "ALTER SEQUENCE order_no OWNER TO {role}") as role:
        refused = only(owned(database.dsn)).refused
        assert refused is not None
        assert refused.hint == "ALTER SEQUENCE public.order_no OWNER TO postgres"
        refused = only(owned(role.dsn)).refused
        assert refused is not None
        assert refused.reason == "only its owner may alter public.orders"
        database.run("ALTER SEQUENCE order_no OWNER TO postgres")
    assert results(owned(database.dsn)) == [("OWNED BY", "public.orders.no", "done")]
