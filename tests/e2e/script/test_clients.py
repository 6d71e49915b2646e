"""The scripts in different clients, sessions and roles."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from pgseq.commands.script.compose import Mode, script
from tests.e2e.script.running import run, statements
from tests.support.binaries import client as program
from tests.support.clients import psql
from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database
from tests.support.roles import new_role
from tests.support.standby import catch_up, standby

ROOT: Final = Path(__file__).parents[3]
MODES: Final[tuple[Mode, ...]] = ("check", "fix", "query")
BEHIND: Final = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 10)"
NAME: Final = "public.t_id_seq"


def next_value(database: Database) -> Any:
    return database.value("SELECT nextval('t_id_seq')")


def undo(name: str) -> str:
    """What takes the move of `BEHIND` back, in the database of that name."""
    return f"SELECT setval('{NAME}', 1, false) WHERE pg_catalog.current_database() = '{name}'"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.sampled(3)
def test_file_in_the_repository_is_what_the_command_writes(mode: Mode, pgseq: Pgseq, tmp_path: Path) -> None:
    options = [] if mode == "check" else [f"--{mode}"]
    text = (ROOT / "sql" / f"{mode}_sequences.sql").read_text("utf-8")
    assert pgseq("script", *options).out == text
    assert pgseq("script", *options, "-o", tmp_path / "file.sql").code == 0
    assert (tmp_path / "file.sql").read_text("utf-8") == text


@pytest.mark.parametrize("mode", MODES)
def test_file_is_readable_pure_sql(mode: Mode) -> None:
    lines = script(mode).splitlines()
    assert len(lines) <= 300
    assert [line for line in lines if len(line) > 120 or line != line.rstrip()] == []
    assert not [line for line in lines if line.lstrip().startswith("\\")]


@pytest.mark.parametrize("major", [15, 18])
def test_psql_runs_the_files(database: Database, major: int) -> None:
    if not Path(program("psql", major)).exists():
        pytest.skip(f"psql of {major} is not installed")
    database.run(BEHIND)
    options = ("-v", "ON_ERROR_STOP=1", "-At", "-f")
    checked = psql(database.dsn, *options, ROOT / "sql" / "check_sequences.sql", major=major)
    assert (checked.code, checked.err) == (0, "")
    assert f"{NAME}|public.t.id|1|10|0|out_of_sync||" in checked.out
    moved = psql(database.dsn, *options, ROOT / "sql" / "fix_sequences.sql", major=major)
    assert (moved.code, moved.err) == (0, "")
    assert moved.out.splitlines()[-1] == f"{NAME}|public.t.id|moved|1|10|11||{undo(database.name)}"
    assert next_value(database) == 11


@pytest.mark.parametrize("prepared", [None, False, True], ids=["all at once", "simple", "extended"])
@pytest.mark.parametrize("autocommit", [True, False], ids=["autocommit", "one transaction"])
def test_psycopg(database: Database, prepared: bool | None, autocommit: bool) -> None:
    database.run(BEHIND)
    with database.connect(autocommit=autocommit) as client:
        assert run(client, "check", prepared=prepared)[NAME]["status"] == "out_of_sync"
        assert run(client, "fix", prepared=prepared)[NAME]["result"] == "moved"
        assert run(client, "fix", prepared=prepared)[NAME]["result"] == "unchanged"
        assert client.execute("SHOW search_path").fetchone() == ('"$user", public',)
        # No lock on the table is left, not even inside of the client's transaction.
        database.run("SET lock_timeout = 100; LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        client.rollback()
    assert next_value(database) == 11


def test_fix_column_can_be_run_by_itself_and_only_once(database: Database) -> None:
    database.run(
        BEHIND + '; CREATE SCHEMA "$fix$"; CREATE TABLE "$fix$"."it\'s" (id serial PRIMARY KEY);'
        'INSERT INTO "$fix$"."it\'s" VALUES (1), (2)'
    )
    with database.connect() as client:
        for row in run(client, "check").values():
            client.execute(row["fix"].encode())
            client.execute(row["fix"].encode())
        assert {row["status"] for row in run(client, "check").values()} == {"ok"}
    assert next_value(database) == 11


def test_client_that_wraps_each_statement_in_a_transaction(database: Database) -> None:
    database.run(BEHIND + "; CREATE TABLE u (id serial PRIMARY KEY); INSERT INTO u VALUES (1)")
    with database.connect(autocommit=False) as client:
        for statement in statements("fix"):
            cursor = client.execute(statement.encode())
            rows = cursor.fetchall() if cursor.description else []
            client.commit()
    assert [row[2] for row in rows] == ["moved", "moved"]


def test_fix_column_that_has_nothing_to_move_says_so(database: Database) -> None:
    database.run(BEHIND)
    with database.connect() as client:
        fix = run(client, "check")[NAME]["fix"].encode()
        told: list[str | None] = []
        client.add_notice_handler(lambda notice: told.append(notice.message_primary))
        client.execute(fix)
        assert told == []
        client.execute(fix)
        database.run("INSERT INTO t VALUES (50); ALTER SEQUENCE t_id_seq INCREMENT 2")
        client.execute(fix)
    assert told == ["not moved: look again"] * 2
    assert next_value(database) == 12


def test_undo_takes_a_move_back_in_the_database_that_it_was_made_in(database: Database) -> None:
    database.run(BEHIND)
    with database.connect() as client:
        taken_back = run(client, "fix")[NAME]["undo"]
    assert taken_back == undo(database.name)
    with fresh_database(database.server) as other:
        other.run(BEHIND + "; SELECT setval('t_id_seq', 10)")
        other.run(taken_back)
        assert next_value(other) == 11
    database.run(taken_back)
    assert next_value(database) == 1


@pytest.mark.parametrize("mode", ["check", "fix"])
def test_nothing_is_left_behind(database: Database, mode: Mode) -> None:
    database.run(BEHIND)
    with database.connect() as client:
        run(client, mode)
        assert client.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't'").fetchone() == (0,)
        assert client.execute("SELECT current_setting('pgseq.rows')").fetchone() == ("",)


def test_read_only_session_looks_and_says_why_it_does_not_move(database: Database) -> None:
    database.run(BEHIND)
    with database.connect(options="-c default_transaction_read_only=on") as client:
        assert run(client, "check")[NAME]["status"] == "out_of_sync"
        row = run(client, "fix")[NAME]
    assert (row["result"], row["reason"]) == ("skipped", "the transaction is read-only")
    assert next_value(database) == 1


def test_standby_looks_and_says_why_it_does_not_move(database: Database) -> None:
    database.run(BEHIND)
    with standby(database.server) as replica:
        catch_up(database.server, replica)
        with psycopg.connect(replica.dsn(database.name), autocommit=True) as client:
            assert run(client, "check")[NAME]["status"] == "out_of_sync"
            assert run(client, "fix")[NAME]["reason"] == "this is a standby: run it on the primary"


def test_repeatable_read_transaction_is_not_trusted_to_see_all_rows(database: Database) -> None:
    database.run(BEHIND)
    with database.connect(options="-c default_transaction_isolation=repeatable\\ read") as client:
        assert run(client, "fix")[NAME]["reason"] == "the transaction is not READ COMMITTED"


def test_role_with_few_privileges_is_told_the_missing_ones(database: Database) -> None:
    database.run(BEHIND)
    with new_role(database) as role, role.connect() as client:
        row = run(client, "check")[NAME]
        assert row["status"] == "unknown"
        assert "GRANT SELECT ON SEQUENCE public.t_id_seq is missing" in row["reason"]
        assert "GRANT SELECT ON public.t is missing" in row["reason"]
        role.granted(
            "GRANT USAGE ON SEQUENCE t_id_seq TO {role}; GRANT SELECT ON t TO {role}; SELECT nextval('t_id_seq')"
        )
        row = run(client, "check")[NAME]
        assert (row["status"], row["next_value"], row["stored_up_to"]) == ("out_of_sync", 2, 10)
        assert "GRANT UPDATE ON public.t is missing" in row["reason"]
        assert "GRANT UPDATE ON SEQUENCE public.t_id_seq is missing" in row["reason"]
        role.granted("GRANT UPDATE ON SEQUENCE t_id_seq TO {role}; GRANT UPDATE ON t TO {role}")
        assert run(client, "fix")[NAME]["result"] == "moved"
    assert next_value(database) == 11


def test_row_level_security_is_unknown(database: Database) -> None:
    database.run(BEHIND + "; ALTER TABLE t ENABLE ROW LEVEL SECURITY")
    script_ = "GRANT SELECT ON t, t_id_seq TO {role}"
    with new_role(database, script_) as role, role.connect() as client:
        row = run(client, "check")[NAME]
    assert row["status"] == "unknown"
    assert "row-level security hides rows" in row["reason"]


def test_code_of_the_owner_is_not_run(database: Database) -> None:
    """An index predicate of a stranger would be evaluated by the planner, as the superuser."""
    with new_role(database, "CREATE SCHEMA theirs AUTHORIZATION {role}") as role:
        with role.connect() as owner:
            owner.execute(
                "CREATE TABLE theirs.t (id serial PRIMARY KEY); INSERT INTO theirs.t SELECT generate_series(1, 10);"
                "CREATE FUNCTION theirs.f(int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS"
                " 'BEGIN IF current_user = ''postgres'' THEN RAISE EXCEPTION ''ran''; END IF; RETURN true; END';"
                "CREATE TABLE theirs.plain (id serial PRIMARY KEY); INSERT INTO theirs.plain VALUES (1), (2);"
                "CREATE INDEX ON theirs.t (id) WHERE theirs.f(1)"
            )
        with database.connect() as client:
            rows = run(client, "check")
    assert rows["theirs.t_id_seq"]["status"] == "unknown"
    assert "has changed meanwhile" in rows["theirs.t_id_seq"]["reason"]
    assert rows["theirs.plain_id_seq"]["status"] == "out_of_sync"


@pytest.mark.parametrize("mode", ["check", "fix"])
def test_functions_of_the_search_path_are_not_called(database: Database, mode: Mode) -> None:
    """Each fits its call better than the server's own does, whose arguments are of any type."""
    names = {
        "jsonb_object_agg_step(jsonb, text, text)": "jsonb",
        "format(text, text, text)": "text",
        "format(text, name, name)": "text",
        "array_position(text[], text)": "int",
        "cardinality(jsonb[])": "int",
        "jsonb_build_object(text, text)": "jsonb",
    }
    for signature, answer in names.items():
        database.run(
            f"CREATE FUNCTION public.{signature} RETURNS {answer} LANGUAGE plpgsql AS"
            " 'BEGIN RAISE EXCEPTION ''a function of others ran''; END'"
        )
    database.run(
        "CREATE AGGREGATE public.jsonb_object_agg(text, text) (sfunc = public.jsonb_object_agg_step, stype = jsonb);"
        + BEHIND
    )
    with database.connect() as client:
        row = run(client, mode)[NAME]
    assert row["reason"] is None
    assert row["status" if mode == "check" else "result"] == ("out_of_sync" if mode == "check" else "moved")


