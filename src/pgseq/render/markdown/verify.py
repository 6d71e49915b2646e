"""What `verify` has to say as a table in GitHub's Markdown."""

from __future__ import annotations

from typing import TextIO

from pgseq.model.reports import Proof, Unreachable, Verification
from pgseq.names import display
from pgseq.render.markdown.check import code, left_out, plain
from pgseq.render.text import folding, words
from pgseq.render.text.verify import proof_counts, proof_sums, shows, verdict
from pgseq.render.writer import Detail

_HEAD = "| Sequence | Feeds | Next value | Next insert | Why |\n|---|---|--:|---|---|\n"


class ProofMarkdown:
    """Writes a heading, a table of what is not proved (all with `verbose`) and the sums for each database to `out`."""

    def __init__(self, out: TextIO, detail: Detail) -> None:
        self._out = out
        self._detail = detail

    def database(self, verification: Verification) -> None:
        """Write one database."""
        shown = [proof for proof in verification.proofs if shows(proof, self._detail)]
        rows = folding.rows(shown, self._detail, folding.proof, verification.proofs if verification.whole else ())
        listed = rows[: self._detail.limit]
        self._out.write(f"### {plain(words.database(verification.server))}\n\n")
        if listed:
            self._out.write(_HEAD)
            self._out.writelines(map(_row, listed))
            self._out.write("\n")
        if len(rows) > len(listed):
            self._out.write(f"… and {len(rows) - len(listed)} more.\n\n")
        self._out.write(f"{proof_sums(proof_counts(verification))}\n\n")

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write that a database was left out."""
        self._out.write(left_out(unreachable))

    def close(self) -> None:
        """Nothing follows the last database."""


def _row(row: folding.Row[Proof]) -> str:
    proof = row.report
    refusals = (f"no INSERT into {table}: {reason}" for table, reason in proof.not_inserted)
    reasons = [proof.reason, row.hint(proof.hint), *refusals, row.remark]
    cells = (
        code(display(proof.sequence.sql)),
        "<br>".join(code(display(feed.label)) for feed in proof.sequence.feeds) or "-",
        words.number(proof.next_value),
        plain(verdict(proof)),
        "<br>".join(plain(display(reason)) for reason in reasons if reason),
    )
    return f"| {' | '.join(cells)} |\n"
