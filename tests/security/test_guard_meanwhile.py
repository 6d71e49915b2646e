"""The catalog changes between the two looks that a guard takes: what changed is told, and the rest is done."""

from __future__ import annotations

import json
import threading
import time

import pytest

from pgseq.commands.guard import workflow as rounds
from pgseq.commands.guard.advise import advise
from pgseq.commands.guard.identity import identities
from pgseq.commands.guard.model import GuardReport
from pgseq.commands.guard.ownership import ownerships
from pgseq.commands.guard.read import read_inventory
from pgseq.commands.guard.remove import removals
from pgseq.commands.guard.status import guard_status
from pgseq.commands.guard.trigger import triggers
from pgseq.commands.guard.workflow import Planner
from pgseq.pg.connect import open_pool
from pgseq.workflow import Options
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.guards import LIMITS, results, to_identity, with_trigger

pytestmark = pytest.mark.slow

TABLES = (
    "CREATE SEQUENCE b_seq AS int; CREATE TABLE b (id bigint NOT NULL DEFAULT nextval('b_seq'), k text);"
    "CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE z (id serial PRIMARY KEY)"
)
DESIGNS: dict[str, Planner] = {
    "trigger": lambda inventory: triggers(inventory, 0.1, LIMITS),
    "identity": lambda inventory: identities(inventory, "ALWAYS", LIMITS),
    "ownership": lambda inventory: ownerships(inventory, LIMITS),
    "removal": lambda inventory: removals(inventory, LIMITS),
}
CHANGES = (
    "DROP TABLE b; DROP SEQUENCE b_seq",
    "ALTER TABLE b ALTER id DROP DEFAULT; DROP SEQUENCE b_seq",
    "ALTER TABLE b ALTER id DROP DEFAULT; DROP SEQUENCE b_seq; CREATE SEQUENCE b_seq;"
    "ALTER TABLE b ALTER id SET DEFAULT nextval('b_seq')",
    "ALTER TABLE b RENAME COLUMN id TO number",
    "ALTER TABLE b DROP COLUMN id",
    "ALTER TABLE b RENAME TO c",
    "ALTER SEQUENCE b_seq RENAME TO c_seq",
    "CREATE SCHEMA other; ALTER TABLE b SET SCHEMA other",
    "ALTER TABLE b RENAME TO c; CREATE VIEW b AS SELECT * FROM c",
)


def between(database: Database, change: str, planner: Planner) -> GuardReport:
    """A plan, with `change` committed after the check and before the survey's own questions."""

    def progress(done: int, total: int) -> None:
        if done == total and waiting:
            database.run(waiting.pop())

    waiting = [change]
    with open_pool(database.dsn, 1) as pool:
        planned = rounds.plan(pool, Options(limits=LIMITS), planner, progress)
    assert not waiting
    return planned


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", DESIGNS)
def test_what_changed_is_told_and_the_rest_planned(name: str, change: str, database: Database) -> None:
    database.run(TABLES)
    if name == "removal":
        with_trigger(database.dsn)
    planned = between(database, change, DESIGNS[name])
    told = {item.label: item for item in planned.items}
    if name == "removal":
        return  # what is installed is read at once
    changed = [item for label, item in told.items() if "public.b" in label]
    assert changed
    for item in changed:
        assert item.change is None
        assert item.refused is not None
        assert (item.refused.reason, item.refused.hint) == (
            "changed meanwhile: dropped, renamed or made anew",
            "run it again",
        )
    if name != "ownership":
        assert all(told[f"public.{table}.id"].change is not None for table in "az")


@pytest.mark.parametrize("change", CHANGES)
def test_advice_and_status(change: str, database: Database) -> None:
    database.run(TABLES)
    with_trigger(database.dsn)
    waiting = [change]

    def progress(done: int, total: int) -> None:
        if done == total and waiting:
            database.run(waiting.pop())

    with open_pool(database.dsn, 1) as pool:
        inventory = read_inventory(pool, Options(limits=LIMITS), progress)
    assert not waiting
    (advice,) = [one for one in advise(inventory, 0.1, LIMITS).columns if one.feed.table == "b"]
    assert {way.fit for way in advice.ways} == {"no"}
    assert advice.chosen == ()
    assert {guard.name for guard in guard_status(inventory).guards if "b" in guard.name}


def test_made_an_identity_meanwhile(database: Database) -> None:
    """`guard identity` makes the sequence anew, under its name."""
    database.run("CREATE TABLE b (id serial PRIMARY KEY); CREATE TABLE a (id serial PRIMARY KEY)")
    with open_pool(database.dsn, 1) as pool:
        waiting = [True]

        def progress(done: int, total: int) -> None:
            if done == total and waiting.pop():
                to_identity(database.dsn, "b")

        planned = rounds.plan(pool, Options(limits=LIMITS), DESIGNS["trigger"], progress)
    refused = {item.label: item.refused.reason for item in planned.items if item.refused}
    assert refused == {"public.b.id": "changed meanwhile: dropped, renamed or made anew"}


def test_commands_beside_each_other(database: Database, pgseq: Pgseq) -> None:
    """Guards come and go on the same tables, with an application at work: nothing is unexpected, and all is well after
    it."""
    number = 12
    for table in range(number):
        database.run(f"CREATE TABLE t{table} (id serial PRIMARY KEY, n text); INSERT INTO t{table} (n) VALUES ('x')")
    end, unexpected = time.monotonic() + 12, list[str]()

    def repeat(*command: str) -> None:
        while time.monotonic() < end:
            done = pgseq("guard", *command, database.dsn, timeout=60)
            if done.code not in (0, 1) or "unexpected" in done.err:
                unexpected.append(f"{command}: {done.code} {done.err[-300:]}")

    def rebuild() -> None:
        with database.connect() as session:
            while time.monotonic() < end:
                for table in range(10):  # never all that a command selects
                    session.execute(
                        f"DROP TABLE t{table}; CREATE TABLE t{table} (id serial PRIMARY KEY, n text)".encode()
                    )
                    time.sleep(0.01)

    works = [
        ("trigger", "--yes", "-q"),
        ("identity", "--yes", "-q", "-t", "t1?"),
        ("remove", "--yes", "-q"),
        ("status",),
    ]
    threads = [threading.Thread(target=repeat, args=work) for work in works] + [threading.Thread(target=rebuild)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unexpected == []
    again = results(with_trigger(database.dsn))
    assert {result for *_, result in again} <= {"done", "unchanged"}
    document = json.loads(pgseq("guard", "status", database.dsn, "--format", "json").out)
    assert all(guard["intact"] for guard in document["databases"][0]["guards"])
