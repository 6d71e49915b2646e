"""A guard lends nobody the privileges of somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pgseq.commands.guard.model import GuardItem
from pgseq.model.changes import ItemResult
from tests.support.clients import pg_dump, psql
from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database
from tests.support.guards import only, owned, results, status, to_identity, with_trigger
from tests.support.roles import new_role
from tests.support.strangers import TELLTALE, Strangers, two_strangers
from tests.support.subscriber import wait_for
from tests.support.waiting import WAITER, released_to_a_waiter

pytestmark = pytest.mark.slow

#: mal's column gets a type of mal's, with a cast that runs a function of mal's.
CAST = (
    "CREATE TYPE mal.mood AS ENUM ('9')",
    "CREATE FUNCTION mal.from_mood(mal.mood) RETURNS bigint LANGUAGE sql AS 'SELECT mal.told()'",
    "CREATE CAST (mal.mood AS bigint) WITH FUNCTION mal.from_mood(mal.mood) AS ASSIGNMENT",
)
RETYPED = (
    "ALTER TABLE {table} ALTER id DROP DEFAULT",
    "ALTER TABLE {table} ALTER id TYPE mal.mood USING '9'::mal.mood",
    "INSERT INTO {table} (id) VALUES ('9')",
)


@pytest.fixture
def strangers(database: Database) -> Iterator[Strangers]:
    """vic's table of serial ids, and mal's means."""
    with two_strangers(database) as both:
        both.as_vic("CREATE TABLE vic.users (id bigserial PRIMARY KEY, name text)")
        both.as_mal(TELLTALE, *CAST)
        yield both


def of(label: str, database: Database) -> GuardItem:
    """What `guard trigger` of the whole database plans or does for one column."""
    (item,) = (item for item in with_trigger(database.dsn).items if item.label == label)
    return item


def test_a_stranger_s_table_is_refused(database: Database, strangers: Strangers, pgseq: Pgseq) -> None:
    strangers.as_mal("CREATE TABLE mal.t (id int DEFAULT nextval('vic.users_id_seq'::text))")
    done = pgseq("guard", "trigger", database.dsn, "--yes")
    assert database.rows("SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal") == [("vic.users",)]
    mal, vic = strangers.mal.sql, strangers.vic.sql
    grants = f"GRANT USAGE ON SCHEMA vic TO {mal}; GRANT SELECT, UPDATE ON SEQUENCE vic.users_id_seq TO {mal}"
    # Where it counts as fed at all.
    for refused in (item.refused for item in with_trigger(database.dsn).items if item.label == "mal.t.id"):
        assert done.code == 1
        assert refused is not None
        assert refused.reason == f"{mal}, who owns mal.t, may not move vic.users_id_seq of {vic}"
        assert refused.hint == f"if whoever inserts there shall move it: {grants}"
    strangers.as_mal("INSERT INTO mal.t VALUES (90000)")
    assert database.value("SELECT is_called FROM vic.users_id_seq") is False
    database.run(f"DELETE FROM mal.t; {grants}")
    assert of("mal.t.id", database).result is not None
    strangers.as_mal("INSERT INTO mal.t VALUES (100)")
    assert database.value("SELECT last_value FROM vic.users_id_seq") == 100


@pytest.mark.parametrize("granted", ["USAGE", "SELECT", "USAGE, SELECT", "UPDATE"])
def test_less_than_setval_needs_is_refused(granted: str, database: Database, strangers: Strangers) -> None:
    strangers.granted(
        f"GRANT USAGE ON SCHEMA vic TO {{mal}}; GRANT {granted} ON SEQUENCE vic.users_id_seq TO {{mal}};"
        "CREATE TABLE mal.t (id int DEFAULT nextval('vic.users_id_seq')); ALTER TABLE mal.t OWNER TO {mal}"
    )
    if "mal.t.id" not in {item.label for item in with_trigger(database.dsn).items}:
        return  # it does not count as fed
    refused = of("mal.t.id", database).refused
    assert refused is not None
    assert refused.hint.endswith(f"GRANT SELECT, UPDATE ON SEQUENCE vic.users_id_seq TO {strangers.mal.sql}")


def test_the_function_is_the_table_owner_s(database: Database, strangers: Strangers) -> None:
    """Who decides on the types of the columns decides what runs when rows are looked at: it runs as nobody else."""
    strangers.granted(
        "GRANT USAGE ON SCHEMA vic TO {mal}; GRANT SELECT, UPDATE ON SEQUENCE vic.users_id_seq TO {mal};"
        "CREATE TABLE mal.t (id int DEFAULT nextval('vic.users_id_seq')); ALTER TABLE mal.t OWNER TO {mal}"
    )
    assert of("mal.t.id", database).refused is None
    question = (
        "SELECT tgrelid::regclass::text, proowner::regrole::text FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid"
        " WHERE NOT tgisinternal"
    )
    owners = dict(database.rows(question))
    assert owners == {"mal.t": strangers.mal.sql, "vic.users": strangers.vic.sql}
    strangers.as_mal(*(text.format(table="mal.t") for text in RETYPED))
    assert strangers.ran == (True, False)
    # vic, and superusers, are not taken further than an INSERT into a table of mal's takes them anyway.
    database.run("DROP TABLE mal.t CASCADE")


def test_a_sequence_of_a_superuser_s(database: Database, strangers: Strangers) -> None:
    database.run("CREATE SEQUENCE public.ids; GRANT ALL ON SEQUENCE public.ids TO PUBLIC")
    strangers.as_mal("CREATE TABLE mal.t (id bigint DEFAULT nextval('public.ids'))")
    assert of("mal.t.id", database).result is not None
    strangers.as_mal("INSERT INTO mal.t VALUES (7)")
    assert database.value("SELECT last_value FROM public.ids") == 7
    strangers.as_mal(*(text.format(table="mal.t") for text in RETYPED))
    assert strangers.ran == (True, False)


def test_a_sequence_of_a_stranger_s(database: Database, strangers: Strangers) -> None:
    """mal owns a sequence that feeds vic's table: nothing of mal's runs when vic or a superuser inserts there."""
    strangers.as_mal("CREATE SEQUENCE mal.ids", "GRANT ALL ON SEQUENCE mal.ids TO PUBLIC")
    strangers.as_vic("CREATE TABLE vic.o (id bigint PRIMARY KEY DEFAULT nextval('mal.ids'), name text)")
    assert of("vic.o.id", database).result is not None
    database.run(f"GRANT USAGE, CREATE ON SCHEMA pgseq TO {strangers.mal.sql}")
    (name,) = [one.name for one in status(database.dsn).guards if one.tables == ("vic.o",)]
    attempts = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM mal.told(); END'",
        f"ALTER FUNCTION {name}() SECURITY INVOKER",
        f"DROP FUNCTION {name}() CASCADE",
        "CREATE TABLE mal.mine (id int); CREATE TRIGGER x AFTER INSERT ON mal.mine REFERENCING NEW TABLE AS inserted"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    )
    for attempt in attempts:
        with pytest.raises(Exception, match=r"must be owner|permission denied"):
            strangers.as_mal(attempt)
    # The sequence's name may become a view's.
    strangers.as_mal(
        "ALTER SEQUENCE mal.ids RENAME TO other",
        "CREATE VIEW mal.ids AS SELECT mal.told() AS last_value, true AS is_called",
        "GRANT ALL ON mal.ids TO PUBLIC",
    )
    strangers.as_vic("INSERT INTO vic.o VALUES (50000)")
    database.run("INSERT INTO vic.o VALUES (60000)")
    assert strangers.ran == (False, False)
    assert database.value("SELECT count(*) FROM vic.o") == 2


VIEW = "CREATE VIEW mal.ids AS SELECT mal.told() AS last_value, true AS is_called; GRANT ALL ON mal.ids TO PUBLIC"


@pytest.mark.parametrize(
    "swapped",
    [
        f"ALTER SEQUENCE mal.ids RENAME TO other; {VIEW}",
        f"DROP SEQUENCE mal.ids; {VIEW}",
        "DROP SEQUENCE mal.ids",
        "DROP SEQUENCE mal.ids; CREATE SEQUENCE mal.ids INCREMENT 2",
        "DROP SEQUENCE mal.ids; CREATE TABLE mal.ids (last_value bigint, is_called bool)",
        "REVOKE ALL ON SEQUENCE mal.ids FROM PUBLIC; ALTER SEQUENCE mal.ids MAXVALUE 10",
    ],
)
def test_what_comes_in_the_sequence_s_place_during_the_insert(
    swapped: str, database: Database, strangers: Strangers
) -> None:
    """The INSERT waits for the sequence's lock, and then looks its name up again: no view is read, the row stays."""
    strangers.as_mal("CREATE SEQUENCE mal.ids", "GRANT ALL ON SEQUENCE mal.ids TO PUBLIC")
    strangers.as_vic("CREATE TABLE vic.o (id bigint PRIMARY KEY DEFAULT nextval('mal.ids'::text), name text)")
    assert of("vic.o.id", database).result is not None
    with closing(strangers.mal.connect(autocommit=False)) as swap:
        swap.execute(swapped.encode())
        with released_to_a_waiter(database, swap.commit):
            strangers.as_vic("INSERT INTO vic.o VALUES (50000)")
    assert strangers.ran == (False, False)
    assert database.value("SELECT count(*) FROM vic.o") == 1


