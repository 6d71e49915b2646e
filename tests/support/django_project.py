"""A real project of Django's in a folder, run by `manage.py` in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from tests.support.commandline import Completed, environment

_MANAGE: Final = """\
import os, sys
from django.core.management import execute_from_command_line
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
execute_from_command_line(sys.argv)
"""
_SETTINGS: Final = """\
SECRET_KEY = "none"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "shop", "pgseq.contrib.django"]
DATABASES = {databases!r}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
{settings}
"""
_MODELS: Final = """\
from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=50)


class Article(models.Model):
    title = models.CharField(max_length=50)
    tags = models.ManyToManyField(Tag)


class Legacy(models.Model):
    id = models.IntegerField(primary_key=True)
    n = models.IntegerField(null=True)

    class Meta:
        db_table = "Legacy Order"
        managed = False
"""
#: The names of Django's own for what a driver is called.
DRIVERS: Final = {"psycopg": "", "psycopg2": "pgseq_driver"}
#: Lines for the settings of a project that keeps psycopg2 although psycopg 3 is installed: Django prefers 3.
KEEP_PSYCOPG2: Final = """\
import sys
sys.modules["psycopg"] = None
import django.db.backends.postgresql.base
del sys.modules["psycopg"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project with the app `shop`; `python` is the interpreter of an environment with Django and pgseq."""

    folder: Path
    databases: Mapping[str, Mapping[str, object]]
    settings: str = ""
    python: str = field(default=sys.executable)

    def write(self) -> Project:
        """Write its files, or the settings anew."""
        migrations = self.folder / "shop" / "migrations"
        migrations.mkdir(parents=True, exist_ok=True)
        (self.folder / "manage.py").write_text(_MANAGE)
        (self.folder / "site_settings.py").write_text(
            _SETTINGS.format(
                databases={alias: dict(one) for alias, one in self.databases.items()}, settings=self.settings
            )
        )
        (self.folder / "shop" / "__init__.py").touch()
        (self.folder / "shop" / "models.py").write_text(_MODELS)
        (migrations / "__init__.py").touch()
        return self

    def migration(self, name: str, after: str | None, operations: str, head: str = "") -> None:
        """Write a migration of shop."""
        dependencies = [] if after is None else [("shop", after)]
        (self.folder / "shop" / "migrations" / f"{name}.py").write_text(
            f"from django.db import migrations, models\n{head}\n\n"
            f"class Migration(migrations.Migration):\n    dependencies = {dependencies}\n"
            f"    operations = [{operations}]\n"
        )

    def manage(self, *words: str, env: Mapping[str, str] | None = None, input: str | None = None) -> Completed:
        """`manage.py WORDS…`."""
        return self._run("manage.py", *words, env=env, input=input)

    def python_code(self, code: str) -> Completed:
        """What `code` prints, after django.setup()."""
        setup = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'site_settings'; django.setup()\n"
        return self._run("-c", setup + code)

    def _run(self, *words: str, env: Mapping[str, str] | None = None, input: str | None = None) -> Completed:
        done = subprocess.run(
            [self.python, *words],
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env=environment(self.folder, env),
            timeout=120,
            check=False,
        )
        return Completed(code=done.returncode, out=done.stdout, err=done.stderr)


def alias(dsn: str, **settings: object) -> dict[str, object]:
    """The settings of a database of Django's by a DSN."""
    named = conninfo_to_dict(dsn)
    place = {"HOST": named["host"], "PORT": str(named["port"]), "NAME": named["dbname"], "USER": named["user"]}
    return {"ENGINE": "django.db.backends.postgresql", **place, **settings}
