"""The script of --sql in psql: what it says, its exit code, and which database it is for."""

from __future__ import annotations

from pathlib import Path

from tests.support.clients import psql
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.roles import new_role

BEHIND = """
    CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users VALUES (1), (2);
    CREATE TABLE "it's" (id serial PRIMARY KEY); INSERT INTO "it's" VALUES (7);
"""


def test_each_result_is_named(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(BEHIND)
    file = tmp_path / "fix.sql"
    pgseq("fix", database.dsn, "--sql", file)
    done = psql(database.dsn, "-f", file)
    assert (done.code, done.err) == (0, "")
    assert sorted(done.out.split("\n")) == [
        "",
        'public."it\'s_id_seq": moved from 1 to 7',
        "public.users_id_seq: moved from 1 to 2",
    ]
    assert psql(database.dsn, "-f", file).out.count("in sync already") == 2
    assert database.value("SELECT nextval('users_id_seq')") == 3


def test_another_database_is_refused(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(BEHIND)
    file = tmp_path / "fix.sql"
    pgseq("fix", database.dsn, "--sql", file)
    done = psql(database.server.dsn("postgres"), "-f", file)
    assert (done.code, done.out) == (3, "")
    assert f"this script is for database {database.name}, not for this one" in done.err


def test_what_is_not_moved_ends_psql_with_an_error(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(BEHIND)
    file = tmp_path / "fix.sql"
    pgseq("fix", database.dsn, "--sql", file)
    database.run("INSERT INTO users VALUES (2000000000)")
    done = psql(database.dsn, "-f", file)
    assert done.code == 3
    assert "public.users_id_seq was not moved past 2000000000" in done.err
    assert 'public."it\'s_id_seq": moved from 1 to 7' in done.out
    assert "public.users_id_seq: not done" in done.out


def test_one_line_for_each_sequence_without_privileges(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(BEHIND)
    file = tmp_path / "fix.sql"
    pgseq("fix", database.dsn, "--sql", file)
    file.chmod(0o644)
    with new_role(database) as role:
        done = psql(role.dsn, "-f", file)
    assert done.code == 3
    assert len([line for line in done.err.splitlines() if "ERROR" in line]) == 3
    assert sorted(done.out.splitlines()) == ['public."it\'s_id_seq": not done', "public.users_id_seq: not done"]


def test_guards(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE TABLE users (id serial PRIMARY KEY)")
    file, back = tmp_path / "guard.sql", tmp_path / "back.sql"
    pgseq("guard", "identity", database.dsn, "--sql", file, "--undo-file", back)
    assert psql(database.server.dsn("postgres"), "-f", file).code == 3
    done = psql(database.dsn, "-f", file)
    assert (done.code, done.err, done.out.endswith(": done\n")) == (0, "", True)
    assert psql(database.server.dsn("postgres"), "-f", back).code == 3
    assert psql(database.dsn, "-f", back).code == 0
    assert database.value("SELECT count(*) FROM pg_attribute WHERE attidentity <> '' AND attnum > 0") == 0
