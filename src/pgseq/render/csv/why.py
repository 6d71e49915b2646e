"""CSV of `why`: one line for each piece of evidence, and one for a sequence without any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TextIO

from pgseq.commands.why import SequenceCauses, WhyReport
from pgseq.model.reports import Unreachable
from pgseq.model.server import Server
from pgseq.render.csv.cells import Cells
from pgseq.render.csv.check import place

HEADER: Final = (
    "database", "host", "port", "schema", "name", "sql", "status", "cause", "evidence", "source", "limit", "not_seen",
)  # fmt: skip


class CauseCsv:
    """Writes CSV to `out`. None is an empty field."""

    def __init__(self, out: TextIO) -> None:
        self._csv = Cells(out)
        self._csv.lines([HEADER])

    def database(self, why_report: WhyReport) -> None:
        """Write the lines of one database."""
        server = why_report.database_report.server
        self._csv.lines(line for one in why_report.sequences for line in _lines(server, one))

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing: the exit code shows it."""

    def close(self) -> None:
        """Nothing follows the lines."""


def _lines(server: Server, causes: SequenceCauses) -> Iterator[tuple[Any, ...]]:
    sequence = causes.report.sequence
    head = (*place(server), sequence.schema, sequence.name, sequence.sql, causes.report.status)
    not_seen = "; ".join(problem.reason for problem in causes.problems)
    for evidence in causes.evidence:
        yield (*head, evidence.cause, evidence.text, evidence.source, evidence.limit or None, not_seen)
    if not causes.evidence:
        yield (*head, None, None, None, None, not_seen)
