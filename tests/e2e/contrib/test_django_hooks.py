"""What pgseq does in Django of its own accord: the check of databases, and what follows a migration."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.database import Database
from tests.support.django_project import Project

_ROWS = "migrations.RunSQL(\"INSERT INTO shop_tag SELECT i, 'x' FROM generate_series(1, 7) AS i\")"
_WARNING = """\
pgseq: the next INSERT fails: public.shop_tag_id_seq hands out 1, which is already stored in public.shop_tag.id
  manage.py pgseq fix -t public.shop_tag
"""


def _with(project: Project, settings: str) -> Project:
    return replace(project, settings=f"{project.settings}\n{settings}").write()


def test_a_database_check_warns_and_does_not_fail(behind: Project) -> None:
    down = {**behind.databases["default"], "HOST": "127.0.0.1", "PORT": "1", "PASSWORD": "sesame"}
    project = replace(behind, databases={**behind.databases, "down": down}).write()
    checked = project.manage("check", "--database", "default", "--database", "down")
    assert checked.code == 0
    for line in (
        "default: (pgseq.PGS001) the next INSERT fails: public.shop_tag_id_seq hands out 1, which is already stored in "
        "public.shop_tag.id\n\tHINT: manage.py pgseq fix -t public.shop_tag\n",
        "\tHINT: manage.py pgseq fix -t 'public.\"Legacy Order\"'\n",
        "?: (pgseq.W001) pgseq could not look at the sequences of 'down': ",
        "System check identified 3 issues (0 silenced).",
    ):
        assert line in checked.err
    assert "Traceback" not in checked.err
    assert "sesame" not in checked.err


@pytest.mark.slow
@pytest.mark.parametrize("settings", ['PGSEQ = {"CHECK": False}', 'PGSEQ = {"DATABASES": []}'])
def test_the_check_is_left_out_where_settings_say_so(behind: Project, settings: str) -> None:
    checked = _with(behind, settings).manage("check", "--database", "default", "--fail-level", "WARNING")
    assert (checked.code, checked.err) == (0, "")


@pytest.mark.slow
def test_what_cannot_be_told_is_said(behind: Project, database: Database) -> None:
    name = f"{database.name}_reader"
    database.run(f"CREATE ROLE {name}; GRANT {name} TO CURRENT_USER")
    try:
        settings = {**behind.databases["default"], "OPTIONS": {"assume_role": name}}
        checked = replace(behind, databases={"default": settings}).write().manage("check", "--database", "default")
        assert "default: (pgseq.I001) it cannot be told of 2 sequences whether in sync\n" in checked.err
        assert "\tHINT: manage.py pgseq check\n" in checked.err
    finally:
        database.run(f"DROP OWNED BY {name}; DROP ROLE {name}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('PGSEQ = {"POST_MIGRATE": "fxi"}', "PGSEQ[\"POST_MIGRATE\"] is 'fxi': write one of warn, fix, off"),
        ('PGSEQ = {"WARN": True}', "PGSEQ['WARN'] is not known: there are POST_MIGRATE, CHECK, DATABASES"),
        ('PGSEQ = {"DATABASES": ["nope"]}', "PGSEQ[\"DATABASES\"]: there is no database 'nope' in DATABASES"),
    ],
)
def test_settings_that_cannot_be_are_refused(project: Project, settings: str, message: str) -> None:
    checked = _with(project, settings).manage("check")
    assert checked.code == 1
    assert checked.err.endswith(f"ImproperlyConfigured: {message}\n")


def test_migrate_warns(project: Project, database: Database) -> None:
    project.first_migration()
    project.migration("0002_rows", "0001_initial", _ROWS)
    migrated = project.manage("migrate")
    assert migrated.code == 0
    assert migrated.out.endswith(f" OK\n{_WARNING}")
    assert database.value("SELECT is_called FROM shop_tag_id_seq") is False


@pytest.mark.slow
def test_migrate_fixes_where_settings_say_so(project: Project, database: Database) -> None:
    project.first_migration()
    project.migration("0002_rows", "0001_initial", _ROWS)
    migrated = _with(project, 'PGSEQ = {"POST_MIGRATE": "fix"}').manage("migrate")
    assert migrated.out.endswith(" OK\npgseq: public.shop_tag_id_seq moved from 1 to 7\n")
    assert database.value("INSERT INTO shop_tag (name) VALUES ('y') RETURNING id") == 8
    again = project.manage("migrate")
    assert "pgseq: " not in again.out


@pytest.mark.slow
def test_migrate_says_nothing_where_settings_say_so(project: Project) -> None:
    project.first_migration()
    project.migration("0002_rows", "0001_initial", _ROWS)
    migrated = _with(project, 'PGSEQ = {"POST_MIGRATE": "off"}').manage("migrate")
    assert migrated.out.endswith("Applying shop.0002_rows... OK\n")


@pytest.mark.slow
def test_tests_begin_in_sync_and_stay_so(project: Project) -> None:
    project.first_migration()
    project.migration("0002_rows", "0001_initial", _ROWS)
    (project.folder / "shop" / "tests.py").write_text(_TESTS)
    mixed = _with(project, 'TEST_RUNNER = "shop.tests.Runner"')
    tested = mixed.manage("test", "--noinput")
    assert tested.code == 0, tested
    assert "Ran 4 tests" in tested.err
    parallel = mixed.manage("test", "--noinput", "--parallel", "2")
    assert parallel.code == 0, parallel
    without = _with(project, 'TEST_RUNNER = "django.test.runner.DiscoverRunner"').manage("test", "--noinput")
    assert "FAILED (errors=1)" in without.err, without


_TESTS = """
from io import StringIO
from django.core.management import CommandError, call_command
from django.test import TestCase, TransactionTestCase
from django.test.runner import DiscoverRunner
from pgseq.contrib.django import FixSequencesMixin, fix_sequences
from shop.models import Tag


class Runner(FixSequencesMixin, DiscoverRunner):
    pass


class InTransaction(TestCase):
    def test_insert(self):
        Tag.objects.create(name="z")

    def test_what_is_uncommitted_is_seen(self):
        Tag.objects.create(id=40, name="z")
        out = StringIO()
        with self.assertRaises(SystemExit) as stop:
            call_command("pgseq", "check", "-t", "shop_tag", "--format", "csv", stdout=out)
        self.assertEqual(stop.exception.code, 1)
        self.assertIn("shop_tag_id_seq", out.getvalue())
        with self.assertRaisesMessage(CommandError, "there is no database 'nope' in DATABASES"):
            call_command("pgseq", "check", database="nope")
        self.assertEqual([one.applied.result for one in fix_sequences("shop.Tag")], ["moved"])
        call_command("pgseq", "check", "-t", "shop_tag", stdout=out)
        Tag.objects.create(name="z")


class Reset(TransactionTestCase):
    serialized_rollback = True
    reset_sequences = True

    def setUp(self):
        fix_sequences()

    def test_insert(self):
        Tag.objects.create(name="z")

    test_again = test_insert
"""