def test_busy_table_does_not_stop_the_others(database: Database) -> None:
    database.run(BEHIND + "; CREATE TABLE u (id serial PRIMARY KEY); INSERT INTO u VALUES (1)")
    with database.connect(autocommit=False) as other, database.connect() as client:
        other.execute("LOCK TABLE t IN ROW EXCLUSIVE MODE")
        rows = run(client, "fix")
    assert rows[NAME]["result"] == "failed"
    assert rows["public.u_id_seq"]["result"] == "moved"


def test_fix_locks_only_what_it_moves(database: Database) -> None:
    database.run(BEHIND + "; SELECT setval('t_id_seq', 10)")
    with database.connect(autocommit=False) as other, database.connect() as client:
        other.execute("LOCK TABLE t IN ROW EXCLUSIVE MODE")
        assert run(client, "fix")[NAME]["result"] == "unchanged"


@pytest.mark.parametrize("mode", ["check", "fix"])
def test_settings_of_the_session_are_as_before(database: Database, mode: Mode) -> None:
    """Also inside of a transaction of the client's, where SET LOCAL would last."""
    settings = "SELECT name, setting FROM pg_settings WHERE strpos(name, '.') = 0 ORDER BY name"
    database.run(BEHIND)
    with database.connect(autocommit=False) as client:
        client.execute("SET lock_timeout = 77; SET search_path = public, pg_catalog; SET quote_all_identifiers = on")
        before = client.execute(settings.encode()).fetchall()
        rows = run(client, mode)
        assert client.execute(settings.encode()).fetchall() == before
    assert list(rows) == [NAME]


