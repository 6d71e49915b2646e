"""CSV of `verify`: one line for each sequence."""

from __future__ import annotations

from typing import Final, TextIO

from pgseq.model.reports import Unreachable, Verification
from pgseq.render.csv.cells import Cells
from pgseq.render.csv.check import place

HEADER: Final = (
    "database", "host", "port", "schema", "name", "sql", "feeds", "next_value", "proved", "reason", "hint", "inserted",
    "not_inserted", "ignored",
)  # fmt: skip


class ProofCsv:
    """Writes CSV to `out`. None is an empty field: `proved` where it could not be proved."""

    def __init__(self, out: TextIO) -> None:
        self._csv = Cells(out)
        self._csv.lines([HEADER])

    def database(self, verification: Verification) -> None:
        """Write the lines of one database."""
        self._csv.lines(
            (
                *place(verification.server),
                proof.sequence.schema,
                proof.sequence.name,
                proof.sequence.sql,
                "; ".join(feed.label for feed in proof.sequence.feeds),
                proof.next_value,
                None if proof.proved is None else str(proof.proved).lower(),
                proof.reason or None,
                proof.hint or None,
                "; ".join(proof.inserted),
                "; ".join(f"{relation}: {reason}" for relation, reason in proof.not_inserted),
                proof.ignored,
            )
            for proof in verification.proofs
        )

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing: the exit code shows it."""

    def close(self) -> None:
        """Nothing follows the lines."""
