"""The examples of docs/frameworks that are Python, run inside of what they are about."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from tests.support.alembic_tree import Tree
from tests.support.binaries import ROOT
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.drivers import engine
from tests.support.pytest_runs import Project

FOLDER: Final = ROOT / "docs" / "frameworks"
USERS: Final = "CREATE TABLE users (id serial PRIMARY KEY, name text)"


def blocks(page: str) -> list[str]:
    """The Python of a page."""
    text = (FOLDER / page).read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_pytest(pytester: pytest.Pytester, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database.run(USERS)
    monkeypatch.setenv("APP", database.dsn)
    project = Project(folder=pytester.path, inline=pytester.runpytest_inprocess)
    project.write("pytest.ini", "[pytest]\naddopts = -q --strict-markers\n")
    project.write(
        "conftest.py",
        """
        import os, psycopg, pytest

        @pytest.fixture
        def connection():
            with psycopg.connect(os.environ["APP"]) as connection:
                yield connection
                connection.rollback()
        """,
    )
    project.write("test_page.py", "\n".join(blocks("pytest.md")))
    assert "3 passed" in project.run().out


def test_sqlalchemy(database: Database) -> None:
    class Base(DeclarativeBase):
        """The models of the page."""

    class User(Base):
        """A table of the page."""

        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]

    names: dict[str, Any] = {"engine": engine(database.dsn, "psycopg"), "insert": sa.insert}
    Base.metadata.create_all(names["engine"])
    for block in blocks("sqlalchemy.md"):
        exec(block, names | {"User": User, "Session": Session} | _fix_after())
    assert database.value("INSERT INTO users (name) VALUES ('new') RETURNING id") == 9


def _fix_after() -> dict[str, Any]:
    from pgseq.contrib.sqlalchemy import fix_after

    return {"fix_after": fix_after}


def test_alembic(database: Database, tmp_path: Path, pgseq: Pgseq) -> None:
    configured, upgrade = blocks("alembic.md")
    tree = Tree(folder=tmp_path, dsn=database.dsn)
    assert tree.imports in configured
    assert tree.configured in configured
    make = """
        global country
        country = op.create_table("country", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
    """
    body = upgrade.partition(":\n")[2]
    tree.revise("aa01", "countries", dedent(make) + dedent(body))
    script = tree.script()
    assert pgseq("lint", "-", input=script).code == 0
    without = re.sub(r"DO \$pgseq\$.*END \$pgseq\$;", "", script, flags=re.DOTALL)
    done = pgseq("lint", "-", input=without)
    assert done.code == 1
    page = (FOLDER / "alembic.md").read_text("utf-8")
    said = re.search(r"error: explicit ids.*", done.out)
    assert said
    assert said[0] in page
    tree.upgrade()
    assert database.value("INSERT INTO country (name) VALUES ('Chad') RETURNING id") == 3
