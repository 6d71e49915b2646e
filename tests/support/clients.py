"""PostgreSQL's own client programs (those of 18 serve every major), run as a shell would run them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.binaries import client
from tests.support.commandline import Completed, environment


def run_client(program: str, *arguments: str | Path, input: str | None = None, major: int = 18) -> Completed:
    """Run psql, pg_dump or pg_restore to its end, without the developer's own settings."""
    done = subprocess.run(
        [client(program, major), *map(str, arguments)],
        input=input,
        stdin=subprocess.DEVNULL if input is None else None,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(Path("/nonexistent")),
        timeout=60,
        check=False,
    )
    return Completed(code=done.returncode, out=done.stdout, err=done.stderr)


def psql(dsn: str, *arguments: str | Path, input: str | None = None, major: int = 18) -> Completed:
    """Run `psql -X` of that major on a database."""
    return run_client("psql", "-X", "-d", dsn, *arguments, input=input, major=major)


def pg_dump(dsn: str, *arguments: str | Path) -> str:
    """The script that pg_dump writes of a database."""
    done = run_client("pg_dump", *arguments, "-d", dsn)
    assert (done.code, done.err) == (0, "")
    return done.out
