"""pgseq's plugin in pytest runs of their own."""

from __future__ import annotations

import pytest

from tests.support.database import Database, Server, fresh_database
from tests.support.pytest_runs import Project

USERS = """
    CREATE TABLE users (id serial PRIMARY KEY, name text);
    INSERT INTO users (name) VALUES ('Ada');
"""
BEHIND = "INSERT INTO users (id, name) SELECT n, 'fixture' FROM generate_series(2, 9) AS n"
SENTENCE = "the next INSERT fails: public.users_id_seq hands out 2, which is already stored in public.users.id"


@pytest.fixture
def project(pytester: pytest.Pytester, database: Database, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose fixture `connection` holds one to a database with users in sync."""
    database.run(USERS)
    monkeypatch.setenv("APP", database.dsn)
    project = Project(folder=pytester.path, inline=pytester.runpytest_inprocess, variables={"APP": database.dsn})
    project.write("pytest.ini", "[pytest]\naddopts = -q --strict-markers --strict-config\n")
    project.write(
        "conftest.py",
        """
        import os, psycopg, pytest

        @pytest.fixture
        def connection():
            with psycopg.connect(os.environ["APP"]) as connection:
                yield connection
        """,
    )
    return project


def leave_behind(project: Project) -> None:
    """A test that passes and leaves the users' sequence behind."""
    project.write("test_left.py", f"def test_left(connection):\n    connection.execute({BEHIND!r})\n")


def test_a_run_that_leaves_a_sequence_behind_fails_and_says_what_to_do(project: Project, database: Database) -> None:
    leave_behind(project)
    assert project.run().code == 0
    database.run("DELETE FROM users WHERE id > 1")
    done = project.run(f"--pgseq={database.dsn}")
    assert done.code == 1
    assert "1 passed" in done.out
    section = done.out.partition(" sequences left out of sync ")[2]
    assert "✗ public.users.id  next 2  stored up to 9  next insert fails  PGS001" in section
    assert "1 out of sync" in section


def test_a_run_that_leaves_none_says_nothing(project: Project, database: Database) -> None:
    project.write(
        "test_ok.py", 'def test_ok(connection):\n    connection.execute("INSERT INTO users VALUES (DEFAULT)")\n'
    )
    project.write("pytest.ini", f"[pytest]\naddopts = -q --strict-config\npgseq =\n  {database.dsn}\n")
    done = project.run()
    assert (done.code, "sequences left" in done.out) == (0, False)


def test_what_does_not_count_by_the_configuration(project: Project, database: Database) -> None:
    leave_behind(project)
    project.write("conf/pgseq.toml", 'ignore = [{ code = "PGS001", reason = "a read-only copy" }]\n')
    assert project.run(f"--pgseq={database.dsn}", "--pgseq-config=conf/pgseq.toml").code == 0


def test_a_failed_run_stays_failed_and_has_the_section(project: Project, database: Database) -> None:
    leave_behind(project)
    project.write("test_wrong.py", "def test_wrong():\n    assert False\n")
    done = project.run(f"--pgseq={database.dsn}")
    assert done.code == 1
    assert "sequences left out of sync" in done.out


def test_usage_errors_and_collection_look_at_nothing(project: Project, database: Database) -> None:
    database.run(BEHIND)
    leave_behind(project)
    for arguments, code in ((["--collect-only"], 0), (["nowhere.py"], 4), (["-k", "nothing"], 5)):
        done = project.run(f"--pgseq={database.dsn}", *arguments)
        assert (done.code, "sequences left" in done.out) == (code, False)


def test_a_database_that_cannot_be_looked_at_fails_the_run(project: Project, server: Server) -> None:
    project.write("test_ok.py", "def test_ok():\n    pass\n")
    done = project.run(f"--pgseq={server.dsn('dropped_long_ago')}")
    assert done.code == 1
    assert 'database "dropped_long_ago" does not exist' in done.out


@pytest.mark.slow
def test_the_databases_of_xdist_workers(project: Project, server: Server) -> None:
    with fresh_database(server) as base:
        names = [f"{base.name}_gw0", f"{base.name}_gw1"]
        for name in names:
            server.admin(f'CREATE DATABASE "{name}"')
        project.inline, project.variables["BASE"] = None, base.dsn
        project.write(
            "test_workers.py",
            """
            import os, psycopg, pytest

            @pytest.mark.parametrize("number", range(4))
            def test_one(number, worker_id):
                dsn = psycopg.conninfo.conninfo_to_dict(os.environ["BASE"])
                dsn["dbname"] += "_" + worker_id
                with psycopg.connect(**dsn) as connection:
                    connection.execute("CREATE TABLE IF NOT EXISTS users (id serial PRIMARY KEY, name text)")
                    if worker_id == "gw1":
                        connection.execute("INSERT INTO users VALUES (1) ON CONFLICT DO NOTHING")
            """,
        )
        done = project.run("-n2", "--dist=each", f"--pgseq={base.dsn}")
        for name in names:
            server.admin(f'DROP DATABASE "{name}"')
    assert done.code == 1
    section = done.out.partition(" sequences left out of sync ")[2]
    assert section.count("PGS001") == 1
    assert names[1] in section
    assert names[0] not in section


@pytest.mark.parametrize("workers", [(), pytest.param(("-n1",), marks=pytest.mark.slow)], ids=["alone", "xdist"])
def test_a_fixture_is_looked_at_before_it_is_torn_down(project: Project, workers: tuple[str, ...]) -> None:
    """As those of pytest-postgresql, testcontainers and the like, whose database is gone afterwards."""
    project.inline = None if workers else project.inline
    project.write(
        "conftest.py",
        """
        import os, psycopg, pytest

        @pytest.fixture
        def db():
            with psycopg.connect(os.environ["APP"]) as connection:
                yield connection
                connection.rollback()
                connection.execute("DROP TABLE users")

        @pytest.fixture
        def broken():
            with psycopg.connect(os.environ["APP"]) as broken:
                yield broken
        """,
    )
    project.write(
        "test_db.py",
        f"""
        import psycopg, pytest

        def test_left(db):
            db.execute({BEHIND!r})

        def test_failed_transaction(broken):
            with pytest.raises(psycopg.Error):
                broken.execute("SELECT 1 / 0")
        """,
    )
    done = project.run("--pgseq=fixture:db", "--pgseq=fixture:broken", *workers)
    assert done.code == 1
    section = done.out.partition(" sequences left out of sync ")[2]
    assert "db of test_db.py::test_left:" in section
    assert section.count("PGS001") == 1
    assert "could not look" not in section
    assert "looked at nothing" not in done.out


@pytest.mark.parametrize(("target", "name"), [("fixture:engine", "engine"), ("django", "django_db_setup")])
def test_a_fixture_that_no_test_has_used(project: Project, target: str, name: str) -> None:
    project.write("test_ok.py", "def test_ok():\n    pass\n")
    done = project.run(f"--pgseq={target}")
    assert done.code == 0
    assert f"pgseq looked at nothing of the fixture {name}: no test has used it" in done.out


def test_the_fixture(project: Project) -> None:
    project.write(
        "test_fixture.py",
        f"""
        def test_uncommitted(connection, pgseq_check):
            pgseq_check(connection)
            connection.execute({BEHIND!r})
            pgseq_check(connection, ignore="PGS001")
            pgseq_check(connection)
            raise SystemExit("not reached")
        """,
    )
    done = project.run()
    assert done.code == 1
    assert f"AssertionError: {SENTENCE}" in done.out
    assert "-t public.users" in done.out


def test_the_marker(project: Project, database: Database) -> None:
    project.write(
        "test_marker.py",
        f"""
        import pytest

        INSERT = "INSERT INTO users (name) VALUES ('new')"

        @pytest.fixture
        def rows(connection):
            connection.execute({BEHIND!r})

        @pytest.mark.pgseq("fix")
        def test_fixed(rows, connection):
            connection.execute(INSERT)
            connection.rollback()

        @pytest.mark.pgseq("fix", using="connection", table="users")
        class TestClass:
            def test_named(self, rows, request):
                request.getfixturevalue("connection").execute(INSERT)
                request.getfixturevalue("connection").rollback()

        @pytest.mark.pgseq("check")
        def test_in_sync(connection):
            connection.execute(INSERT)
            connection.rollback()

        @pytest.mark.pgseq("check")
        def test_checked(connection):
            connection.execute("INSERT INTO users VALUES (100)")
            connection.rollback()
            connection.execute("INSERT INTO users VALUES (101)")

        @pytest.mark.pgseq("chekc")
        def test_wrong_word(connection):
            pass

        @pytest.mark.pgseq("check")
        def test_nothing_held():
            pass
        """,
    )
    done = project.run()
    assert "3 failed, 3 passed" in done.out
    assert "public.users_id_seq hands out 101, which is already stored in public.users.id" in done.out
    assert '@pytest.mark.pgseq takes "fix", "check" or both' in done.out
    assert "pgseq does not know which database" in done.out


@pytest.mark.slow
def test_nothing_of_pgseq_is_imported_by_a_run_that_does_not_use_it(project: Project) -> None:
    project.inline = None
    project.write(
        "test_imports.py",
        """
        import sys

        def test_imports():
            ours = sorted(name for name in sys.modules if name.startswith("pgseq"))
            assert ours == ["pgseq", "pgseq.contrib", "pgseq.contrib.pytest", "pgseq.version"]
            assert not {"psycopg", "click", "rich_click"} & set(sys.modules)
        """,
    )
    project.write("conftest.py", "")
    assert project.run().code == 0
