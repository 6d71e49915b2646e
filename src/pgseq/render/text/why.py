"""The report of `why`: for people, and as a JSON document."""

from __future__ import annotations

import json
from typing import Any, Final, TextIO

from pgseq.commands.why import Cause, Evidence, SequenceCauses, WhyReport
from pgseq.model.diagnosis import Status
from pgseq.model.reports import DatabaseReport, Unreachable
from pgseq.model.sequences import Problem
from pgseq.model.server import Server
from pgseq.names import display
from pgseq.render.json.check import head
from pgseq.render.json.document import FORMAT
from pgseq.render.text import ways, words
from pgseq.render.text.check import INDENT, heading, privileges, rest, unread
from pgseq.render.text.terminal import Terminal
from pgseq.render.writer import Detail, by
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
#: Evidence stands to the right of the causes' names.
MARGIN: Final = INDENT + 2 + max(map(len, NAMES.values()))
#: What is said where nothing speaks for a cause.
NOTHING: Final[dict[Status, str]] = {
    "out_of_sync": "no trace is left of how it got there",
    "exhausted": "nothing speaks for a setval() or RESTART: it may simply have been used up",
}


class CauseTable:
    """Writes sequences that are wrong, with their causes; with `detail.verbose` healthy ones, too."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail
        self._reports: list[DatabaseReport] = []

    def database(self, why_report: WhyReport) -> None:
        """Write one database."""
        database = why_report.database_report
        unread_oids = {sequence.oid for _, sequences in unread([database], self._detail) for sequence in sequences}
        shown = [
            causes
            for causes in why_report.sequences
            if self._detail.verbose or (words.wrong(causes.report) and causes.report.sequence.oid not in unread_oids)
        ]
        self._reports.append(database)
        listed = shown[: self._detail.limit]
        if not (shown or not self._detail.quiet):
            return
        heading(self._terminal, why_report.database_report.server)
        for causes in listed:
            self._causes(causes)
        if len(shown) > len(listed):
            rest(self._terminal, shown, self._detail)
            self._terminal.line()
        if not (shown or unread_oids):
            idle = sum(one.report.counts_as == "feeds_no_column" for one in why_report.sequences)
            apart = f"; {words.feeding_nothing(idle)}" if idle else ""
            nothing = "nothing is out of sync: there is nothing to explain"
            self._terminal.line((f"{nothing}{apart}" if why_report.sequences else words.NOTHING, ""))
        if not self._detail.quiet:
            self._scope(why_report)

    def unreachable(self, database: Unreachable) -> None:
        """Nothing: its error has been written already."""

    def close(self) -> None:
        """Write the privileges that are missing."""
        privileges(self._terminal, unread(self._reports, self._detail))

    def _causes(self, causes: SequenceCauses) -> None:
        sequence, status = causes.report.sequence, causes.report.status
        sign, style = words.sign(causes.report)
        subject = self._terminal.own(words.subject(sequence, whole=self._detail.verbose))
        parts = (words.coming(causes.report), words.stored(causes.report))
        self._terminal.line(
            (f"{self._terminal.own(sign)} ", style),
            (subject, "head"),
            ("".join(f"  {part}" for part in parts if part), ""),
            ("  ", ""),
            (words.state(causes.report), style),
        )
        if status in NOTHING and not causes.evidence:
            self._terminal.note(NOTHING[status], indent=INDENT)
        named: Cause | None = None
        for evidence in causes.evidence:
            self._evidence(evidence, named=evidence.cause != named)
            named = evidence.cause
        for problem in causes.problems:
            self._problem(problem)
        self._terminal.line()

    def _evidence(self, evidence: Evidence, *, named: bool) -> None:
        label = NAMES[evidence.cause].ljust(MARGIN - INDENT - 2) if named else ""
        text = display(f"{evidence.text} [{evidence.source}]")
        self._terminal.note(text, lead=((f"{' ' * INDENT}{label.ljust(MARGIN - INDENT)}", "head"),), indent=MARGIN)
        if evidence.limit:
            self._terminal.note(display(f"but: {evidence.limit}"), "faint", indent=MARGIN)

    def _problem(self, problem: Problem, said: str = "not seen", indent: int = INDENT) -> None:
        self._terminal.note(display(f"{said}: {problem.reason}"), "unknown", indent=indent)
        if problem.hint:
            ways.write(self._terminal, problem.hint, indent + INDENT)

    def _scope(self, why_report: WhyReport) -> None:
        if why_report.sources:
            self._terminal.note(display(f"Looked at: {'; '.join(why_report.sources)}."), "faint")
        for problem in why_report.problems:
            self._problem(problem, "Not seen", 0)
        for advice in why_report.advice:
            self._terminal.note(display(f"For next time: {advice}"))


class CauseDocument:
    """Writes one JSON document over all databases to `out`; `config` is the configuration file that was read."""

    def __init__(self, out: TextIO, config: str | None = None) -> None:
        self._out = out
        self._config = config
        self._sequences: list[dict[str, Any]] = []
        self._databases: list[dict[str, Any]] = []
        self._unreachable: list[dict[str, str]] = []

    def database(self, why_report: WhyReport) -> None:
        """Add one database."""
        server = why_report.database_report.server
        self._sequences += [_fields(server, one) for one in why_report.sequences]
        self._databases.append(
            head(server)
            | {
                "looked_at": list(why_report.sources),
                "not_seen": [_reason(one) for one in why_report.problems],
                "for_next_time": list(why_report.advice),
            }
        )

    def unreachable(self, database: Unreachable) -> None:
        """Add a database that could not be looked at."""
        self._unreachable.append({"database": database.database, "reason": database.reason, "hint": database.hint})

    def close(self) -> None:
        """Write the document."""
        document: dict[str, Any] = {"format": FORMAT, "pgseq": __version__} | by(self._config)
        document["sequences"] = self._sequences
        document["databases"] = self._databases
        if self._unreachable:
            document["unreachable"] = self._unreachable
        self._out.write(json.dumps(document) + "\n")


def _fields(server: Server, causes: SequenceCauses) -> dict[str, Any]:
    sequence = causes.report.sequence
    return {
        "database": server.database,
        "host": server.host,
        "port": server.port,
        "schema": sequence.schema,
        "name": sequence.name,
        "sql": sequence.sql,
        "status": causes.report.status,
        "causes": [
            {"cause": each.cause, "evidence": each.text, "source": each.source, "limit": each.limit or None}
            for each in causes.evidence
        ],
        "not_seen": [_reason(each) for each in causes.problems],
    }


def _reason(problem: Problem) -> dict[str, str]:
    return {"reason": problem.reason, "hint": problem.hint}
