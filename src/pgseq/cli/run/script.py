"""Where `fix --sql` writes its script."""

from __future__ import annotations

import sys
from pathlib import Path

from pgseq.core.plan import BEYOND_STORED, script
from pgseq.files import targets
from pgseq.model.reports import DatabaseReport
from pgseq.names import plural
from pgseq.render.text import words
from pgseq.render.writer import Unreachable


class Script:
    """Writes the steps of a report to a file, `-` for standard output, and to stderr what it wrote.

    `purpose` says in the script where it moves sequences.
    """

    def __init__(self, file: str, purpose: str = BEYOND_STORED) -> None:
        self._file = file
        self._purpose = purpose

    def database(self, report: DatabaseReport) -> None:
        """Write the script. Raises UsageError when the file cannot be written."""
        steps = [one.step for one in report.sequences if one.step is not None]
        text = script(steps, self._purpose)
        if self._file == "-":
            sys.stdout.write(text)
        else:
            targets.write(Path(self._file), text)
        where = "" if self._file == "-" else f" in {self._file}"
        sys.stderr.write(f"{plural(len(steps), 'change')}{where}; {words.summary([report])}\n")

    def unreachable(self, one: Unreachable) -> None:
        """Never: one database, and its error ends the command."""

    def close(self) -> None:
        """Nothing follows the script."""
