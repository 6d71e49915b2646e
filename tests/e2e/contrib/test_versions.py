"""pgseq.contrib in environments of their own: the oldest and the newest releases, and what only stands there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.contrib.test_pytest import BEHIND, SENTENCE, USERS
from tests.support.alembic_tree import Tree
from tests.support.binaries import ROOT
from tests.support.commandline import Pgseq, environment
from tests.support.database import Database, Server
from tests.support.drivers import Driver
from tests.support.environments import NEWEST, OLDEST, python
from tests.support.pytest_runs import Project

pytestmark = pytest.mark.slow

VERSIONS: Final = pytest.mark.parametrize("requirements", [OLDEST, NEWEST], ids=["oldest", "newest"])


@VERSIONS
def test_pytest(requirements: tuple[str, ...], tmp_path: Path, database: Database) -> None:
    database.run(USERS)
    project = Project(folder=tmp_path, python=python(requirements), variables={"APP": database.dsn})
    project.write("pytest.ini", "[pytest]\naddopts = -q --strict-markers --strict-config\n")
    project.write(
        "test_app.py",
        f"""
        import os, psycopg, pytest

        @pytest.fixture
        def connection():
            with psycopg.connect(os.environ["APP"]) as connection:
                yield connection

        @pytest.fixture
        def rows(connection):
            connection.execute({BEHIND!r})

        @pytest.mark.pgseq("fix")
        def test_fixed(rows, connection):
            connection.execute("INSERT INTO users (name) VALUES ('new')")
            connection.execute("DELETE FROM users")

        @pytest.mark.pgseq("check")
        def test_checked(connection):
            connection.execute("INSERT INTO users VALUES (100)")

        def test_fixture(connection, pgseq_check):
            connection.execute("DELETE FROM users")
            pgseq_check(connection)
            connection.execute("INSERT INTO users VALUES (200)")
            connection.commit()
        """,
    )
    done = project.run(f"--pgseq={database.dsn}", "--pgseq=fixture:connection")
    assert done.code == 1
    assert "1 failed, 2 passed" in done.out
    section = done.out.partition(" sequences left out of sync ")[2]
    assert "✗ public.users.id" in section
    assert "connection of test_app.py::test_fixture" in section


@VERSIONS
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_alembic(
    requirements: tuple[str, ...], driver: Driver, tmp_path: Path, database: Database, pgseq: Pgseq
) -> None:
    tree = Tree(folder=tmp_path, dsn=database.dsn, driver=driver)
    tree.revise(
        "aa01",
        "countries",
        'op.create_table("country", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))',
    )
    tree.revise("aa02", "rows", "op.execute(\"INSERT INTO country (id, name) VALUES (1, 'Norway')\")")
    tree.config()
    said = alembic(tmp_path, python(requirements), "upgrade", "head")
    assert "revision aa02 (rows) leaves a sequence behind: the next INSERT fails" in said.stderr
    tree.revise("aa03", "fix", 'op.fix_sequences("country")')
    script = alembic(tmp_path, python(requirements), "upgrade", "head", "--sql").stdout
    assert pgseq("lint", "-", input=script).code == 0
    alembic(tmp_path, python(requirements), "upgrade", "head")
    assert database.value("INSERT INTO country (name) VALUES ('Peru') RETURNING id") == 2


def alembic(folder: Path, interpreter: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run alembic; it has to succeed."""
    done = subprocess.run(
        [interpreter, "-m", "alembic.config", *arguments],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def script(folder: Path, interpreter: str, text: str) -> None:
    """Run a program of Python's; it has to succeed."""
    done = subprocess.run(
        [interpreter, "-c", text], cwd=folder, env=environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@VERSIONS
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_sqlalchemy(requirements: tuple[str, ...], driver: Driver, tmp_path: Path, database: Database) -> None:
    database.run(USERS)
    text = f"""
from sqlalchemy import MetaData, Table, create_engine, insert
from sqlalchemy.orm import Session
from pgseq.contrib.sqlalchemy import fix_after
engine = create_engine({Tree(folder=tmp_path, dsn=database.dsn, driver=driver).address!r})
users = Table("users", MetaData(), autoload_with=engine)
with engine.begin() as connection:
    connection.execute(insert(users), [{{"id": 5, "name": "x"}}])
    fix_after(connection, users)
with Session(engine) as session:
    session.execute(insert(users), [{{"id": 9, "name": "x"}}])
    fix_after(session, users)
    session.commit()
"""
    script(tmp_path, python(requirements), text)
    assert database.value("INSERT INTO users (name) VALUES ('new') RETURNING id") == 10


def test_pandas(tmp_path: Path, database: Database) -> None:
    """The Python of the page: append, and TRUNCATE with append; replace leaves what PGS021 says."""
    page = (ROOT / "docs" / "frameworks" / "pandas.md").read_text("utf-8")
    append, truncate = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    head = f"""
import pandas, pgseq
from sqlalchemy import create_engine
engine = create_engine({Tree(folder=tmp_path, dsn=database.dsn).address!r})
frame = pandas.DataFrame({{"id": [1, 2], "name": ["Ada", "Bob"]}})
"""
    database.run("CREATE TABLE users (id serial PRIMARY KEY, name text)")
    script(tmp_path, python(NEWEST), head + append)
    assert database.value("INSERT INTO users (name) VALUES ('new') RETURNING id") == 3
    script(tmp_path, python(NEWEST), head + append.partition("\n")[0] + "\n" + truncate)
    assert database.value("INSERT INTO users (name) VALUES ('new') RETURNING id") == 4
    replace = """
frame.to_sql("users", engine, if_exists="replace", index=False)
assert [one.key.label for one in pgseq.check(engine).keys] == ["public.users.id"]
"""
    script(tmp_path, python(NEWEST), head + replace)


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_pytest_django(workers: tuple[str, ...], tmp_path: Path, database: Database) -> None:
    """Databases that pytest-django makes, and drops at the end of the run."""
    if database.server.major < 14:
        pytest.skip("this Django works with PostgreSQL 14 and later")
    place = dict(part.split("=") for part in database.dsn.split())
    project = Project(folder=tmp_path, python=python(NEWEST))
    project.write("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = settings\npythonpath = .\naddopts = -q\n")
    project.write(
        "settings.py",
        f"""
        DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "NAME": {place["dbname"]!r},
                     "HOST": {place["host"]!r}, "PORT": {place["port"]!r}, "USER": {place["user"]!r}}}}}
        INSTALLED_APPS = ["shop"]
        DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
        SECRET_KEY = "x"
        """,
    )
    project.write("shop/__init__.py", "")
    project.write("shop/migrations/__init__.py", "")
    project.write(
        "shop/migrations/0001_initial.py",
        """
        from django.db import migrations, models

        class Migration(migrations.Migration):
            operations = [
                migrations.CreateModel("Tag", [("id", models.BigAutoField(primary_key=True)),
                                               ("name", models.TextField())]),
                migrations.RunSQL("INSERT INTO shop_tag (id, name) VALUES (1, 'made by a migration')"),
            ]
        """,
    )
    project.write(
        "shop/models.py",
        """
        from django.db import models

        class Tag(models.Model):
            name = models.TextField()
        """,
    )
    project.write(
        "test_shop.py",
        """
        import pytest
        from django.db import IntegrityError
        from django.test import TestCase
        from shop.models import Tag

        @pytest.mark.django_db
        @pytest.mark.pgseq("check")
        def test_checked():
            assert Tag.objects.count() == 1

        @pytest.mark.django_db
        @pytest.mark.pgseq("check", ignore="PGS001")
        def test_ignored():
            assert Tag.objects.count() == 1
        """,
    )
    done = project.run("--pgseq=django", *workers)
    assert done.code == 1
    assert "1 failed, 1 passed" in done.out
    assert "public.shop_tag_id_seq hands out 1" in done.out
    section = done.out.partition(" sequences left out of sync ")[2]
    assert "django_db_setup of the session" in section
    assert "✗ public.shop_tag.id" in section
    assert "could not look" not in done.out
    project.write("test_shop.py", project.read("test_shop.py").replace('"check"', '"fix"'))
    done = project.run(*workers)
    assert (done.code, "2 passed" in done.out) == (0, True)


def test_pytest_postgresql(tmp_path: Path, server: Server) -> None:
    """A database for each test, which is dropped behind it."""
    place = dict(part.split("=") for part in server.tcp().split())
    project = Project(folder=tmp_path, python=python(NEWEST))
    project.write("pytest.ini", "[pytest]\naddopts = -q\n")
    project.write("users.sql", USERS)
    project.write(
        "conftest.py",
        f"""
        from pathlib import Path
        from pytest_postgresql import factories

        process = factories.postgresql_noproc(host="127.0.0.1", port={place["port"]}, user="postgres",
                                              load=[Path(__file__).with_name("users.sql")])
        postgresql = factories.postgresql("process")
        """,
    )
    project.write(
        "test_db.py",
        f"""
        import pytest

        def test_left(postgresql):
            postgresql.execute({BEHIND!r})

        def test_left_as_well(postgresql):
            postgresql.execute({BEHIND!r})

        @pytest.mark.pgseq("check")
        def test_checked(postgresql):
            postgresql.execute({BEHIND!r})
            postgresql.commit()
        """,
    )
    done = project.run("--pgseq=fixture:postgresql")
    assert done.code == 1
    assert "1 failed, 2 passed" in done.out
    assert SENTENCE in done.out
    section = done.out.partition(" sequences left out of sync ")[2]
    assert "postgresql of test_db.py::test_left" in section
    assert "could not look" not in done.out