def test_query_lists_statements_that_tell_the_same(database: Database) -> None:
    database.run(BEHIND)
    with database.connect() as client:
        (row,) = client.execute(script("query").encode()).fetchall()
        answer = client.execute(row[-1].encode()).fetchone()
    assert row[:2] == (NAME, "public.t.id")
    assert answer is not None
    assert answer == (1, False, 0, 10)


@pytest.mark.parametrize("mode", ["check", "fix"])
def test_without_its_first_statement_it_does_nothing(database: Database, mode: Mode) -> None:
    database.run(BEHIND)
    with database.connect() as client, pytest.raises(psycopg.errors.UndefinedObject, match=r"pgseq\.transaction"):
        client.execute(statements(mode)[1].encode())
    assert next_value(database) == 1


def test_guard_of_the_query_ends_with_an_error_where_a_table_was_exchanged(database: Database) -> None:
    owned = "CREATE SCHEMA theirs AUTHORIZATION {role}; SET ROLE {role};"
    owned += "CREATE TABLE theirs.t (id serial PRIMARY KEY); INSERT INTO theirs.t VALUES (1); RESET ROLE"
    with new_role(database, owned), database.connect() as client:
        ((_, _, _, _, _, _, _, guard, look),) = client.execute(script("query").encode()).fetchall()
        client.execute(guard.encode())
        assert client.execute(look.encode()).fetchone() == (1, False, 0, 1)
        database.run("ALTER TABLE theirs.t RENAME TO old; CREATE TABLE theirs.t (id int)")
        with pytest.raises(psycopg.errors.RaiseException) as error:
            client.execute(guard.encode())
    assert error.value.diag.message_primary == "theirs.t has changed meanwhile"
    assert error.value.diag.message_hint == "Run it again."
