"""The installed command line, run as a user's shell would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from tests.support.forked import fits
from tests.support.forked import run as forked

#: What a developer's own environment may hold, and what would change an answer.
FOREIGN: Final = (
    "PG",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "PY_COLORS",
    "TTY_",
    "COLUMNS",
    "LINES",
    "TERM",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Its standard output as a JSON document."""
        return json.loads(self.out)


class Pgseq(Protocol):
    """The fixture `pgseq`: runs `pgseq ARGUMENTS…` to its end."""

    def __call__(
        self,
        *arguments: str | Path,
        input: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 60,
    ) -> Completed: ...


def executable() -> str:
    """The path of the installed command."""
    return str(Path(sys.executable).with_name("pgseq"))


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment without what would change an answer, and with a home of its own (.pgpass)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return kept | {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")} | dict(extra or {})


def at_once() -> float:
    """Seconds within which a command that is interrupted ends: half a second, or as long as it takes to start four
    commands right now, on a machine that is slow or busy."""
    began = time.monotonic()
    subprocess.run([executable(), "--version"], stdout=subprocess.DEVNULL, check=True)
    return max(0.5, 4 * (time.monotonic() - began))


def commandline(home: Path) -> Pgseq:
    """A `pgseq` that lives in an empty home and works there, too."""

    def run(
        *arguments: str | Path,
        input: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 60,
    ) -> Completed:
        command, variables, folder = [executable(), *map(str, arguments)], environment(home, env), cwd or home
        if fits(variables):
            code, out, err = forked(command, input=input, env=variables, cwd=folder, timeout=timeout)
            return Completed(code=code, out=out, err=err)
        done = subprocess.run(
            command,
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=variables,
            cwd=folder,
            timeout=timeout,
            check=False,
        )
        return Completed(code=done.returncode, out=done.stdout, err=done.stderr)

    return run


def shell(home: Path, line: str, *arguments: str) -> Completed:
    """What a shell says of `line`, in which "$pgseq" is the command and "$@" its arguments."""
    done = subprocess.run(
        ["bash", "-c", line, "bash", *arguments],
        capture_output=True,
        text=True,
        env=environment(home, {"pgseq": executable()}),
        cwd=home,
        timeout=60,
        check=False,
    )
    return Completed(code=done.returncode, out=done.stdout, err=done.stderr)
