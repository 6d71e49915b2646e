"""Writes the scripts of `pgseq script`."""

from __future__ import annotations

import sys
from pathlib import Path

from pgseq.commands.script.compose import Mode, script
from pgseq.files import targets


def write(mode: Mode, file: str) -> None:
    """Write a script to a file, `-` for standard output. Raises UsageError when the file cannot be written."""
    if file == "-":
        sys.stdout.write(script(mode))
    else:
        targets.write(Path(file), script(mode))
