"""A table of a stranger's neither moves, nor clouds, nor stalls a sequence that its owner could not draw from."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg
import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.roles import Role, new_role

SEQUENCE: Final = "vic.users_id_seq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two roles that each own a schema, vic with a table users, and the database."""

    vic: Role
    mal: Role
    database: Database

    def run(self, role: Role, script: str) -> None:
        """Run statements as one of them."""
        with role.connect() as connection:
            connection.execute(script)

    def position(self) -> int:
        """Where vic's sequence stands."""
        value: int = self.database.value(f"SELECT last_value FROM {SEQUENCE}")
        return value


@pytest.fixture
def pair(database: Database) -> Iterator[Pair]:
    with new_role(database) as vic, new_role(database) as mal:
        database.run(f"CREATE SCHEMA vic AUTHORIZATION {vic.sql}; CREATE SCHEMA mal AUTHORIZATION {mal.sql}")
        both = Pair(vic=vic, mal=mal, database=database)
        both.run(
            vic, "CREATE TABLE vic.users (id serial PRIMARY KEY, n text); INSERT INTO vic.users (n) VALUES ('a'), ('b')"
        )
        yield both


def sequence(pair: Pair, pgseq: Pgseq) -> Any:
    """What check says of vic's sequence."""
    document = pgseq("check", pair.database.dsn, "--format", "json").json()
    (one,) = [one for one in document["databases"][0]["sequences"] if one["sql"] == SEQUENCE]
    return one


STRANGE: Final = {
    "text": "CREATE TABLE mal.t (id int DEFAULT nextval('vic.users_id_seq'::text), m int)",
    "comment": (
        "CREATE FUNCTION mal.f() RETURNS int LANGUAGE plpgsql AS"
        " $$ BEGIN /* nextval('vic.users_id_seq') */ RETURN 1; END $$;"
        "CREATE TABLE mal.t (id int DEFAULT mal.f(), m int)"
    ),
    "definer": (
        "CREATE FUNCTION mal.f() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS"
        " $$ BEGIN RETURN nextval('vic.users_id_seq'); END $$;"
        "CREATE TABLE mal.t (id int DEFAULT mal.f(), m int)"
    ),
    "domain": (
        "CREATE DOMAIN mal.d AS int DEFAULT nextval('vic.users_id_seq'::text); CREATE TABLE mal.t (id mal.d, m int)"
    ),
}


