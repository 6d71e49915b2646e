"""Guards whose function several triggers share: taking one away neither fails nor breaks the others."""

from __future__ import annotations

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.guards import only, results, status, with_trigger, without_default
from tests.support.roles import new_role

TRIGGERS = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
FUNCTIONS = "SELECT count(*) FROM pg_proc WHERE pronamespace = to_regnamespace('pgseq')"
PARTITIONS = """
CREATE TABLE p (id serial, k int) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
"""
CHILD = "CREATE TABLE p (id serial, k int); CREATE TABLE p1 () INHERITS (p); CREATE TABLE p2 () INHERITS (p)"


def follows(database: Database, table: str, k: int) -> bool:
    """Whether an explicit id takes the sequence of p along."""
    database.run("SELECT setval('p_id_seq', greatest(10, (SELECT last_value FROM p_id_seq)))")
    database.run(f"INSERT INTO {table} (id, k) SELECT last_value + 5, {k} FROM p_id_seq")
    return bool(database.value(f"SELECT max(id) = (SELECT last_value FROM p_id_seq) FROM {table}"))


@pytest.mark.parametrize(
    ("setup", "parting"),
    [(PARTITIONS, "ALTER TABLE p DETACH PARTITION p1"), (CHILD, "ALTER TABLE p1 NO INHERIT p")],
    ids=["partition", "child"],
)
def test_a_table_that_left_the_tree(setup: str, parting: str, database: Database) -> None:
    database.run(setup)
    with_trigger(database.dsn)
    database.run(parting)
    assert database.value(FUNCTIONS) == 1
    removed = without_default(database.dsn, "p1")
    assert [result for *_, result in results(removed)] == ["done"]
    assert (database.rows(TRIGGERS), database.value(FUNCTIONS)) == ([("p",), ("p2",)], 1)
    assert follows(database, "p", 2)
    assert follows(database, "p2", 2)
    assert not follows(database, "p1", 1)
    change = only(removed).change
    assert change is not None
    assert "the function stays, for public.p, public.p2" in change.effect
    assert "public.p1" in change.lock
    assert "public.p2" not in change.lock
    database.run(change.undo)
    assert follows(database, "p1", 1)
    assert [guard.faults for guard in status(database.dsn).guards] == [()]
    # The other way round.
    assert [result for *_, result in results(without_default(database.dsn, "p"))] == ["done"]
    assert (database.rows(TRIGGERS), database.value(FUNCTIONS)) == ([("p1",)], 1)
    assert follows(database, "p1", 1)
    assert [result for *_, result in results(with_trigger(database.dsn))] == ["done", "unchanged"]
    assert follows(database, "p", 2)
    assert [result for *_, result in results(without_default(database.dsn))] == ["done", "done"]
    assert database.value("SELECT to_regnamespace('pgseq')") is None


def test_the_guard_of_a_child_with_a_sequence_of_its_own_is_another(database: Database) -> None:
    database.run("CREATE TABLE p (id serial); CREATE SEQUENCE c_seq")
    database.run("CREATE TABLE c (id int DEFAULT nextval('c_seq')) INHERITS (p)")
    with_trigger(database.dsn)
    assert [result for *_, result in results(without_default(database.dsn, "p"))] == ["done"]
    assert database.rows(TRIGGERS) == [("c",)]
    # A child that got its sequence after its guard was made.
    database.run("ALTER TABLE c ALTER id SET DEFAULT nextval('p_id_seq')")
    with_trigger(database.dsn)
    assert database.rows(TRIGGERS) == [("c",), ("p",)]
    database.run("ALTER TABLE c ALTER id SET DEFAULT nextval('c_seq')")
    assert [result for *_, result in results(without_default(database.dsn, "p"))] == ["done"]
    assert (database.rows(TRIGGERS), database.value(FUNCTIONS)) == ([], 0)


