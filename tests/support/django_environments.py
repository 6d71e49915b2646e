"""Environments with other releases of Django than that of development."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from typing import Final

from tests.support import environments

#: Interpreters to look for, newest first; NEW_PYTHON names another one.
_NEWER: Final = ("python3.14", "python3.13", "python3.12")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An environment with a release of Django."""

    django: str
    #: The oldest Python that the release runs on.
    since: tuple[int, int] = (3, 11)
    #: The oldest PostgreSQL that it works with.
    oldest_server: int = 14

    def python(self) -> str | None:
        """Its interpreter; None: no Python here runs the release."""
        names = (os.environ.get("NEW_PYTHON", ""), *_NEWER)
        newer = (path for name in names if (path := shutil.which(name)) and _version(path) >= self.since)
        base = sys.executable if sys.version_info[:2] >= self.since else next(newer, None)
        wanted = (f"django=={self.django}.*", "psycopg2-binary==2.9.13", "psycopg-pool==3.3.3")
        return base and environments.python(wanted, base)


@cache
def _version(python: str) -> tuple[int, int]:
    code = "import sys, venv; print(*sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    major, minor = done.stdout.split() if done.returncode == 0 else (0, 0)
    return int(major), int(minor)


#: The oldest release that pgseq works in, and the newest. The one between is that of development itself.
ENVIRONMENTS: Final = (Environment(django="4.2", oldest_server=12), Environment(django="6.0", since=(3, 12)))