@pytest.mark.parametrize("kind", ["PARTITION OF vic.p FOR VALUES IN (1)", "() INHERITS (vic.p)"])
def test_a_part_of_a_tree_that_is_a_stranger_s(kind: str, database: Database, strangers: Strangers) -> None:
    partitioned = " PARTITION BY LIST (k)" if kind.startswith("PARTITION") else ""
    strangers.as_vic(f"CREATE TABLE vic.p (id bigserial, k int){partitioned}")
    database.run(f"CREATE TABLE mal.part {kind}; ALTER TABLE mal.part OWNER TO {strangers.mal.sql}")
    refused = of("vic.p.id", database).refused
    assert refused is not None
    mal, vic = strangers.mal.sql, strangers.vic.sql
    assert refused.reason == f"mal.part, part of vic.p, belongs to {mal}, and vic.p to {vic}"
    assert database.value("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'mal.part'::regclass") == 0
    database.run(refused.hint)
    assert of("vic.p.id", database).refused is None


def test_an_owner_who_has_revoked_from_himself(database: Database, strangers: Strangers) -> None:
    strangers.as_vic("REVOKE ALL ON SEQUENCE vic.users_id_seq FROM {vic}")
    items = [item for item in with_trigger(database.dsn).items if item.label == "vic.users.id"]
    for item in items:
        assert item.refused is not None
        assert item.refused.hint.endswith(f"GRANT SELECT, UPDATE ON SEQUENCE vic.users_id_seq TO {strangers.vic.sql}")
    database.run(f"GRANT SELECT, UPDATE ON SEQUENCE vic.users_id_seq TO {strangers.vic.sql}")
    assert of("vic.users.id", database).result is not None
    strangers.as_vic("INSERT INTO vic.users VALUES (77, 'x')")
    assert database.value("SELECT last_value FROM vic.users_id_seq") == 77


