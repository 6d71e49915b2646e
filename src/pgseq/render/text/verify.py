"""The table of `verify`: what the next insert would do."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pgseq.core.consequence import FAILS, REPEATS
from pgseq.model.exit_code import ExitCode
from pgseq.model.reports import Proof, Unreachable, Verification
from pgseq.model.sequences import Sequence
from pgseq.model.server import Server
from pgseq.names import display
from pgseq.render.text import folding, ways, words
from pgseq.render.text.check import INDENT, SIGN, heading, privileges, remark, rest
from pgseq.render.text.overview import Overview
from pgseq.render.text.privileges import FEW
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

VERDICT: Final = 2

_SIGN: Final = {True: ("✓", "ok"), False: ("✗", "out_of_sync"), None: ("?", "unknown")}
_STYLE: Final = {ExitCode.OK: "ok", ExitCode.WRONG: "out_of_sync", ExitCode.UNKNOWN: "unknown"}
_WORD: Final = {True: "works", False: FAILS.one, None: "not proved"}


class ProofTable:
    """Writes what is not proved to `terminal`; everything with `detail.verbose`."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail
        self._counts: Counter[str] = Counter()
        self._codes: set[ExitCode] = set()
        self._overview = Overview(states=("proved", "would fail", "not proved"))
        self._lacking: list[tuple[Server, list[Sequence]]] = []

    def database(self, verification: Verification) -> None:
        """Write one database."""
        unseen = self._unread(verification)
        self._counts += proof_counts(verification)
        self._codes.add(verification.exit_code)
        self._overview.add(verification.server, [verification.count(proved) for proved in (True, False, None)])
        self._lacking += [(verification.server, unseen)] * bool(unseen)
        unread = {sequence.oid for sequence in unseen}
        shown = [
            proof for proof in verification.proofs if shows(proof, self._detail) and proof.sequence.oid not in unread
        ]
        if shown or not self._detail.quiet:
            heading(self._terminal, verification.server)
        if shown:
            self._listing(shown, verification.proofs if verification.whole else ())

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write nothing yet: the error has been reported already."""
        self._overview.unreachable(unreachable)

    def close(self) -> None:
        """Write a line for each of several databases, and the sums."""
        privileges(self._terminal, self._lacking)
        self._overview.write(self._terminal, self._detail)
        if self._codes and not self._detail.quiet:
            self._terminal.line((proof_sums(self._counts), _STYLE[ExitCode.worst(self._codes)]))

    def _unread(self, verification: Verification) -> list[Sequence]:
        """The sequences that are not listed one by one, since a privilege to read them is missing."""
        unread = [proof.sequence for proof in verification.proofs if proof.lacks_privilege and proof.ignored is None]
        return unread if len(unread) >= FEW and not self._detail.verbose else []

    def _listing(self, shown: list[Proof], everything: tuple[Proof, ...]) -> None:
        rows = folding.rows(shown, self._detail, folding.proof, everything)
        listed = rows[: self._detail.limit]
        width = max(len(words.number(row.report.next_value)) for row in listed)
        lines = [_cells(row.report, width, self._detail) for row in listed]
        columns = Columns(self._terminal, lines, margin=SIGN)
        for row, cells in zip(listed, lines, strict=True):
            proof = row.report
            sign = _SIGN[proof.proved] if proof.ignored is None else ("·", "faint")
            columns.row(cells, {VERDICT: sign[1]}, sign=sign)
            if proof.reason:
                self._terminal.note(display(proof.reason), indent=INDENT)
            if proof.hint:
                ways.write(self._terminal, row.hint(proof.hint), INDENT)
            for relation, reason in proof.not_inserted:
                self._terminal.note(display(f"no INSERT into {relation}: {reason}"), "faint", indent=INDENT)
            remark(self._terminal, row)
        rest(self._terminal, rows, self._detail)
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
    works, fails, unproved, idle, repeats = (counts[name] for name in ("works", "fails", "unproved", "idle", "repeats"))
    tried = f" ({counts['inserted']:,} by a real INSERT)" if counts["inserted"] else ""
    texts = [f"{works - idle:,} proved{tried}"] * bool(works - idle)
    texts += [f"{fails - repeats:,} would fail"] * bool(fails - repeats)
    texts += [f"{repeats:,} would repeat an id"] * bool(repeats)
    texts += [f"{unproved:,} not proved"] * bool(unproved)
    texts += [words.feeding_nothing(idle)] * bool(idle)
    texts += [f"{counts['ignored']:,} ignored"] * bool(counts["ignored"])
    return ", ".join(texts)


def _cells(proof: Proof, width: int, detail: Detail) -> tuple[str, ...]:
    subject = words.subject(proof.sequence, whole=detail.verbose)
    next_value = "" if proof.next_value is None else f"next {words.number(proof.next_value):>{width}}"
    verb = "next insert " if proof.proved is not None or proof.repeats else ""
    return subject, next_value, verb + verdict(proof)
