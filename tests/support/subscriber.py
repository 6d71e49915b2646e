"""A database that gets its rows by logical replication; its sequences stay where they are."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from tests.support.database import Database, fresh_database


@contextlib.contextmanager
def subscriber(publisher: Database, schema: str) -> Iterator[Database]:
    """A database on the same server with the tables of `schema`, subscribed to all tables of `publisher`.

    The slot is made beforehand: CREATE SUBSCRIPTION would wait for the end of its own transaction.
    """
    with fresh_database(publisher.server) as database:
        slot = database.name
        database.run(schema)
        publisher.run("CREATE PUBLICATION everything FOR ALL TABLES")
        publisher.value(f"SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput')")
        try:
            database.run(
                f"CREATE SUBSCRIPTION everything CONNECTION $${publisher.dsn}$$ PUBLICATION everything"
                f" WITH (create_slot = false, slot_name = {slot})"
            )
            try:
                yield database
            finally:
                for action in ("DISABLE", "SET (slot_name = NONE)"):
                    database.run(f"ALTER SUBSCRIPTION everything {action}")
                database.run("DROP SUBSCRIPTION everything")
        finally:
            _drop_slots(publisher)


def wait_for(database: Database, condition: str, seconds: float = 30) -> None:
    """Until a condition in SQL is true."""
    deadline = time.monotonic() + seconds
    while not database.value(condition):
        if time.monotonic() > deadline:
            raise TimeoutError(condition)
        time.sleep(0.02)


def _drop_slots(publisher: Database) -> None:
    """Drop the slots of a database as soon as nobody uses them any more."""
    slots = f"FROM pg_replication_slots WHERE database = '{publisher.name}'"
    wait_for(publisher, f"SELECT count(*) = 0 {slots} AND active")
    publisher.run(f"SELECT pg_drop_replication_slot(slot_name) {slots}")