def test_a_stranger_s_table_keeps_the_function(database: Database, pgseq: Pgseq) -> None:
    """A trigger made by hand on a table that we may not alter: its INSERT goes on, and nothing of ours fails."""
    database.run("CREATE TABLE p (id serial, k int); CREATE TABLE theirs (id int, k int)")
    with new_role(database, "ALTER TABLE p OWNER TO {role}") as owner, new_role(database) as other:
        owner.granted(f"GRANT CREATE ON DATABASE {database.name} TO {{role}}")
        found = with_trigger(owner.dsn, "p")
        assert results(found) == [("trigger", "public.p.id", "done")], only(found).refused
        name = database.value("SELECT oid::regproc::text FROM pg_proc WHERE pronamespace = 'pgseq'::regnamespace")
        database.run(
            "CREATE TRIGGER mine AFTER INSERT ON theirs REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT "
            f"EXECUTE FUNCTION {name}('id', 'public.p_id_seq', '0.1'); ALTER TABLE theirs OWNER TO {other.sql}"
        )
        done = pgseq("guard", "remove", owner.dsn, "--yes", "--format", "json")
        assert done.code == 0, done.out
        (change,) = done.json()["databases"][0]["changes"]
        assert change["result"] == "done"
        assert change["description"] == f"drop the triggers of {name}() on public.p"
        assert (database.rows(TRIGGERS), database.value(FUNCTIONS)) == ([("theirs",)], 1)
        database.run("INSERT INTO theirs VALUES (100, 1)")
        # Nothing of it is ours any more.
        refused = only(without_default(owner.dsn)).refused
        assert refused is not None
        assert refused.reason == "only the owner of public.theirs may drop the triggers of " + name + "() on it"
        assert refused.hint == f"run it as {other.sql}"
        # Its owner takes the trigger away, and the function's the function.
        assert [result for *_, result in results(without_default(other.dsn))] == ["done"]
        assert (database.rows(TRIGGERS), database.value(FUNCTIONS)) == ([], 1)
        assert [result for *_, result in results(without_default(owner.dsn))] == ["done"]
        assert database.value(FUNCTIONS) == 0


def test_a_table_given_away_is_guarded_anew_by_its_new_owner(database: Database) -> None:
    database.run("CREATE TABLE p (id serial, k int)")
    with new_role(database) as owner:
        owner.granted(f"GRANT CREATE ON DATABASE {database.name} TO {{role}}; CREATE SCHEMA pgseq")
        owner.granted("GRANT CREATE, USAGE ON SCHEMA pgseq TO {role}")
        with_trigger(database.dsn)
        database.run(f"ALTER TABLE p OWNER TO {owner.sql}")
        found = with_trigger(owner.dsn)
        assert results(found) == [("trigger", "public.p.id", "done")], only(found).result
        assert follows(database, "p", 1)


def test_one_of_two_tables_that_share_a_sequence(database: Database) -> None:
    """What -t names is guarded and unguarded, and no other table is locked or changed for it."""
    database.run(
        "CREATE SEQUENCE s; CREATE TABLE a (id int DEFAULT nextval('s')); CREATE TABLE b (LIKE a INCLUDING ALL)"
    )
    assert results(with_trigger(database.dsn, "a")) == [("trigger", "public.a.id", "done")]
    assert database.rows(TRIGGERS) == [("a",)]
    assert sorted(results(with_trigger(database.dsn, "s"))) == [
        ("trigger", "public.a.id", "unchanged"),
        ("trigger", "public.b.id", "done"),
    ]
    assert [result for *_, result in results(without_default(database.dsn, "b"))] == ["done"]
    assert database.rows(TRIGGERS) == [("a",)]
    assert [guard.tables for guard in status(database.dsn, "b").guards] == []
    assert [(guard.tables, guard.faults) for guard in status(database.dsn, "a").guards] == [(("public.a",), ())]
    database.run("INSERT INTO a VALUES (40)")
    assert database.value("INSERT INTO b DEFAULT VALUES RETURNING id") == 41
