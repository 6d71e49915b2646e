"""Runs files on a throw-away database, in order and as psql does, and has `check` judge what each leaves behind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from pgseq import workflow
from pgseq.commands.lint.notes import Limit, Note, NoteList
from pgseq.commands.lint.parse.connect import database
from pgseq.commands.lint.parse.pieces import Place, PsqlCommand, Statement
from pgseq.commands.lint.parse.placeholders import ANY, filled
from pgseq.commands.lint.parse.psql import DATA_FOLLOW, READ_FILES, assigned, copied
from pgseq.commands.lint.parse.splitter import Splitter
from pgseq.commands.lint.parse.way_back import MARK
from pgseq.commands.lint.runs import FileRun, UnresolvedSequence, left_out, touches_none
from pgseq.errors import QueryFailed
from pgseq.model.configuration import Config
from pgseq.model.limits import Limits
from pgseq.names import display, excerpt
from pgseq.pg.connect import open_pool
from pgseq.pg.scratch import Scratch, scratch_database
from pgseq.sql.grammar import Node, NotUnderstood, Parse, TooDeep, TooLong

#: in_failed_sql_transaction: what failed before it has been told.
_IN_FAILED_TRANSACTION: Final = "25P02"
#: How a statement begins that may be run although it is too long to be read.
_HARMLESS: Final = re.compile(r"(?:insert|with|select|values|update|delete|copy|do)\b", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Runner:
    """Runs files on databases of its own, which are dropped with `close`."""

    #: The server's connection string.
    dsn: str = field(repr=False)
    parse: Parse
    limits: Limits
    config: Config = field(default_factory=Config)
    #: The values of placeholders, by name.
    values: Mapping[str, str] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)
    _databases: dict[int, Scratch] = field(default_factory=dict)
    #: What was left behind by the files so far, by database.
    _left: dict[int, frozenset[UnresolvedSequence]] = field(default_factory=dict)

    def close(self) -> None:
        """Drop the databases. Raises QueryFailed."""
        self._stack.close()

    def run(self, file: str, blocks: Iterator[bytes], number: int) -> FileRun:
        """Run a file on the database of that number, a new one at first; `blocks` are read to their end.

        Raises UsageError, ConnectionFailed, QueryFailed.
        """
        if number not in self._databases:
            self._databases[number] = self._stack.enter_context(scratch_database(self.dsn, self.limits.statement_ms))
        scratch = self._databases[number]
        running = _Running(scratch=scratch, parse=self.parse, values={**self.values})
        splitter = Splitter(blocks, file, lambda piece: None, whole=True)
        running.read(splitter)
        if scratch.reconnect():
            running.fail(splitter.place, "the file ends within a transaction, which is rolled back")
        left = frozenset(self._check(scratch))
        new = left - self.left(number)
        self._left[number] = left
        return FileRun(failures=running.failures, left_behind=tuple(sorted(new)), end=splitter.place)

    def left(self, number: int) -> frozenset[UnresolvedSequence]:
        """What is left behind in the database of that number now."""
        return self._left.get(number, frozenset())

    def _check(self, scratch: Scratch) -> Iterator[UnresolvedSequence]:
        options = workflow.Options(limits=self.limits, config=self.config, on_missing_feeds=lambda feeds: None)
        with open_pool(scratch.dsn, 1) as pool:
            for report in workflow.check(pool, options).sequences:
                if report.status in ("out_of_sync", "unknown"):
                    yield UnresolvedSequence.of(report.diagnosis)


@dataclass(slots=True, kw_only=True)
class _Running:
    """The state of running one file."""

    scratch: Scratch
    parse: Parse
    values: dict[str, str]
    failures: NoteList[Note] = field(default_factory=lambda: NoteList(Limit()))
    #: The database that the file has connected to; empty: it has named none.
    database: str = ""
    #: It has connected to another database, which is left alone.
    elsewhere: bool = False

    def read(self, splitter: Splitter) -> None:
        """Run the statements, up to the way back."""
        for piece in splitter:
            match piece:
                case Statement():
                    self._statement(splitter, piece)
                case PsqlCommand():
                    self._command(splitter, piece)
                case _ if MARK.match(getattr(piece, "text", "")):
                    break

    def fail(self, place: Place, reason: str, *, counts: bool = True) -> None:
        """Note what was not run, and why; it does not count where it can touch no sequence."""
        self.failures.add(Note(place=place, text=reason, counts=counts))

    def _statement(self, splitter: Splitter, piece: Statement) -> None:
        text, trees, reason = filled(piece.text, self.values), [], ""
        try:
            trees = self.parse(text)
            reason = left_out(trees)
        except (TooDeep, TooLong) as error:
            reason = "" if _HARMLESS.match(text) else error.message
        except NotUnderstood:
            pass  # The server says what it is.
        if self.elsewhere or reason:
            if not self.elsewhere:
                self.fail(piece.place, reason, counts=not touches_none(text, trees))
            if DATA_FOLLOW.match(text):
                splitter.raw_data()
                splitter.skip_data()
        elif piece.sent_by != "gdesc":
            self._send(splitter, piece, text, trees)

    def _send(self, splitter: Splitter, piece: Statement, text: str, trees: list[Node]) -> None:
        try:
            if DATA_FOLLOW.match(text) and (not trees or "CopyStmt" in trees[0]):
                try:
                    self.scratch.copy(text, splitter.raw_data())
                finally:
                    splitter.skip_data()
                return
            rows = self.scratch.execute(text)
            for cell in (cell for row in rows for cell in row if piece.sent_by == "gexec" and cell is not None):
                self._statement(splitter, Statement(text=str(cell), place=piece.place))
        except QueryFailed as error:
            if error.sqlstate == _IN_FAILED_TRANSACTION:
                return
            reason = error.message
            if placeholder := ANY.search(text) if error.sqlstate == "42601" else None:
                reason += f"; {excerpt(placeholder.group())} has no value: give it with --set NAME=VALUE"
            self.fail(piece.place, reason, counts=not touches_none(text, trees))

    def _command(self, splitter: Splitter, command: PsqlCommand) -> None:
        words = command.words or [""]
        if words[0] in READ_FILES:
            self.fail(command.place, f"{excerpt(command.text)} is not followed: give that file, too")
        elif pair := assigned(command):
            self.values[pair[0]] = pair[1]
        elif words[0] in ("c", "connect"):
            self._connect(command, database(command.text.partition(words[0])[2]))
        elif copy := copied(command):
            self._statement(splitter, copy)

    def _connect(self, command: PsqlCommand, named: str) -> None:
        """The first database that the file names is the one that it is written for."""
        self.database = self.database or named
        if self.scratch.reconnect():
            self.fail(command.place, "a transaction is open here, which is rolled back")
        self.elsewhere = named not in ("", self.database)
        if self.elsewhere:
            self.fail(command.place, f"what follows is for another database, {display(named)}")
