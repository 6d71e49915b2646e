"""The script of --sql in psql: what it says, its exit code, and which database it is for."""

from __future__ import annotations

from pathlib import Path

from pgseq.names import literal
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
    assert f"this script belongs to database {database.name}, not to this one" in done.err


def test_what_is_not_moved_ends_psql_with_an_error(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(BEHIND)
    file = tmp_path / "fix.sql"
    pgseq("fix", database.dsn, "--sql", file)
    database.run("INSERT INTO users VALUES (2000000000)")
    done = psql(database.dsn, "-f", file)
    assert done.code == 3
    assert [line for line in done.err.splitlines() if "ERROR" in line] == [
        f"psql:{file}:{len(file.read_text('utf-8').splitlines()) - 1}: "
        "ERROR:  pgseq: not everything was done, see above"
    ]
    assert sorted(done.out.splitlines()) == [
        'public."it\'s_id_seq": moved from 1 to 7',
        "public.users_id_seq: not moved past 2000000000: no room, or too many values given up",
    ]


def test_a_sequence_that_was_altered_is_said_to_be(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(BEHIND)
    file = tmp_path / "fix.sql"
    pgseq("fix", database.dsn, "--sql", file)
    database.run('ALTER SEQUENCE "it\'s_id_seq" CACHE 5')
    done = psql(database.dsn, "-f", file)
    assert done.code == 3
    assert 'public."it\'s_id_seq": not moved: its definition has changed\n' in done.out
    assert "public.users_id_seq: moved from 1 to 2\n" in done.out


def test_a_line_is_printed_by_every_psql(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """Until psql 14 the last result of a query sent at once is the only one that is shown."""
    name = "it's :pgseq_left `id` \\\\ \"q"
    quoted = '"' + name.replace('"', '""') + '"'
    database.run(f"CREATE TABLE t (id serial); INSERT INTO t VALUES (7); ALTER SEQUENCE t_id_seq RENAME TO {quoted}")
    file = tmp_path / "fix.sql"
    pgseq("fix", database.dsn, "--sql", file)
    for options in ((), ("-v", "SHOW_ALL_RESULTS=off")):
        database.run(f"SELECT setval({literal(quoted)}, 1)")
        done = psql(database.dsn, *options, "-f", file)
        assert (done.code, done.err, done.out) == (0, "", f"public.{quoted}: moved from 1 to 7\n")


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
