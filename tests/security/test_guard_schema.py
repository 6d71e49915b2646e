"""Schema pgseq and the functions in it are nobody's who could turn them against others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.clients import pg_dump, psql
from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database
from tests.support.guards import only, results, status, with_trigger, without_default
from tests.support.roles import new_role
from tests.support.strangers import TELLTALE, Strangers, two_strangers

NAME = "SELECT oid::regproc::text FROM pg_proc WHERE pronamespace = 'pgseq'::regnamespace"
OWNER = "SELECT proowner::regrole::text FROM pg_proc WHERE pronamespace = 'pgseq'::regnamespace"


@pytest.fixture
def strangers(database: Database) -> Iterator[Strangers]:
    """vic's table of serial ids, and mal, who may create schemas."""
    with two_strangers(database) as both:
        both.granted(f"GRANT CREATE ON DATABASE {database.name} TO {{mal}}, {{vic}}")
        both.as_vic("CREATE TABLE vic.users (id bigserial PRIMARY KEY, name text)")
        both.as_mal(TELLTALE)
        yield both


@pytest.mark.slow
def test_a_schema_made_beforehand_by_a_stranger(
    database: Database, strangers: Strangers, pgseq: Pgseq, tmp_path: Path
) -> None:
    script = tmp_path / "guard.sql"
    assert pgseq("guard", "trigger", database.dsn, "-t", "vic.users", "--sql", script).code == 1
    strangers.as_mal("CREATE SCHEMA pgseq", "GRANT ALL ON SCHEMA pgseq TO PUBLIC")
    refused = only(with_trigger(database.dsn, "vic.users")).refused
    assert refused is not None
    mal = strangers.mal.sql
    assert refused.reason.startswith(f"schema pgseq belongs to {mal}, who can drop every guard in it")
    assert refused.hint == "ALTER SCHEMA pgseq OWNER TO postgres"
    (planned,) = (
        way["why"]
        for column in pgseq("guard", "plan", database.dsn, "-t", "vic.users", "--format", "json").json()["databases"][
            0
        ]["columns"]
        for way in column["ways"]
        if way["name"] == "trigger"
    )
    assert planned == f"{refused.reason} → {refused.hint}"
    # The script was written before, and is run after.
    done = psql(database.dsn, "-f", script)
    assert f"schema pgseq belongs to {mal}, who can drop every guard in it" in done.err
    assert "HINT:  ALTER SCHEMA pgseq OWNER TO postgres" in done.err
    assert database.value("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal") == 0
    faults = (
        f"{refused.reason}: {refused.hint}",
        "PUBLIC may create objects in schema pgseq: REVOKE CREATE ON SCHEMA pgseq FROM PUBLIC",
    )
    assert (status(database.dsn).exit_code, status(database.dsn).faults) == (1, faults)
    told = pgseq("guard", "status", database.dsn)
    assert told.code == 1
    assert all(fault in " ".join(told.out.split()) for fault in faults)
    document = pgseq("guard", "status", database.dsn, "--format", "json").json()["databases"][0]
    assert document == document | {"schema": {"owner": mal, "faults": list(faults)}, "guards": []}
    database.run(f"{refused.hint}; REVOKE CREATE ON SCHEMA pgseq FROM PUBLIC")
    assert results(with_trigger(database.dsn, "vic.users")) == [("trigger", "vic.users.id", "done")]
    assert (status(database.dsn).exit_code, status(database.dsn).faults) == (0, ())


@pytest.mark.parametrize("holder", ["superuser", "database owner", "current role"])
def test_schemas_of_those_who_are_trusted(holder: str, database: Database, strangers: Strangers) -> None:
    with new_role(database) as owner:
        database.run(f"ALTER DATABASE {database.name} OWNER TO {owner.sql}")
        owners = {"superuser": "postgres", "database owner": owner.sql, "current role": strangers.vic.sql}
        database.run(f"CREATE SCHEMA pgseq AUTHORIZATION {owners[holder]}")
        installer = strangers.vic.dsn if holder == "current role" else database.dsn
        assert results(with_trigger(installer, "vic.users")) == [("trigger", "vic.users.id", "done")]
        assert status(installer, "vic.users").exit_code == 0
        database.run(f"DROP SCHEMA pgseq CASCADE; ALTER DATABASE {database.name} OWNER TO postgres")


