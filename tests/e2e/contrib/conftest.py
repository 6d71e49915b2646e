"""Projects of Django's, in the environment of development, and in others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.database import Database
from tests.support.django_environments import ENVIRONMENTS, Environment
from tests.support.django_project import KEEP_PSYCOPG2, TABLES, Project, alias


def _environments() -> list[Any]:
    others: list[Environment | None] = [None, *ENVIRONMENTS]
    return [
        pytest.param(
            (environment, driver),
            id=f"django{'' if environment is None else f'-{environment.django}'}-{driver}",
            marks=[] if (environment, driver) == (None, "psycopg") else pytest.mark.slow,
        )
        for environment in others
        for driver in ("psycopg", "psycopg2")
    ]


@pytest.fixture(params=_environments())
def project(request: pytest.FixtureRequest, tmp_path: Path, database: Database) -> Project:
    """A project over an empty database."""
    environment, driver = request.param
    oldest = 14 if environment is None else environment.oldest_server
    if database.server.major < oldest:
        pytest.skip(f"this Django works with PostgreSQL {oldest} and later")
    python = sys.executable if environment is None else environment.python()
    if python is None:
        pytest.skip(f"Django {environment.django} needs a newer Python: name it by NEW_PYTHON")
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
