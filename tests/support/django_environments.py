"""Environments with other releases of Django, for `make contrib`: `python -m tests.support.django_environments`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
#: In the environment of development, with which it goes.
FOLDER: Final = Path(sys.prefix) / "contrib"
#: Interpreters to look for, newest first; NEW_PYTHON names another one.
_NEWER: Final = ("python3.14", "python3.13", "python3.12")
_BESIDE: Final = ("psycopg2-binary==2.9.13", "psycopg-pool==3.3.3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An environment with a release of Django."""

    django: str
    #: The oldest Python that the release runs on.
    since: tuple[int, int] = (3, 11)
    #: The oldest PostgreSQL that it works with.
    oldest_server: int = 14

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return FOLDER / f"django-{self.django}" / "bin" / "python"

    @property
    def base(self) -> str | None:
        """An interpreter that the release runs on; None: there is none here."""
        if sys.version_info[:2] >= self.since:
            return sys.executable
        names = (os.environ.get("NEW_PYTHON", ""), *_NEWER)
        return next((found for name in names if (found := shutil.which(name)) and _version(found) >= self.since), None)

    def make(self) -> None:
        """Make it, unless it is there."""
        base = self.base
        if base is None:
            print(f"Django {self.django} needs Python {'.'.join(map(str, self.since))}: name it by NEW_PYTHON")
            return
        if (self.python.parent.parent / "installed").exists():
            return
        subprocess.run([base, "-m", "venv", "--clear", str(self.python.parent.parent)], check=True)
        install = (
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            f"django=={self.django}.*",
            *_BESIDE,
        )
        subprocess.run([str(self.python), *install, "--editable", f"{ROOT}[lint]"], check=True)
        (self.python.parent.parent / "installed").touch()


@cache
def _version(python: str) -> tuple[int, int]:
    code = "import sys, venv; print(*sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    major, minor = done.stdout.split() if done.returncode == 0 else (0, 0)
    return int(major), int(minor)


#: The oldest release that pgseq works in, and the newest. The one between is that of development itself.
ENVIRONMENTS: Final = (Environment(django="4.2", oldest_server=12), Environment(django="6.0", since=(3, 12)))


if __name__ == "__main__":
    for environment in ENVIRONMENTS:
        environment.make()