def test_a_sequence_in_a_schema_that_its_table_s_owner_may_not_use(database: Database, strangers: Strangers) -> None:
    database.run("CREATE SCHEMA closed; CREATE SEQUENCE closed.ids")
    strangers.granted(
        "GRANT ALL ON SEQUENCE closed.ids TO {vic};"
        "CREATE TABLE vic.o (id bigint DEFAULT nextval('closed.ids')); ALTER TABLE vic.o OWNER TO {vic}"
    )
    for item in with_trigger(database.dsn, "vic.o").items:
        assert item.refused is not None
        assert item.refused.hint.endswith(f"GRANT USAGE ON SCHEMA closed TO {strangers.vic.sql}")
    database.run(f"GRANT USAGE ON SCHEMA closed TO {strangers.vic.sql}")
    assert of("vic.o.id", database).result is not None
    # Later they are taken away: the guard says so, and lets rows in.
    database.run(f"REVOKE USAGE ON SCHEMA closed FROM {strangers.vic.sql}; INSERT INTO vic.o VALUES (9)")
    assert database.value("SELECT count(*) FROM vic.o") == 1


def test_a_table_given_away_after_its_guard(database: Database, strangers: Strangers) -> None:
    """The function stays its former owner's; status says so, and `guard trigger` makes it the new one's."""
    database.run("CREATE TABLE public.t (id bigserial); ")
    assert of("public.t.id", database).result is not None
    database.run(f"ALTER TABLE public.t OWNER TO {strangers.mal.sql}")
    (guard,) = [one for one in status(database.dsn).guards if one.tables == ("public.t",)]
    assert guard.faults == (
        f"the function belongs to postgres, public.t to {strangers.mal.sql}: code of either may run with the "
        "privileges of the other, or of who inserts",
    )
    database.run(f"GRANT USAGE ON SCHEMA public TO {strangers.mal.sql}")
    assert of("public.t.id", database).result is not None
    assert status(database.dsn).exit_code == 0
    strangers.as_mal(*(text.format(table="public.t") for text in RETYPED))
    assert strangers.ran == (True, False)


def test_restored_without_owners(database: Database, strangers: Strangers) -> None:
    assert of("vic.users.id", database).result is not None
    dump = pg_dump(database.dsn, "--no-owner", "--schema=pgseq", "--schema=vic")
    with fresh_database(database.server) as restored:
        psql(restored.dsn, "-q", input=dump)
        assert status(restored.dsn).exit_code == 0
        restored.run(f"ALTER TABLE vic.users OWNER TO {strangers.vic.sql}")
        (guard,) = status(restored.dsn).guards
        assert guard.faults[0].startswith("the function belongs to postgres, vic.users to ")
        restored.run("DROP SCHEMA vic, pgseq CASCADE")