@pytest.mark.parametrize("setup", STRANGE.values(), ids=STRANGE)
@pytest.mark.slow
def test_neither_moved_nor_clouded(setup: str, pair: Pair, pgseq: Pgseq) -> None:
    pair.run(pair.mal, f"{setup}; INSERT INTO mal.t VALUES (200000000, 1)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        pair.run(pair.mal, "SELECT nextval('vic.users_id_seq')")
    found = sequence(pair, pgseq)
    assert (found["status"], [feed["table"] for feed in found["feeds"]]) == ("ok", ["users"])
    (finding,) = [one for one in found["findings"] if one["code"] == "PGS018"]
    assert "mal.t.id" in finding["message"]
    assert pair.mal.sql in finding["hint"]
    assert "GRANT USAGE ON SEQUENCE vic.users_id_seq TO" in finding["hint"]
    assert pgseq("check", pair.database.dsn).code == 0
    assert pgseq("fix", pair.database.dsn, "--yes").code == 0
    assert pgseq("guard", "trigger", pair.database.dsn, "--yes").code in (0, 1)
    pair.run(pair.mal, "INSERT INTO mal.t VALUES (210000000, 1)")
    assert pair.position() == 2


@pytest.mark.slow
def test_a_lock_of_a_stranger_stops_no_repair(pair: Pair, pgseq: Pgseq) -> None:
    pair.run(pair.mal, STRANGE["text"])
    pair.run(pair.vic, "INSERT INTO vic.users SELECT g, 'x' FROM generate_series(3, 9) g")
    with pair.mal.connect(autocommit=False) as holder:
        holder.execute("LOCK TABLE mal.t IN ACCESS EXCLUSIVE MODE")
        assert pgseq("fix", pair.database.dsn, "--yes").code == 0
    assert pair.position() == 9


@pytest.mark.parametrize(
    "grant",
    [
        "GRANT USAGE ON SCHEMA vic TO {role}; GRANT USAGE ON SEQUENCE vic.users_id_seq TO {role}",
        "GRANT USAGE ON SCHEMA vic TO {role}; GRANT UPDATE ON SEQUENCE vic.users_id_seq TO PUBLIC",
        "GRANT {vic} TO {role}",
    ],
    ids=["usage", "public", "member"],
)
@pytest.mark.slow
def test_who_may_draw_counts(grant: str, pair: Pair, pgseq: Pgseq) -> None:
    pair.mal.granted(grant.replace("{vic}", pair.vic.sql))
    pair.run(pair.mal, f"{STRANGE['text']}; INSERT INTO mal.t VALUES (4, 1)")
    found = sequence(pair, pgseq)
    assert (found["status"], found["furthest"]) == ("out_of_sync", 4)
    pair.run(pair.mal, "ALTER TABLE mal.t ALTER id SET DEFAULT nextval('vic.users_id_seq'::regclass)")
    assert sequence(pair, pgseq)["furthest"] == 4


@pytest.mark.slow
def test_a_default_that_holds_the_sequence_itself_needs_no_schema(pair: Pair, pgseq: Pgseq) -> None:
    """nextval() of a regclass looks up no name: the INSERT of the owner works without USAGE on the schema."""
    pair.mal.granted("GRANT USAGE ON SCHEMA vic TO {role}; GRANT USAGE ON SEQUENCE vic.users_id_seq TO {role}")
    pair.run(pair.mal, "CREATE TABLE mal.t (id int DEFAULT nextval('vic.users_id_seq'::regclass), m int)")
    pair.mal.granted("REVOKE USAGE ON SCHEMA vic FROM {role}")
    pair.run(pair.mal, "INSERT INTO mal.t (m) VALUES (1); INSERT INTO mal.t VALUES (6, 1)")
    assert sequence(pair, pgseq)["furthest"] == 6


def test_an_owner_who_revoked_from_himself(pair: Pair, pgseq: Pgseq) -> None:
    """He can grant it to himself again, and others who may draw insert meanwhile."""
    pair.run(pair.vic, f"REVOKE ALL ON SEQUENCE vic.users_id_seq FROM {pair.vic.sql}")
    pair.run(pair.vic, "INSERT INTO vic.users VALUES (5, 'x')")
    assert sequence(pair, pgseq)["status"] == "out_of_sync"


@pytest.mark.slow
def test_declared_counts(pair: Pair, pgseq: Pgseq, tmp_path: Any) -> None:
    pair.run(pair.mal, f"{STRANGE['text']}; INSERT INTO mal.t VALUES (7, 1)")
    (tmp_path / "pgseq.toml").write_text(
        'feeds = [{ sequence = "vic.users_id_seq", column = "mal.t.id" }]\n', encoding="utf-8"
    )
    found = sequence(pair, pgseq)
    assert (found["status"], found["furthest"]) == ("out_of_sync", 7)


@pytest.mark.slow
def test_no_owner_stalls_the_writers_of_another(pair: Pair, pgseq: Pgseq) -> None:
    """One sequence feeds tables of two owners, each of whom may draw; one holds a lock on his table."""
    pair.mal.granted("GRANT USAGE ON SCHEMA vic TO {role}; GRANT USAGE ON SEQUENCE vic.users_id_seq TO {role}")
    pair.run(pair.mal, STRANGE["text"])
    pair.run(pair.vic, "INSERT INTO vic.users SELECT g, 'x' FROM generate_series(3, 9) g")
    stalled: list[psycopg.Error] = []
    stop = threading.Event()

    def write() -> None:
        with pair.vic.connect() as connection:
            connection.execute("SET lock_timeout = '1s'")
            number = 1000
            while not stop.is_set():
                number += 1
                try:
                    connection.execute("UPDATE vic.users SET n = %s WHERE id = 1", (str(number),))
                except psycopg.errors.LockNotAvailable as error:
                    stalled.append(error)

    writer = threading.Thread(target=write)
    with pair.mal.connect(autocommit=False) as holder:
        holder.execute("LOCK TABLE mal.t IN ROW EXCLUSIVE MODE")
        writer.start()
        done = pgseq("fix", pair.database.dsn, "--yes")
        stop.set()
        writer.join()
    assert done.code == 1
    assert "mal.t is locked by pid" in done.out
    # Two seconds, three times over, while the step waited for mal.t with vic.users locked.
    assert stalled == []
    assert pgseq("fix", pair.database.dsn, "--yes").code == 0
    assert pair.position() == 9


@pytest.mark.slow
def test_the_plan_says_for_which_tables_nobody_waits(pair: Pair, pgseq: Pgseq) -> None:
    pair.mal.granted("GRANT USAGE ON SCHEMA vic TO {role}; GRANT USAGE ON SEQUENCE vic.users_id_seq TO {role}")
    pair.run(pair.mal, STRANGE["text"])
    pair.run(pair.vic, "INSERT INTO vic.users VALUES (3, 'x')")
    out = pgseq("fix", pair.database.dsn, "--dry-run", "-v").out
    assert "-- lock: SHARE ROW EXCLUSIVE on vic.users, and without waiting on mal.t of other owners" in out
    assert "LOCK TABLE mal.t IN SHARE ROW EXCLUSIVE MODE NOWAIT;" in out
