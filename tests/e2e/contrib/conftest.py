"""Projects of Django's, in the environment of development, and in those of `make contrib`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.database import Database
from tests.support.django_environments import ENVIRONMENTS
from tests.support.django_project import KEEP_PSYCOPG2, TABLES, Project, alias


def _environments() -> list[Any]:
    others = {f"django-{one.django}": (str(one.python), one.oldest_server) for one in ENVIRONMENTS}
    every = {"django": (sys.executable, 14)} | others
    return [
        pytest.param(
            (python, oldest, driver),
            id=f"{name}-{driver}",
            marks=[] if (name, driver) == ("django", "psycopg") else pytest.mark.slow,
        )
        for name, (python, oldest) in every.items()
        for driver in ("psycopg", "psycopg2")
    ]


@pytest.fixture(params=_environments())
def project(request: pytest.FixtureRequest, tmp_path: Path, database: Database) -> Project:
    """A project over an empty database."""
    python, oldest, driver = request.param
    if database.server.major < oldest:
        pytest.skip(f"this Django works with PostgreSQL {oldest} and later")
    if not Path(python).exists():
        pytest.skip("make contrib makes it, where there is a Python for it")
    settings = KEEP_PSYCOPG2 if driver == "psycopg2" else ""
    return Project(
        folder=tmp_path, databases={"default": alias(database.dsn)}, settings=settings, python=python
    ).write()


@pytest.fixture
def behind(project: Project, database: Database) -> Project:
    """A project whose tables hold what their sequences have not given."""
    database.run(TABLES)
    database.run(
        """INSERT INTO shop_tag SELECT i, 'x' FROM generate_series(1, 7) AS i; INSERT INTO "Legacy Order" VALUES (5)"""
    )
    return project
