"""Virtual environments with other releases of frameworks than ours, and this pgseq in each. Made once, in .cache."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
from typing import Final

from tests.support.binaries import ROOT

#: The oldest releases that pgseq.contrib works with, and the newest ones.
OLDEST: Final = ("pytest==7.4.0", "sqlalchemy==2.0.0", "alembic==1.10.0", "psycopg2-binary==2.9.13")
NEWEST: Final = (
    "pytest==9.2.0",
    "pytest-xdist==3.8.0",
    "pytest-django==4.14.0",
    "pytest-postgresql==10.0.0",
    "django==5.2.19",
    "sqlalchemy==2.1.9",
    "alembic==1.20.1",
    "pandas==3.1.1",
    "psycopg2-binary==2.9.13",
)


def python(requirements: tuple[str, ...], base: str = sys.executable) -> str:
    """The interpreter of an environment with these packages, made by `base`."""
    home = ROOT / ".cache" / "environments"
    home.mkdir(parents=True, exist_ok=True)
    wanted = (*requirements, str(ROOT), base)
    folder = home / hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:12]
    with (home / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        interpreter = str(folder / "bin" / "python")
        if not (folder / "complete").exists():
            subprocess.run([base, "-m", "venv", "--clear", str(folder)], check=True)
            install = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*install, *requirements, "--editable", f"{ROOT}[lint]"], check=True)
            (folder / "complete").touch()
    return interpreter
