"""The README's real output: run every `console` block marked `<!-- run -->`, in order, on the demo's database.

`python -m tests.support.readme` rewrites the file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pgseq import demo
from pgseq.embedded import temporary_server
from pgseq.embedded.server import EmbeddedServer
from tests.support.binaries import client

README = Path(__file__).parents[2] / "README.md"
#: What no two runs have in common, beside the folder.
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00")
_BLOCK = re.compile(r"(<!-- run -->\n```console\n)(.*?)(```)", re.DOTALL)


def regenerated(page: Path = README, build: Callable[[EmbeddedServer], object] = demo.build) -> str:
    """A page as it would be with the output of today, on what `build` makes."""
    with temporary_server(settings=demo.SETTINGS) as server:
        build(server)
        programs = [str(Path(sys.executable).parent), str(Path(client("psql")).parent)]
        environment = {
            "PATH": os.pathsep.join([*programs, os.environ["PATH"]]),
            "PGHOST": str(server.folder),
            "PGPORT": str(server.port),
            "PGUSER": "postgres",
            "HOME": str(server.folder),
        }
        return _BLOCK.sub(lambda block: block[1] + _ran(block[2], environment) + block[3], page.read_text("utf-8"))


def _ran(block: str, environment: dict[str, str]) -> str:
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    return "\n".join(f"$ {command}\n{_output(command, environment)}" for command in commands)


def _output(command: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        shell=True,
        executable=shutil.which("sh"),
        cwd=environment["HOME"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    text = _TIME.sub("2026-11-22 09:00:00+00", done.stdout + done.stderr).replace(environment["HOME"], "/home/ada")
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


if __name__ == "__main__":
    README.write_text(regenerated(), "utf-8")
