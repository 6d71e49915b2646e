"""Guard triggers where it is less simple: trees with several sequences, several roles, what others have made."""

from __future__ import annotations

from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.guards import only, results, status, with_trigger, without_default
from tests.support.roles import new_role

USERS = "CREATE TABLE users (id serial PRIMARY KEY, name text)"
NEXT = "INSERT INTO users (name) VALUES ('y') RETURNING id"
TRIGGERS = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"


def test_a_child_with_a_sequence_of_its_own_keeps_its_guard(database: Database) -> None:
    database.run("CREATE TABLE p (id serial); CREATE SEQUENCE c_seq")
    database.run("CREATE TABLE c (id int DEFAULT nextval('c_seq')) INHERITS (p)")
    assert results(with_trigger(database.dsn, "c")) == [("trigger", "public.c.id", "done")]
    assert results(with_trigger(database.dsn, "p")) == [("trigger", "public.p.id", "done")]
    assert database.rows(TRIGGERS) == [("c",), ("p",)]
    assert {result for *_, result in results(with_trigger(database.dsn))} == {"unchanged"}
    database.run("INSERT INTO c VALUES (50); INSERT INTO p VALUES (70)")
    assert database.value("INSERT INTO c DEFAULT VALUES RETURNING id") == 51
    assert database.value("INSERT INTO p DEFAULT VALUES RETURNING id") == 71
    assert [one.faults for one in status(database.dsn).guards] == [(), ()]


def test_a_guard_follows_its_sequence_s_new_name(database: Database) -> None:
    database.run(USERS)
    with_trigger(database.dsn)
    database.run("ALTER SEQUENCE users_id_seq RENAME TO user_no")
    assert results(with_trigger(database.dsn)) == [("trigger", "public.users.id", "done")]
    assert database.rows(TRIGGERS) == [("users",)]
    assert status(database.dsn).exit_code == 0


def test_a_share_of_many_digits_is_kept(database: Database, pgseq: Pgseq) -> None:
    database.run(USERS)
    assert pgseq("guard", "trigger", database.dsn, "--yes", "--max-jump", "33.333333%").code == 0
    assert status(database.dsn).exit_code == 0
    assert only(with_trigger(database.dsn, max_jump=33.333333 / 100)).remark == "has its guard trigger already"


def test_a_trigger_made_by_hand_with_a_guard_s_function(database: Database) -> None:
    database.run(f"{USERS}; CREATE TABLE other (id int)")
    with_trigger(database.dsn)
    name = database.value("SELECT oid::regproc::text FROM pg_proc WHERE pronamespace = 'pgseq'::regnamespace")
    made = "AFTER INSERT ON {0} REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION {1}({2})"
    for table, given in (("other", ""), ("users", "'id', 'users_id_seq', 'much'")):
        database.run(f"CREATE TRIGGER by_hand {made.format(table, name, given)}")
    (guard,) = status(database.dsn).guards
    assert sorted(guard.faults) == [
        f"by_hand on public.{table} does not say which column it guards, as those of pgseq do: made by hand"
        for table in ("other", "users")
    ]
    database.run("DROP TRIGGER by_hand ON users; DROP TRIGGER by_hand ON other")
    assert status(database.dsn).exit_code == 0
    database.run("DROP TABLE users")
    database.run(f"CREATE TRIGGER by_hand {made.format('other', name, '')}")
    assert status(database.dsn).exit_code == 1


def test_a_member_of_the_owner_s_role(database: Database) -> None:
    """The function is given to the owner, who gets no right on the schema by it that lasts."""
    database.run(USERS)
    with new_role(database, "ALTER TABLE users OWNER TO {role}") as owner, new_role(database) as member:
        member.granted(f"GRANT {owner.sql} TO {{role}}; GRANT CREATE ON DATABASE {database.name} TO {{role}}")
        found = with_trigger(member.dsn)
        assert results(found) == [("trigger", "public.users.id", "done")], only(found).result
        belongs = "SELECT proowner::regrole::text FROM pg_proc WHERE pronamespace = 'pgseq'::regnamespace"
        assert database.value(belongs) == owner.sql
        may = f"SELECT has_schema_privilege('{owner.name}', 'pgseq', 'CREATE')"
        assert database.value(may) is False
        database.run("INSERT INTO users VALUES (30, 'x')")
        assert database.value(NEXT) == 31
        removed = without_default(member.dsn)
        assert results(removed)[0][2] == "done"
        change = only(removed).change
        assert change is not None
        with member.connect() as connection:
            connection.execute(change.undo.encode())
        assert (database.value(belongs), database.value(may)) == (owner.sql, False)


def test_a_schema_that_the_owner_may_not_be_given_a_function_in(database: Database) -> None:
    """It belongs to somebody else: the right that lacks is named before anything is done, and given makes it go on."""
    database.run(f"{USERS}; CREATE SCHEMA pgseq")
    with new_role(database, "ALTER TABLE users OWNER TO {role}") as owner, new_role(database) as member:
        member.granted(f"GRANT {owner.sql} TO {{role}}; GRANT CREATE, USAGE ON SCHEMA pgseq TO {{role}}")
        refused = only(with_trigger(member.dsn)).refused
        assert refused is not None
        assert refused.hint == f"GRANT CREATE ON SCHEMA pgseq TO {owner.sql}"
        database.run(refused.hint)
        assert results(with_trigger(member.dsn)) == [("trigger", "public.users.id", "done")]
        without_default(member.dsn)
