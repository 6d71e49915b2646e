"""The commands of docs/cutover.md, by the name of their step."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support.binaries import ROOT, client
from tests.support.commandline import Completed, environment

PAGE: Final = ROOT / "docs" / "cutover.md"
_STEP: Final = re.compile(r"<!-- run: (\w+) -->\n```sh\n(.*?)```", re.DOTALL)


def steps() -> dict[str, str]:
    """The shell commands of each step, in the order of the page."""
    return dict(_STEP.findall(PAGE.read_text("utf-8")))


def run(commands: str, home: Path, variables: Mapping[str, str]) -> Completed:
    """Run the commands of a step in a shell, psql and pgseq in its PATH; the first that fails ends it."""
    programs = [str(Path(sys.executable).parent), str(Path(client("psql")).parent), os.environ["PATH"]]
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", commands],
        env=environment(home, {"PATH": os.pathsep.join(programs)} | dict(variables)),
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Completed(code=done.returncode, out=done.stdout, err=done.stderr)