def test_another_s_table_under_the_name_when_the_script_runs(
    database: Database, strangers: Strangers, pgseq: Pgseq, tmp_path: Path
) -> None:
    """mal owns the schema, drops vic's table from it, and makes one of the same name."""
    strangers.granted("CREATE TABLE mal.t (id bigserial); ALTER TABLE mal.t OWNER TO {vic}")
    script = tmp_path / "guard.sql"
    pgseq("guard", "trigger", database.dsn, "-t", "mal.t", "--sql", script)
    strangers.as_mal("DROP TABLE mal.t", "CREATE TABLE mal.t (id bigserial)")
    done = psql(database.dsn, "-f", script)
    assert "another kind of relation, or one of another owner, has this name since this was planned" in done.err
    assert database.value("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal") == 0


@pytest.mark.parametrize("command", ["identity", "trigger"])
def test_a_view_that_comes_in_the_table_s_place_during_the_wait(
    command: str, database: Database, strangers: Strangers, pgseq: Pgseq, tmp_path: Path
) -> None:
    """The owner holds the table until the script waits, and puts a view there whose function tells as whom it ran."""
    strangers.as_mal("CREATE TABLE mal.t (id serial PRIMARY KEY)")
    script = tmp_path / "guard.sql"
    assert pgseq("guard", command, database.dsn, "-t", "mal.t", "--sql", script).code == 1
    with closing(strangers.mal.connect(autocommit=False)) as swap:
        swap.execute("LOCK TABLE mal.t IN ACCESS EXCLUSIVE MODE")
        swap.execute("ALTER TABLE mal.t RENAME TO t_old")
        swap.execute("CREATE VIEW mal.t AS SELECT mal.told()::int AS id")
        swap.execute("ALTER VIEW mal.t ALTER id SET DEFAULT nextval('mal.t_id_seq'::regclass)")
        with released_to_a_waiter(database, swap.commit):
            done = psql(database.dsn, "-f", script)
    assert strangers.ran == (False, False)
    assert "mal.t" in done.err
    assert (
        database.value(
            "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgfoid::regproc::text LIKE 'pgseq.%'"
        )
        == 0
    )


def test_a_lock_on_a_stranger_s_table_holds_up_nobody_else(database: Database, strangers: Strangers) -> None:
    """mal.t draws from vic's sequence by its default, which an identity made of it has to set aside."""
    strangers.granted("GRANT USAGE ON SCHEMA vic TO {mal}; GRANT USAGE ON SEQUENCE vic.users_id_seq TO {mal}")
    strangers.as_mal("CREATE TABLE mal.t (id bigint DEFAULT nextval('vic.users_id_seq'::regclass))")
    with closing(strangers.mal.connect(autocommit=False)) as holder:
        holder.execute("LOCK TABLE mal.t IN ACCESS SHARE MODE")
        (done,) = (item.result for item in to_identity(database.dsn).items if item.label == "vic.users.id")
        assert done is not None
        assert done.status == "failed"
        assert done.reason.endswith("a table of another owner that draws from it, too")
        holder.rollback()
    (done,) = (item.result for item in to_identity(database.dsn).items if item.label == "vic.users.id")
    assert done == ItemResult(status="done")
    strangers.as_mal("INSERT INTO mal.t DEFAULT VALUES")
    assert database.value("INSERT INTO vic.users (name) VALUES ('x') RETURNING id") == 2


def test_a_stranger_gets_no_dependency_on_a_sequence(database: Database, strangers: Strangers) -> None:
    """By which its owner could not drop it any more."""
    strangers.as_mal("CREATE TABLE mal.t (id bigint DEFAULT nextval('vic.users_id_seq'::text))")
    for item in owned(database.dsn).items:
        assert item.label != "mal.t.id" or item.refused is not None
    strangers.as_vic("DROP TABLE vic.users")


def test_a_member_of_a_group_that_owns_all(database: Database) -> None:
    """Members install for the group; what is lent is the group's."""
    with new_role(database) as group, new_role(database) as member:
        member.granted(f"GRANT {group.sql} TO {{role}}; GRANT CREATE ON DATABASE {database.name} TO {{role}}")
        group.granted(
            "CREATE TABLE g (id serial); ALTER TABLE g OWNER TO {role}; GRANT USAGE ON SCHEMA public TO {role}"
        )
        assert results(with_trigger(member.dsn)) == [("trigger", "public.g.id", "done")]
        assert only(with_trigger(member.dsn)).remark == "has its guard trigger already"
        assert status(member.dsn).exit_code == 0
        wait_for(database, f"SELECT NOT ({WAITER.strip().removeprefix('SELECT')})")
