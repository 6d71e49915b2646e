"""Writes a plan as a script for psql, for `--sql`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from pgseq.core.plan import BEYOND_STORED, script
from pgseq.files import targets
from pgseq.model.reports import DatabaseReport, Unreachable
from pgseq.names import plural
from pgseq.render.text import words

R = TypeVar("R")


class Script(Generic[R]):
    """Writes the script of a report to a file, `-` for standard output, and a summary to stderr.

    `compose` returns the script, `count` the number of changes in it, `rest` what the summary says besides.
    """

    def __init__(
        self, file: str, compose: Callable[[R], str], count: Callable[[R], int], rest: Callable[[R], str]
    ) -> None:
        self._file = file
        self._compose = compose
        self._count = count
        self._rest = rest

    def database(self, report: R) -> None:
        """Write the script. Raises UsageError when the file cannot be written."""
        where = "" if self._file == "-" else f" in {self._file}"
        if self._file == "-":
            sys.stdout.write(self._compose(report))
        else:
            targets.write(Path(self._file), self._compose(report))
        sys.stderr.write(f"{plural(self._count(report), 'change')}{where}{self._rest(report)}\n")

    def unreachable(self, database: Unreachable) -> None:
        """Never: one database, and its error ends the command."""

    def close(self) -> None:
        """Nothing follows the script."""


def step_script(file: str, purpose: str = BEYOND_STORED) -> Script[DatabaseReport]:
    """The script of the steps of a report; `purpose` says in it where it moves sequences."""
    return Script(
        file,
        lambda report: script([one.step for one in report.sequences if one.step is not None], purpose, report.server),
        lambda report: sum(one.step is not None for one in report.sequences),
        lambda report: f"; {words.summary([report])}",
    )
