"""What `verify` proved: for people, and as a JSON document."""

from __future__ import annotations

import json
from typing import Any, Final, TextIO

from pgseq.model.reports import Proof, Verification
from pgseq.names import display
from pgseq.render.json.check import FORMAT
from pgseq.render.sink import Detail, Unreachable, by
from pgseq.render.text import words
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.version import __version__

HEAD: Final = ("Sequence", "Feeds", "Next", "Next insert")
NUMBERS: Final = frozenset({2})
VERDICT: Final = 3
INDENT: Final = 4

_STYLE: Final = {True: "ok", False: "out_of_sync", None: "unknown"}
_WORD: Final = {True: "works", False: "fails", None: "not proved"}
_KEY: Final = {True: "proved", False: "failing", None: "unproved"}
#: Those whose value is free, and that no column draws from.
_APART: Final = "feeding_nothing"


class ProofTable:
    """Writes what is not proved to `terminal`, and with `detail.verbose` everything."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail
        self._verifications: list[Verification] = []

    def database(self, verification: Verification) -> None:
        """Write one database."""
        self._verifications.append(verification)
        shown = [proof for proof in verification.proofs if self._shows(proof)]
        if shown or not self._detail.quiet:
            self._terminal.line((words.database(verification.server), "faint"))
            self._terminal.line()
        if shown:
            self._listing(shown)

    def unreachable(self, one: Unreachable) -> None:
        """Nothing: its error has been written already."""

    def close(self) -> None:
        """Write the sums."""
        if self._detail.quiet or not self._verifications:
            return
        works, fails, unproved = (sum(one.count(v) for one in self._verifications) for v in (True, False, None))
        idle = sum(one.feeding_nothing for one in self._verifications)
        proofs = [proof for one in self._verifications for proof in one.proofs]
        inserted = sum(bool(proof.inserted) for proof in proofs)
        ignored = sum(proof.ignored is not None for proof in proofs)
        tried = f" ({inserted} by a real INSERT)" if inserted else ""
        apart = f", {idle} {'feeds' if idle == 1 else 'feed'} no column" if idle else ""
        left_out = f", {ignored} ignored" if ignored else ""
        told = f"{works - idle} proved{tried}, {fails} would fail, {unproved} not proved{apart}{left_out}"
        self._terminal.line((told, ""))

    def _shows(self, proof: Proof) -> bool:
        if self._detail.verbose:
            return True
        return proof.ignored is None and (proof.proved is not True or bool(proof.not_inserted))

    def _listing(self, shown: list[Proof]) -> None:
        listed = shown[: self._detail.limit]
        rows = [_cells(proof) for proof in listed]
        columns = Columns(self._terminal, [HEAD, *rows], right=NUMBERS)
        columns.row(HEAD, default="head")
        for proof, cells in zip(listed, rows, strict=True):
            columns.row(cells, {VERDICT: _STYLE[proof.proved] if proof.ignored is None else "faint"})
            if proof.reason:
                self._terminal.note(display(proof.reason), indent=INDENT)
            for relation, reason in proof.not_inserted:
                self._terminal.note(display(f"no INSERT into {relation}: {reason}"), "faint", indent=INDENT)
        if len(shown) > len(listed):
            self._terminal.line((f"… {len(shown) - len(listed)} more", "faint"))
        self._terminal.line()


class ProofDocument:
    """Writes one JSON document over all databases to `out`; `config` is the configuration file that was read."""

    def __init__(self, out: TextIO, config: str | None = None) -> None:
        self._out = out
        self._config = config
        self._databases: list[dict[str, Any]] = []
        self._sums = dict.fromkeys((*_KEY.values(), _APART), 0)
        self._unreachable: list[dict[str, str]] = []

    def database(self, verification: Verification) -> None:
        """Add one database."""
        server = verification.server
        for proved, key in _KEY.items():
            self._sums[key] += verification.count(proved)
        self._sums[_KEY[True]] -= verification.feeding_nothing
        self._sums[_APART] += verification.feeding_nothing
        self._databases.append(
            {
                "database": server.database,
                "server_version": server.version,
                "in_recovery": server.in_recovery,
                "sequences": [_fields(proof) for proof in verification.proofs],
            }
        )

    def unreachable(self, one: Unreachable) -> None:
        """Add a database that could not be looked at."""
        self._unreachable.append({"database": one.database, "reason": one.reason, "hint": one.hint})

    def close(self) -> None:
        """Write the document."""
        document: dict[str, Any] = {"format": FORMAT, "pgseq": __version__} | by(self._config)
        document["databases"] = self._databases
        if self._unreachable:
            document["unreachable"] = self._unreachable
        self._out.write(json.dumps(document | {"summary": self._sums}) + "\n")


def _cells(proof: Proof) -> tuple[str, ...]:
    sequence = proof.sequence
    by_insert = " (tried)" if proof.inserted else ""
    ignored = f" (ignored: {display(proof.ignored)})" if proof.ignored is not None else ""
    verdict = _WORD[proof.proved] + by_insert + ignored
    return display(sequence.sql), words.feeds(sequence), words.number(proof.next_value), verdict


def _fields(proof: Proof) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "schema": proof.sequence.schema,
        "name": proof.sequence.name,
        "sql": proof.sequence.sql,
        "next_value": proof.next_value,
        "proved": proof.proved,
        "reason": proof.reason or None,
        "inserted": list(proof.inserted),
        "not_inserted": [{"table": relation, "reason": reason} for relation, reason in proof.not_inserted],
    }
    if proof.ignored is not None:
        fields["ignored"] = proof.ignored
    return fields
