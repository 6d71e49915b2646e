"""A Django project with a model for every table, for `manage.py sqlsequencereset`."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_SETTINGS: Final = """\
SECRET_KEY = "none"
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": DATABASE}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
"""
_MODEL: Final = """

class {name}(models.Model):
    n = models.IntegerField(null=True)

    class Meta:
        db_table = "{table}"
"""


def installed() -> bool:
    """Whether Django is."""
    return importlib.util.find_spec("django") is not None


def write(folder: Path, database: str, tables: Iterable[str]) -> None:
    """Write the project's settings and the app `shop` with a model for each table. Run django-admin in `folder`."""
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "__init__.py").touch()
    (folder / "settings.py").write_text(_SETTINGS.replace("DATABASE}", f"{database!r}}}"), encoding="utf-8")
    models = "".join(_MODEL.format(name=table.capitalize(), table=table) for table in tables)
    (folder / "shop" / "models.py").write_text(f"from django.db import models\n{models}", encoding="utf-8")