def test_a_schema_that_a_guard_s_owner_made_is_told_to_others(database: Database, strangers: Strangers) -> None:
    """It was the current role's when it was made; the next one is told."""
    assert results(with_trigger(strangers.vic.dsn, "vic.users")) == [("trigger", "vic.users.id", "done")]
    vic = strangers.vic.sql
    assert [fault.partition(",")[0] for fault in status(database.dsn).faults] == [f"schema pgseq belongs to {vic}"]
    refused = only(with_trigger(database.dsn, "vic.users")).refused
    assert refused is not None
    database.run(refused.hint)
    assert status(database.dsn).exit_code == 0
    assert only(without_default(database.dsn, "vic.users")).result is not None
    assert database.value("SELECT to_regnamespace('pgseq')") is None


def test_a_function_made_beforehand(database: Database, strangers: Strangers) -> None:
    """Its owner may have granted others to execute it, which CREATE OR REPLACE would keep."""
    assert only(with_trigger(database.dsn, "vic.users")).result is not None
    name = database.value(NAME)
    without_default(database.dsn)
    database.run("CREATE SCHEMA pgseq; GRANT ALL ON SCHEMA pgseq TO PUBLIC")
    with new_role(database) as helper:
        strangers.as_mal(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM mal.told(); END'",
            f"GRANT EXECUTE ON FUNCTION {name}() TO {{mal}}, {helper.sql} WITH GRANT OPTION",
        )
        # Who can drop it does so; who cannot takes another name.
        assert results(with_trigger(strangers.vic.dsn, "vic.users")) == [("trigger", "vic.users.id", "done")]
        assert sorted(owner for (owner,) in database.rows(OWNER)) == sorted([strangers.mal.sql, strangers.vic.sql])
        without_default(strangers.vic.dsn, "vic.users")
        assert results(with_trigger(database.dsn, "vic.users")) == [("trigger", "vic.users.id", "done")]
        assert database.rows(f"{OWNER} AND oid::regproc::text = '{name}'") == [(strangers.vic.sql,)]
        (row,) = database.rows(f"SELECT proacl::text FROM pg_proc WHERE oid = '{name}'::regproc")
        assert helper.name not in row[0]
        assert strangers.mal.name not in row[0]
        strangers.as_vic("INSERT INTO vic.users VALUES (9)")
        database.run("INSERT INTO vic.users VALUES (11)")
        assert strangers.ran == (False, False)
        assert database.value("SELECT last_value FROM vic.users_id_seq") == 11


def test_default_privileges_open_no_function(database: Database, strangers: Strangers) -> None:
    with new_role(database) as reader:
        database.run(f"ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO {reader.sql}")
        assert only(with_trigger(database.dsn, "vic.users")).result is not None
        assert status(database.dsn).exit_code == 0
        name = database.value(NAME)
        assert database.value(f"SELECT has_function_privilege('{reader.name}', '{name}()', 'EXECUTE')") is False
        # Removed and put back, too.
        change = only(without_default(database.dsn)).change
        assert change is not None
        database.run(change.undo)
        assert database.value(f"SELECT has_function_privilege('{reader.name}', '{name}()', 'EXECUTE')") is False
        assert status(database.dsn).exit_code == 0
        database.run(f"ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM {reader.sql}")


