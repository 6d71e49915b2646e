"""What `why` found: for people, and as a JSON document."""

from __future__ import annotations

import json
from typing import Any, Final, TextIO

from pgseq.commands.why import Answer, Cause, Evidence, Inquiry
from pgseq.model.sequences import Problem, Status
from pgseq.names import display
from pgseq.render.json.document import FORMAT
from pgseq.render.text import words
from pgseq.render.text.terminal import Terminal
from pgseq.render.writer import Detail, Unreachable, by
from pgseq.version import __version__

NAMES: Final[dict[Cause, str]] = {
    "explicit_ids": "explicit ids",
    "import": "import",
    "setval": "setval",
    "restart": "restart",
    "replication": "replication",
    "stray_id": "stray id",
    "shared": "shared",
    "repointed": "re-pointed",
    "replaced": "replaced",
    "lost_default": "lost default",
}
INDENT: Final = 4
#: Evidence stands to the right of the causes' names.
MARGIN: Final = INDENT + 2 + max(map(len, NAMES.values()))
#: What is said where nothing speaks for a cause.
NOTHING: Final[dict[Status, str]] = {
    "out_of_sync": "no trace is left of how it got there",
    "exhausted": "nothing speaks for a setval() or RESTART: it may simply have been used up",
}


class CauseTable:
    """Writes what is wrong and why to `terminal`, and with `detail.verbose` healthy sequences, too."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail

    def database(self, inquiry: Inquiry) -> None:
        """Write one database."""
        shown = [one for one in inquiry.answers if self._detail.verbose or words.wrong(one.examined)]
        listed = shown[: self._detail.limit]
        if not (shown or not self._detail.quiet):
            return
        self._terminal.line((words.database(inquiry.report.server), "faint"))
        self._terminal.line()
        for one in listed:
            self._answer(one)
        if len(shown) > len(listed):
            self._terminal.line((f"… {len(shown) - len(listed)} more", "faint"))
            self._terminal.line()
        if not shown:
            self._terminal.line(("nothing is out of sync: there is nothing to explain", ""))
        if not self._detail.quiet:
            self._scope(inquiry)

    def unreachable(self, one: Unreachable) -> None:
        """Nothing: its error has been written already."""

    def close(self) -> None:
        """Nothing follows the last database."""

    def _answer(self, one: Answer) -> None:
        sequence, status = one.examined.sequence, one.examined.status
        self._terminal.line(
            (display(sequence.sql), "head"), (f" → {words.feeds(sequence)}: ", ""), (words.state(one.examined), status)
        )
        if status in NOTHING and not one.evidence:
            self._terminal.note(NOTHING[status], indent=INDENT)
        said: Cause | None = None
        for evidence in one.evidence:
            self._evidence(evidence, named=evidence.cause != said)
            said = evidence.cause
        for unseen in one.unseen:
            self._unseen(unseen)
        self._terminal.line()

    def _evidence(self, one: Evidence, *, named: bool) -> None:
        label = NAMES[one.cause].ljust(MARGIN - INDENT - 2) if named else ""
        self._terminal.note(display(f"{one.text} [{one.source}]"), label=label, indent=MARGIN)
        if one.limit:
            self._terminal.note(display(f"but: {one.limit}"), "faint", indent=MARGIN)

    def _unseen(self, one: Problem) -> None:
        hint = f" → {one.hint}" if one.hint else ""
        self._terminal.note(display(f"not seen: {one.reason}{hint}"), "unknown", indent=INDENT)

    def _scope(self, inquiry: Inquiry) -> None:
        if inquiry.seen:
            self._terminal.note(display(f"Looked at: {'; '.join(inquiry.seen)}."), "faint")
        for one in inquiry.unseen:
            hint = f" → {one.hint}" if one.hint else ""
            self._terminal.note(display(f"Not seen: {one.reason}{hint}"))
        for advice in inquiry.advice:
            self._terminal.note(display(f"For next time: {advice}"))


class CauseDocument:
    """Writes one JSON document over all databases to `out`; `config` is the configuration file that was read."""

    def __init__(self, out: TextIO, config: str | None = None) -> None:
        self._out = out
        self._config = config
        self._sequences: list[dict[str, Any]] = []
        self._databases: list[dict[str, Any]] = []
        self._unreachable: list[dict[str, str]] = []

    def database(self, inquiry: Inquiry) -> None:
        """Add one database."""
        name = inquiry.report.server.database
        self._sequences += [_fields(name, one) for one in inquiry.answers]
        self._databases.append(
            {
                "database": name,
                "looked_at": list(inquiry.seen),
                "not_seen": [_reason(one) for one in inquiry.unseen],
                "for_next_time": list(inquiry.advice),
            }
        )

    def unreachable(self, one: Unreachable) -> None:
        """Add a database that could not be looked at."""
        self._unreachable.append({"database": one.database, "reason": one.reason, "hint": one.hint})

    def close(self) -> None:
        """Write the document."""
        document: dict[str, Any] = {"format": FORMAT, "pgseq": __version__} | by(self._config)
        document["sequences"] = self._sequences
        document["databases"] = self._databases
        if self._unreachable:
            document["unreachable"] = self._unreachable
        self._out.write(json.dumps(document) + "\n")


def _fields(database: str, one: Answer) -> dict[str, Any]:
    sequence = one.examined.sequence
    return {
        "database": database,
        "schema": sequence.schema,
        "name": sequence.name,
        "sql": sequence.sql,
        "status": one.examined.status,
        "causes": [
            {"cause": each.cause, "evidence": each.text, "source": each.source, "limit": each.limit or None}
            for each in one.evidence
        ],
        "not_seen": [_reason(each) for each in one.unseen],
    }


def _reason(one: Problem) -> dict[str, str]:
    return {"reason": one.reason, "remedy": one.hint}
