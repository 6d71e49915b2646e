"""Runs of pytest as a user's, with pgseq's plugin from its entry point: in this process, since that is quick, or in one
of their own."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from tests.support.commandline import Completed, environment

# pytester forgets what a run has imported: a part of pgseq, with classes of its own.
for _name in ("pgseq.contrib.pytest_session", "pgseq.render.answers", "pgseq.testing"):
    importlib.import_module(_name)


@dataclass(slots=True, kw_only=True)
class Project:
    """A folder with tests; `python` runs them, unless `inline` does (pytester's)."""

    folder: Path
    python: str = sys.executable
    variables: dict[str, str] = field(default_factory=dict)
    inline: Callable[..., Any] | None = None

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), "utf-8")

    def read(self, name: str) -> str:
        """The text of a file of the project."""
        return (self.folder / name).read_text("utf-8")

    def run(self, *arguments: str) -> Completed:
        """Run pytest."""
        arguments = ("-p", "no:cacheprovider", "--color=no", *arguments)
        if self.inline is not None:
            result = self.inline(*arguments)
            return Completed(code=int(result.ret), out=result.stdout.str(), err=result.stderr.str())
        done = subprocess.run(
            [self.python, "-m", "pytest", *arguments],
            cwd=self.folder,
            env=environment(self.folder, self.variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Completed(code=done.returncode, out=done.stdout, err=done.stderr)
