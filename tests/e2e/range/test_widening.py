"""docs/widening.md: each way is run as it stands, and gives the room that it promises."""

from __future__ import annotations

import re
import threading
from typing import Any, Final

import pytest

import pgseq as library
from tests.support.binaries import ROOT
from tests.support.database import Database

PAGE: Final = (ROOT / "docs" / "widening.md").read_text("utf-8")
SECTIONS: Final = re.split(r"^## ", PAGE, flags=re.MULTILINE)
SETUP, AT_ONCE, SWAPPED, BELOW_ZERO = ("\n".join(re.findall(r"```sql\n(.*?)```", part, re.DOTALL)) for part in SECTIONS)
INT: Final = 2**31 - 1


@pytest.fixture
def shop(database: Database) -> Database:
    """Orders with items, near the end of integer."""
    database.run(SETUP)
    database.run("SELECT setval('orders_id_seq', 2147000000)")
    database.run("INSERT INTO orders SELECT FROM generate_series(1, 100)")
    database.run("INSERT INTO items SELECT id, 'x' FROM orders")
    return database


def statements(script: str) -> list[str]:
    """The statements of a script, at semicolons that end a line outside of $$."""
    parts = re.split(r"(\$\$.*?\$\$)", script, flags=re.DOTALL)
    marked = "".join(
        part if part.startswith("$$") else re.sub(r";[ ]*$", ";\0", part, flags=re.MULTILINE) for part in parts
    )
    return [one.strip() for one in marked.split("\0") if one.strip()]


def run(database: Database, script: str) -> None:
    """Each statement by itself, as psql does."""
    with database.connect() as connection:
        for statement in statements(script):
            connection.execute(statement.encode())


def works_beyond(database: Database, value: int) -> None:
    """An order with that id, and an item of it."""
    database.run(f"SELECT setval('orders_id_seq', {value}, false)")
    with database.connect() as connection:
        (order,) = connection.execute("INSERT INTO orders DEFAULT VALUES RETURNING id").fetchone() or (None,)
        assert order == value
        connection.execute("INSERT INTO items (order_id, sku) VALUES (%s, 'y')", [order])
        with pytest.raises(Exception, match="foreign key"):
            connection.execute("INSERT INTO items (order_id, sku) VALUES (7, 'y')")


def left(database: Database) -> Any:
    """What is left of the orders."""
    (one,) = library.range(database.dsn, table="orders").sequences
    assert one.report.status == "ok"
    assert one.nearest is not None
    return one.nearest


def test_before_there_is_an_end_in_sight(shop: Database) -> None:
    assert left(shop).values == INT - 2147000100


def test_at_once(shop: Database) -> None:
    run(shop, AT_ONCE)
    assert left(shop).last == 2**63 - 1
    works_beyond(shop, 2**31)


def test_a_new_column_swapped_under_writers(shop: Database) -> None:
    stop, errors = threading.Event(), []

    def write() -> None:
        with shop.connect(prepare_threshold=None) as connection:
            while not stop.is_set():
                try:
                    connection.execute("INSERT INTO orders DEFAULT VALUES RETURNING id")
                except Exception as error:
                    errors.append(error)
                stop.wait(0.005)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        run(shop, SWAPPED)
    finally:
        stop.set()
        writer.join()
    assert errors == []
    assert left(shop).last == 2**63 - 1
    assert shop.value("SELECT count(*) FROM items JOIN orders ON id = order_id") == 100
    works_beyond(shop, 2**31)
    assert library.verify(shop.dsn, insert=True).exit_code == 0


def test_below_zero(shop: Database) -> None:
    run(shop, BELOW_ZERO)
    assert (left(shop).values, left(shop).last) == (2**31, -(2**31))
    with shop.connect() as connection:
        assert connection.execute("INSERT INTO orders DEFAULT VALUES RETURNING id").fetchall() == [(-1,)]
        connection.execute("INSERT INTO items (order_id, sku) VALUES (-1, 'y')")


def test_upwards_from_the_minimum_ends_in_the_stored_ids(shop: Database) -> None:
    shop.run("INSERT INTO orders (id) VALUES (1)")
    shop.run("ALTER SEQUENCE orders_id_seq MINVALUE -2147483648 RESTART WITH -2147483648")
    (one,) = library.range(shop.dsn, table="orders").sequences
    assert (one.report.status, one.nearest and one.nearest.kind) == ("out_of_sync", "stored")
    assert one.left is not None
    assert one.left.values == 2**31 + 1
