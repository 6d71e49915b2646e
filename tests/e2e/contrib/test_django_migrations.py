"""FixSequences and fix_sequences() in migrations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.database import Database
from tests.support.django_project import Project

_HEAD = """\
from pgseq.contrib.django import FixSequences, fix_sequences


def load(apps, schema_editor):
    Tag, Article = apps.get_model("shop.Tag"), apps.get_model("shop.Article")
    Tag.objects.bulk_create([Tag(id=number, name="x") for number in range(1, 8)])
    Article.objects.create(id=3, title="x")
    fix_sequences(Article, using=schema_editor.connection.alias)
    Article.objects.create(title="y")
"""
_LOAD = "migrations.RunPython(load, migrations.RunPython.noop)"


def _migrated(project: Project, operations: str, *words: str) -> str:
    project.first_migration()
    project.migration("0002_tags", "0001_initial", operations, _HEAD)
    migrated = project.manage("migrate", *words)
    assert (migrated.code, migrated.err) == (0, ""), migrated
    return migrated.out


@pytest.mark.slow
@pytest.mark.parametrize(
    "operation", ["FixSequences('Tag')", "FixSequences(['shop.Tag', 'Article'])", "FixSequences()"]
)
def test_the_operation_moves_what_operations_before_it_stored(
    project: Project, database: Database, operation: str
) -> None:
    out = _migrated(project, f"{_LOAD}, {operation}")
    assert "pgseq:" not in out
    assert database.value("INSERT INTO shop_tag (name) VALUES ('y') RETURNING id") == 8
    assert database.value("INSERT INTO shop_article (title) VALUES ('y') RETURNING id") == 5
    back = project.manage("migrate", "shop", "0001")
    assert back.code == 0
    assert database.value("SELECT last_value FROM shop_tag_id_seq") == 8


@pytest.mark.slow
def test_sqlmigrate_shows_a_statement_that_does_the_same(project: Project, database: Database) -> None:
    _migrated(project, "FixSequences('Tag')", "shop", "0001")
    shown = project.manage("sqlmigrate", "shop", "0002")
    assert shown.code == 0
    assert shown.out.startswith("BEGIN;\n--\n-- Fix the sequences of Tag\n--\n")
    database.run("INSERT INTO shop_tag VALUES (7, 'x')")
    database.run(shown.out)
    assert database.rows("SELECT last_value, is_called FROM shop_tag_id_seq") == [(7, True)]
    planned = project.manage("migrate", "--plan")
    assert "Fix the sequences of Tag\n" in planned.out


@pytest.mark.slow
def test_another_database_than_postgresql_is_left_alone(project: Project) -> None:
    lite = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(project.folder / "lite")}
    project = replace(project, databases={"default": lite}).write()
    out = _migrated(project, "FixSequences()")
    assert out.endswith("Applying shop.0002_tags... OK\n")


@pytest.mark.slow
def test_a_sequence_that_cannot_be_moved_is_a_warning(project: Project, database: Database) -> None:
    project.first_migration()
    rows = "migrations.RunSQL(\"INSERT INTO shop_tag VALUES (9000000000000000000, 'x')\")"
    project.migration("0002_tags", "0001_initial", f"{rows}, FixSequences('Tag')", _HEAD)
    migrated = project.manage("migrate")
    assert migrated.code == 0
    assert "RuntimeWarning: pgseq: public.shop_tag_id_seq was not moved: " in migrated.err
    assert database.value("SELECT last_value FROM shop_tag_id_seq") == 1


@pytest.mark.slow
def test_schemas_of_tenants_are_those_of_the_search_path(project: Project, database: Database) -> None:
    database.run("CREATE SCHEMA tenant")
    database.run("CREATE TABLE shop_tag (id serial PRIMARY KEY); INSERT INTO shop_tag VALUES (3)")
    settings = {**project.databases["default"], "OPTIONS": {"options": "-c search_path=tenant"}}
    # Only the schema of the tenant is asked about.
    unasked = f'{project.settings}PGSEQ = {{"CHECK": False}}'
    tenant = replace(project, databases={"default": settings}, settings=unasked).write()
    _migrated(tenant, f"{_LOAD}, FixSequences('Tag')")
    assert database.value("SELECT last_value FROM tenant.shop_tag_id_seq") == 7
    assert database.rows("SELECT last_value, is_called FROM public.shop_tag_id_seq") == [(1, False)]
