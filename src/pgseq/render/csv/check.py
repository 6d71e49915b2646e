"""CSV: one line for each sequence, under a header that is the same for `check` and `fix`."""

from __future__ import annotations

from typing import Any, Final, TextIO

from pgseq.model.reports import DatabaseReport, SequenceReport, Unreachable
from pgseq.model.sequences import Position
from pgseq.model.server import Server
from pgseq.render.csv.cells import Cells
from pgseq.render.text import words

HEADER: Final = (
    "database",
    "host",
    "port",
    "schema",
    "name",
    "sql",
    "status",
    "last_value",
    "is_called",
    "next_value",
    "inserts_until_collision",
    "furthest",
    "feeds",
    "fix_next_value",
    "reason",
    "codes",
    "result",
    "from",
    "to",
    "undo",
    "ignored",
    "repair_share",
    "max_jump_needed",
    "gap_from",
    "gap_to",
)


class Delimited:
    """Writes CSV to `out`. None is an empty field."""

    def __init__(self, out: TextIO) -> None:
        self._csv = Cells(out)
        self._begun = False

    def database(self, report: DatabaseReport) -> None:
        """Write the lines of one database."""
        self._begin()
        self._csv.lines(row(report.server, one) for one in report.sequences)

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing: a database without sequences has no line, but the exit code shows it."""

    def close(self) -> None:
        """Nothing follows the lines."""
        self._begin()

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._csv.lines([HEADER])


def place(server: Server) -> tuple[Any, ...]:
    """The first fields of a line: the database and where it is."""
    return server.database, server.host, server.port


def row(server: Server, report: SequenceReport) -> tuple[Any, ...]:
    """One sequence under `HEADER`."""
    of, judged = report.sequence, report.diagnosis
    position = judged.reading.position if isinstance(judged.reading.position, Position) else None
    applied, gap = report.applied, judged.gap
    price = judged.repair if judged.repair is not None and judged.repair.possible else None
    reason = (applied and applied.reason) or (judged.reason and judged.reason.reason)
    return (
        *place(server),
        of.schema,
        of.name,
        of.sql,
        report.status,
        position and position.last_value,
        position and str(position.is_called).lower(),
        judged.next_value,
        judged.inserts_until_collision,
        judged.furthest,
        "; ".join(words.feed(feed) for feed in of.feeds),
        report.step and report.step.next_value,
        reason,
        "; ".join(found.code for found in report.findings),
        applied and applied.result,
        applied and applied.before and applied.before.last_value,
        applied and applied.after and applied.after.last_value,
        applied and applied.undo,
        report.ignored,
        price and price.share,
        price and price.percent / 100,
        gap and gap.first,
        gap and gap.last,
    )
