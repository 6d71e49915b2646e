"""docs/frameworks/django.md: its blocks are files of a project, which work as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.database import Database
from tests.support.django_environments import ENVIRONMENTS
from tests.support.django_project import KEEP_PSYCOPG2, Project

_PAGE = (Path(__file__).parents[3] / "docs" / "frameworks" / "django.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"```python\n# (\S+)\n(.*?)```", _PAGE, re.DOTALL)


@pytest.mark.slow
def test_the_blocks_of_the_page_work(project: Project, database: Database) -> None:
    settings = [text for name, text in _BLOCKS if name == "settings.py"]
    assert len(settings) == 3
    runner = 'TEST_RUNNER = "shop.runner.Runner"'
    Project(
        folder=project.folder,
        databases=project.databases,
        settings=f"INSTALLED_APPS.pop()\n{settings[0]}{settings[2]}{project.settings}{runner}",
        python=project.python,
    ).write()
    project.first_migration()
    for name, text in _BLOCKS:
        if name.startswith("shop/"):
            (project.folder / name).write_text(text, encoding="utf-8")
    migrated = project.manage("migrate")
    assert (migrated.code, migrated.err) == (0, ""), migrated
    assert database.value("INSERT INTO shop_tag (name) VALUES ('y') RETURNING id") == 8
    tested = project.manage("test", "--noinput")
    assert tested.code in (0, 5), tested


def test_the_page_names_what_is_tested() -> None:
    for environment in ENVIRONMENTS:
        assert environment.django in _PAGE
    settings = next(text for name, text in _BLOCKS if 'sys.modules["psycopg"] = None' in text)
    assert [line.partition("  #")[0] for line in settings.splitlines() if line] == KEEP_PSYCOPG2.splitlines()
