"""What the tests use of Debian packages; a test that wants one that is not there is skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.binaries import CACHE


def icinga_schema() -> Path | None:
    """The schema of icinga2-ido-pgsql, which leaves one of its own sequences out of sync."""
    for root in (Path("/"), CACHE / "debian"):
        path = root / "usr/share/icinga2-ido-pgsql/schema/pgsql.sql"
        if path.is_file():
            return path
    return None


def pgbouncer() -> str | None:
    """The path of pgbouncer (Debian keeps it where an ordinary user's PATH does not look)."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def missing(what: str) -> None:
    """Skip the test that wants what is not installed; where all is to be there (PGSEQ_PROGRAMS=all), fail it."""
    if os.environ.get("PGSEQ_PROGRAMS") == "all":
        pytest.fail(what)
    pytest.skip(what)
