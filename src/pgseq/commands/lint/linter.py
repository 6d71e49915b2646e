"""Lints files in order: splits each into statements, simulates them, and checks the state at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.makers import Makers
from pgseq.commands.lint.model import FileReport
from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.parse.splitter import Splitter
from pgseq.commands.lint.reading import FileReading
from pgseq.commands.lint.rules import RULES
from pgseq.commands.lint.runs import FileRun
from pgseq.commands.lint.simulator.ddl import MadeTwice
from pgseq.commands.lint.simulator.relations import Name
from pgseq.commands.lint.simulator.run import Simulator
from pgseq.commands.lint.since import Earlier
from pgseq.commands.lint.subjects import merged
from pgseq.model.configuration import Config
from pgseq.model.limits import MAX_JUMP
from pgseq.sql.grammar import Parse

#: Codes of what a run does not show by itself, and of what it does.
_BESIDE_A_RUN: Final = frozenset({"PGL005", "PGL006", "PGL010", "PGL012", "PGL013"})
_NOWHERE: Final[Mapping[Name, Place]] = {}
#: Why `--fix` cannot append, by what the file ends in.
_CLOSED: Final = {"data": "it ends within COPY data", "quoted": "it ends within a quoted text or a comment"}


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads files in order; each continues with the tables and sequences of those before it."""

    parse: Parse
    config: Config = field(default_factory=Config)
    #: All the files, in the order in which they are read.
    makers: Makers = field(default_factory=Makers)
    #: The values of placeholders, by name.
    values: Mapping[str, str] = field(default_factory=dict)
    #: The share of a sequence's free values that `--fix` may give up.
    max_jump: float = MAX_JUMP
    simulator: Simulator = field(default_factory=Simulator)
    #: What was there at an earlier commit, and does not count.
    earlier: Earlier | None = None
    _reading: FileReading = field(init=False)
    #: By folder, where its files have been read.
    _simulators: dict[str, Simulator] = field(default_factory=dict)

    def read(self, file: str, blocks: Iterator[bytes]) -> FileReport:
        """Read one file. Raises MadeTwice: it is for another database than the files before it, and its blocks have to
        be read again, from a new state."""
        folder = str(Path(file).parent)
        self.simulator = self._simulators.get(folder, self.simulator)
        try:
            report = self._read(file, blocks)
        except MadeTwice:
            self.simulator = self._simulators[folder] = Simulator()
            raise
        self._simulators[folder] = self.simulator
        return report

    def _read(self, file: str, blocks: Iterator[bytes]) -> FileReport:
        self._reading = FileReading(parse=self.parse, simulator=self.simulator, file=file, values={**self.values})
        splitter = Splitter(blocks, file, self._reading.opening)
        self._reading.read(splitter)
        return replace(
            self._report(),
            closed=_CLOSED.get(splitter.ended_in, "") or self._reading.closed,
            # On a line of its own: the last one may end in a comment.
            joint="\n;\n" if splitter.ended_in == "statement" else "\n",
        )

    def appended(self, report: FileReport, text: str) -> FileReport:
        """The report on the file just read, with `text` appended."""
        for statement in self.parse(text):
            self.simulator.run(statement, Place(file="", line=0, column=0, end=0))
        after = self._report()
        return replace(after, fixed=len(report.behind) - len(after.behind))

    def with_run(self, report: FileReport, run: FileRun) -> FileReport:
        """The report on the file just read, by what came of running it."""
        places = {finding.sequence: finding.place for finding in report.findings if finding.sequence}
        return replace(self._report(run, places), closed=report.closed, joint=report.joint)

    def _report(self, run: FileRun | None = None, places: Mapping[Name, Place] = _NOWHERE) -> FileReport:
        reading = self._reading
        file = LintedFile.of(reading.file, self.simulator.states, reading.notes, self.max_jump)
        file = replace(file, makers=self.makers, run=run, places=places)
        rules = [rule for rule in RULES if run is None or rule.CODE in _BESIDE_A_RUN]
        all_findings = (finding for rule in rules for finding in rule.check(file))
        findings = merged(reading.ignore_comments.apply(all_findings, self.config))
        findings = self.earlier.apply(findings) if self.earlier else findings
        to_move = {sequence for finding in findings if finding.ignored is None for sequence in finding.resync}
        behind = tuple(linted.sequence for linted in file.sequences if linted.sequence in to_move)
        return FileReport(file=reading.file, findings=findings, behind=behind, statements=reading.statements)
