"""The table of `verify`: what the next insert would do."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pgseq.core.consequence import FAILS, REPEATS
from pgseq.model.reports import Proof, Unreachable, Verification
from pgseq.model.sequences import Sequence, Server
from pgseq.names import display
from pgseq.render.text import words
from pgseq.render.text.check import privileges
from pgseq.render.text.overview import Overview
from pgseq.render.text.privileges import FEW
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

HEAD: Final = ("Sequence", "Feeds", "Next", "Next insert")
NUMBERS: Final = frozenset({2})
VERDICT: Final = 3
INDENT: Final = 4

_STYLE: Final = {True: "ok", False: "out_of_sync", None: "unknown"}
_WORD: Final = {True: "works", False: FAILS.one, None: "not proved"}


class ProofTable:
    """Writes what is not proved to `terminal`; everything with `detail.verbose`."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail
        self._counts: Counter[str] = Counter()
        self._overview = Overview(states=("proved", "would fail", "not proved"))
        self._lacking: list[tuple[Server, list[Sequence]]] = []

    def database(self, verification: Verification) -> None:
        """Write one database."""
        unseen = self._unread(verification)
        self._counts += proof_counts(verification)
        self._overview.add(verification.server, [verification.count(proved) for proved in (True, False, None)])
        self._lacking += [(verification.server, unseen)] * bool(unseen)
        unread = {sequence.oid for sequence in unseen}
        shown = [
            proof for proof in verification.proofs if shows(proof, self._detail) and proof.sequence.oid not in unread
        ]
        if shown or not self._detail.quiet:
            self._terminal.line((words.database(verification.server), "faint"))
            self._terminal.line()
        if shown:
            self._listing(shown)

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing yet: the error has been reported already."""
        self._overview.unreachable(unreachable)

    def close(self) -> None:
        """Write a line for each of several databases, and the sums."""
        privileges(self._terminal, self._lacking)
        self._overview.write(self._terminal, self._detail)
        if self._counts["databases"] and not self._detail.quiet:
            self._terminal.line((proof_sums(self._counts), ""))

    def _unread(self, verification: Verification) -> list[Sequence]:
        """The sequences that are not listed one by one, since a privilege to read them is missing."""
        unread = [proof.sequence for proof in verification.proofs if proof.lacks_privilege and proof.ignored is None]
        return unread if len(unread) >= FEW and not self._detail.verbose else []

    def _listing(self, shown: list[Proof]) -> None:
        listed = shown[: self._detail.limit]
        rows = [_cells(proof) for proof in listed]
        columns = Columns(self._terminal, [HEAD, *rows], right=NUMBERS)
        columns.row(HEAD, default="head")
        for proof, cells in zip(listed, rows, strict=True):
            columns.row(cells, {VERDICT: _STYLE[proof.proved] if proof.ignored is None else "faint"})
            if proof.reason:
                self._terminal.note(display(proof.reason), indent=INDENT)
            if proof.hint:
                self._terminal.note(display(proof.hint), "faint", indent=INDENT)
            for relation, reason in proof.not_inserted:
                self._terminal.note(display(f"no INSERT into {relation}: {reason}"), "faint", indent=INDENT)
        if len(shown) > len(listed):
            self._terminal.line((f"… {len(shown) - len(listed)} more", "faint"))
        self._terminal.line()


def shows(proof: Proof, detail: Detail) -> bool:
    """Whether there is something to say about a sequence."""
    if detail.verbose:
        return True
    return proof.ignored is None and (proof.proved is not True or bool(proof.not_inserted))


def verdict(proof: Proof) -> str:
    """What the next insert would do."""
    by_insert = " (tried)" if proof.inserted else ""
    ignored = f" (ignored: {display(proof.ignored)})" if proof.ignored is not None else ""
    return (REPEATS.one if proof.repeats else _WORD[proof.proved]) + by_insert + ignored


def proof_counts(verification: Verification) -> Counter[str]:
    """The numbers of `proof_sums` in one database."""
    return Counter(
        databases=1,
        proofs=len(verification.proofs),
        works=verification.count(True),
        fails=verification.count(False),
        unproved=verification.count(None),
        idle=verification.feeds_no_column,
        inserted=sum(bool(proof.inserted) for proof in verification.proofs),
        ignored=sum(proof.ignored is not None for proof in verification.proofs),
        repeats=verification.repeating,
    )


def proof_sums(counts: Counter[str]) -> str:
    """How many sequences were proved, in one line."""
    if not counts["proofs"]:
        return words.NOTHING
    tried = f" ({counts['inserted']} by a real INSERT)" if counts["inserted"] else ""
    apart = f", {words.feeding_nothing(counts['idle'])}" if counts["idle"] else ""
    left_out = f", {counts['ignored']} ignored" if counts["ignored"] else ""
    repeated = f", {counts['repeats']} would repeat an id" if counts["repeats"] else ""
    failing = f"{counts['fails'] - counts['repeats']} would fail{repeated}"
    proved = f"{counts['works'] - counts['idle']} proved{tried}"
    return f"{proved}, {failing}, {counts['unproved']} not proved{apart}{left_out}"


def _cells(proof: Proof) -> tuple[str, ...]:
    sequence = proof.sequence
    return display(sequence.sql), words.feeds(sequence), words.number(proof.next_value), verdict(proof)