@pytest.mark.slow
def test_restored_without_privileges(database: Database, strangers: Strangers, pgseq: Pgseq) -> None:
    assert only(with_trigger(database.dsn, "vic.users")).result is not None
    dump = pg_dump(database.dsn, "--no-privileges", "--schema=pgseq", "--schema=vic")
    with fresh_database(database.server) as restored:
        psql(restored.dsn, "-q", input=dump)
        name, vic = restored.value(NAME), strangers.vic.sql
        fault = (
            f"PUBLIC may execute the function, and so tie it to tables whose code then runs as {vic}: "
            f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC"
        )
        (guard,) = pgseq("guard", "status", restored.dsn, "--format", "json").json()["databases"][0]["guards"]
        assert (guard["intact"], guard["faults"]) == (False, [fault])
        assert pgseq("guard", "status", restored.dsn).code == 1
        # It is so: whoever may enter the schema does it.
        restored.run("GRANT USAGE ON SCHEMA pgseq TO PUBLIC")
        with psycopg.connect(f"{restored.dsn} user='{strangers.mal.name}'", autocommit=True) as mal:
            mal.execute("CREATE TEMP TABLE mine (id int)")
            tied = (
                f"AFTER INSERT ON mine REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
            mal.execute(f"CREATE TRIGGER x {tied}".encode())
            mal.execute("DROP TABLE mine")
            assert results(with_trigger(restored.dsn)) == [("trigger", "vic.users.id", "done")]
            assert status(restored.dsn).exit_code == 0
            mal.execute("CREATE TEMP TABLE mine (id int)")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                mal.execute(f"CREATE TRIGGER x {tied}".encode())
        restored.run("DROP SCHEMA vic, pgseq CASCADE")


def test_others_who_may_create_in_it(database: Database, strangers: Strangers) -> None:
    assert only(with_trigger(database.dsn, "vic.users")).result is not None
    database.run(f"GRANT CREATE ON SCHEMA pgseq TO {strangers.mal.sql}, postgres")
    mal = strangers.mal.sql
    fault = f"{mal} may create objects in schema pgseq: REVOKE CREATE ON SCHEMA pgseq FROM {mal}"
    found = status(database.dsn)
    assert (found.exit_code, found.faults, [one.faults for one in found.guards]) == (1, (fault,), [()])
    database.run(fault.partition(": ")[2])
    assert status(database.dsn).exit_code == 0


@pytest.mark.slow
def test_hostile_names_of_roles(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """Owners, grantees and functions whose names would end a quoted string, a script's line or a terminal's."""
    hostile = """x'"; \\! touch /tmp/no $pgseq$ {:owner} %s \x1b[31m\n-- """
    quoted = '"' + hostile.replace('"', '""') + '"'
    database.run(f"CREATE ROLE {quoted}")
    try:
        database.run(f"CREATE SCHEMA {quoted} AUTHORIZATION {quoted}; CREATE TABLE {quoted}.{quoted} (id serial)")
        database.run(f"ALTER TABLE {quoted}.{quoted} OWNER TO {quoted}")
        script, back = tmp_path / "guard.sql", tmp_path / "back.sql"
        assert pgseq("guard", "trigger", database.dsn, "--sql", script, "--undo-file", back).code == 1
        assert "ERROR" not in psql(database.dsn, "-f", script).err
        assert status(database.dsn).exit_code == 0
        assert database.value(OWNER.replace("proowner::regrole::text", "pg_get_userbyid(proowner)::text")) == hostile
        name = database.value(NAME)
        database.run(
            f"GRANT EXECUTE ON FUNCTION {name}() TO {quoted}, PUBLIC; GRANT CREATE ON SCHEMA pgseq TO {quoted}"
        )
        told = pgseq("guard", "status", database.dsn)
        assert told.code == 1
        assert "\x1b" not in told.out + told.err
        assert results(with_trigger(database.dsn))[0][2] == "done"
        lone = f'pgseq."advance_{hostile[:20].replace(chr(34), "")}"'
        database.run(f"CREATE FUNCTION {lone}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN END$$")
        (lonely,) = [one for one in without_default(database.dsn).items if '"' in one.label]
        assert lonely.change is not None
        assert lonely.result is not None
        assert lonely.result.status == "done"
        database.run(lonely.change.undo)
        assert {result for *_, result in results(without_default(database.dsn))} == {"done"}
    finally:
        database.run(f"DROP OWNED BY {quoted} CASCADE; DROP ROLE {quoted}")
