"""Reads one file: what its statements, commands and comments do to the simulated state, and what is noted of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from pgseq.commands.lint.noqa import IgnoreComments
from pgseq.commands.lint.notes import Note, Notes
from pgseq.commands.lint.parse.connect import database
from pgseq.commands.lint.parse.copy_data import form
from pgseq.commands.lint.parse.others import MYSQL, MYSQL_NOTE, SILENT
from pgseq.commands.lint.parse.parts import head_of, place_of, with_placeholder, with_setval
from pgseq.commands.lint.parse.pieces import Comment, InsertedRows, Opening, Place, PsqlCommand, Statement
from pgseq.commands.lint.parse.placeholders import ANY, parsed
from pgseq.commands.lint.parse.psql import DATA_FOLLOW, READ_FILES, assigned, copied
from pgseq.commands.lint.parse.splitter import Splitter
from pgseq.commands.lint.parse.way_back import LIKE_A_MARK, MARK
from pgseq.commands.lint.simulator.gathering import Gathering
from pgseq.commands.lint.simulator.run import Simulator
from pgseq.names import excerpt
from pgseq.sql import trees
from pgseq.sql.grammar import MAJOR, Node, NotUnderstood, Parse, TooDeep, TooLong

_DUMP: Final = re.compile(r"-- PostgreSQL database (?:cluster )?dump(?P<complete> complete)?\s*$")
#: pg_dump's comments above each object, and above the rows of a table.
_ROWS: Final = "-- Data for Name: "
_PARTS: Final = ("-- Name: ", _ROWS)
#: Whose words the dump may use: pg_dump's head names the server and itself.
_VERSION: Final = re.compile(r"-- Dumped (?:from database|by pg_dump) version (?P<major>[0-9]{1,3})(?![0-9])")
_INSERTS: Final = re.compile(r"(?:insert|with)\b", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class FileReading:
    """The state of reading one file."""

    parse: Parse
    simulator: Simulator
    file: str
    notes: Notes = field(default_factory=Notes)
    ignore_comments: IgnoreComments = field(default_factory=IgnoreComments)
    statements: int = 0
    #: The rows of a long INSERT so far; None: none is being read, or one of its parts cannot be read.
    rows: Gathering | None = None
    #: That part, and why.
    failed: tuple[Statement, NotUnderstood] | None = None
    #: The first part that is understood only with something in its placeholders' place, and why: what is told if a
    #: later part cannot be read.
    doubtful: tuple[Statement, NotUnderstood] | None = None
    #: The heading of a dump has been read, but not its closing line.
    open_dump: bool = False
    #: The last of pg_dump's comments in it is above rows.
    dumped_rows: bool = False
    #: It is the dump of a later PostgreSQL than the grammar's.
    newer: bool = False
    #: The values of placeholders, by name.
    values: dict[str, str] = field(default_factory=dict)
    #: The last comment that reads like the head of a way back.
    maybe_back: str = ""
    #: It has been told of as one of another database's.
    foreign: bool = False
    #: The rest of the file undoes the file, and is not read.
    way_back: bool = False
    #: A part of it was left out that may undo the file.
    may_go_back: bool = False

    @property
    def closed(self) -> str:
        """Why nothing can be appended to it; empty: it can."""
        return "it has a way back" if self.way_back else "it may have a way back" if self.may_go_back else ""

    def read(self, splitter: Splitter) -> None:
        for piece in splitter:
            match piece:
                case Statement():
                    self.statements += not piece.more
                    self._statement(splitter, piece)
                case InsertedRows():
                    if self.rows is not None:
                        self.rows.read(piece.data)
                        self.rows.narrow()
                case PsqlCommand():
                    self._command(splitter, piece)
                case Comment():
                    if LIKE_A_MARK.match(piece.text):
                        self.maybe_back = piece.text.strip()
                    self.way_back = MARK.match(piece.text) is not None
                    if self.way_back:
                        break
                    if dump := _DUMP.match(piece.text):
                        self.open_dump = dump["complete"] is None
                    elif version := _VERSION.match(piece.text):
                        self.newer = self.newer or int(version["major"]) > MAJOR
                    elif piece.text.startswith(_PARTS):
                        self.dumped_rows = piece.text.startswith(_ROWS)
                    for note in self.ignore_comments.take(piece):
                        self.notes.ignore_comments.add(note)
        in_data = splitter.ended_in == "data"
        if in_data or self.open_dump:
            text = "the file ends within COPY data" if in_data else "the dump ends without its closing line"
            self.notes.cut_off.append(Note(place=splitter.place, text=text))

    def opening(self, piece: Statement) -> Opening | None:
        """How an INSERT … VALUES begins to which more rows may follow; takes in the rows so far."""
        if piece.cut or not _INSERTS.match(piece.text):
            return None
        try:
            (statement,) = self.parse(piece.text)
        except (NotUnderstood, ValueError):
            return None
        insert = statement.get("InsertStmt", {})
        head = head_of(piece.text, insert)
        if head is None:
            return None
        self.rows = Gathering.of(self.simulator.state, insert)
        self.rows.narrow()
        self.rows.take_setvals(insert)
        return Opening(head=head, rows=self.rows.pattern)

    def _statement(self, splitter: Splitter, piece: Statement) -> None:
        if piece.repeated and self.rows is None:
            self._after_failure(splitter, piece)
        else:
            self._read_statement(splitter, piece)
        if piece.sent_by == "gexec":
            self.simulator.scan_text(piece.text, piece.place, "what \\gexec sends")

    def _after_failure(self, splitter: Splitter, piece: Statement) -> None:
        """A part of a long INSERT after one that cannot be read; the last part has the place of the statement."""
        if self.failed is None or piece.sent_by == "gdesc":
            return  # \gdesc sends nothing.
        part, error = self.failed
        text = piece.text[piece.repeated :]
        if not piece.more:
            self._not_understood(splitter, replace(part, text=f"{part.text}\n{text}", place=piece.place), error)
            return
        part = with_placeholder(part, error, text)
        self.failed = with_setval(part) if "setval" in text.lower() else part, error

    def _read_statement(self, splitter: Splitter, piece: Statement) -> None:
        rows, self.rows = self.rows, None
        if not piece.repeated:
            self.doubtful = None
        try:
            statements, doubt = self._parsed(piece)
            if piece.repeated and doubt and not self.doubtful:
                self.doubtful = piece, doubt
            if piece.repeated and rows is not None and statements:
                rows.take(statements[0]["InsertStmt"])
                self.rows = rows if piece.more else None
            for statement in statements if not piece.more else ():
                self._run(splitter, statement, piece, alone=len(statements) == 1)
        except (NotUnderstood, RecursionError) as error:
            # Without its traceback, which would keep the tree of the part.
            failure = error.with_traceback(None) if isinstance(error, NotUnderstood) else TooDeep()
            part, why = self.doubtful or (piece, failure)
            if rows is not None and rows.calls_setval:
                part = with_setval(part)
            self.failed = part, why
            if self.doubtful:
                self._after_failure(splitter, piece)
            elif not piece.more:
                self._not_understood(splitter, part, why)

    def _parsed(self, piece: Statement) -> tuple[list[Node], NotUnderstood | None]:
        """The statements that psql sends, and why they are not understood as they are written. Raises NotUnderstood."""
        if piece.cut:
            raise TooLong
        statements, doubt = parsed(piece, self.parse, self.values) if piece.sent_by != "gdesc" else ([], None)
        if piece.shortened and (piece.sent_by == "gexec" or any("DoStmt" in one for one in statements)):
            raise TooLong
        return statements, doubt

    def _run(self, splitter: Splitter, statement: Node, piece: Statement, *, alone: bool) -> None:
        if statement.get("CopyStmt", {}).get("is_from"):
            self._copy(splitter, statement["CopyStmt"], piece.place)
            return
        if self.maybe_back and "DropStmt" in statement and self.simulator.undoes(statement["DropStmt"], self.file):
            text = f"the comment {excerpt(self.maybe_back)} may begin what undoes the file"
            self.notes.not_read.add(Note(place=piece.place, text=text))
            self.may_go_back = True
            return
        if "InsertStmt" in statement and not self.dumped_rows:
            self.open_dump = False  # The heading of a dump that is kept on by hand: pg_dump writes no such INSERT.
        self.simulator.run(statement, piece.place, piece.text if alone else "")
        if "VariableSetStmt" in statement:
            _conform(splitter, statement["VariableSetStmt"])

    def _not_understood(self, splitter: Splitter, piece: Statement, error: NotUnderstood) -> None:
        """A syntax error, a variable that psql or a tool replaces, or too much for the grammar."""
        place = place_of(piece, error)
        if isinstance(error, TooDeep | TooLong):
            source = "a statement that is nested too deeply or too long"
            if not self.simulator.scan_text(piece.text, piece.place, source):
                self.notes.not_read.add(Note(place=piece.place, text=error.message))
        elif SILENT.match(piece.text) and ANY.search(piece.text):
            pass
        elif variable := ANY.search(piece.text, max(error.position - 1, 0)) or ANY.search(piece.text):
            name = excerpt(variable.group())
            if not self.simulator.scan_text(piece.text, piece.place, f"a statement with {name}, which has no value,"):
                self.notes.lacks_value(name, place)
        elif self.newer:
            source = "a statement that may be newer than the grammar"
            if not self.simulator.scan_text(piece.text, piece.place, source):
                text = f"newer than the grammar, which is that of PostgreSQL {MAJOR}: {error.message}"
                self.notes.not_read.add(Note(place=place, text=text))
        elif self.foreign or MYSQL.search(piece.text):
            if not self.foreign:
                self.notes.syntax_errors.add(Note(place=place, text=MYSQL_NOTE))
            self.foreign = True
        else:
            self.notes.syntax_errors.add(Note(place=place, text=error.message))
        if DATA_FOLLOW.match(piece.text):
            splitter.data()
            splitter.skip_data()

    def _copy(self, splitter: Splitter, node: Node, place: Place) -> None:
        columns = self.simulator.copy(node, place)
        if node.get("filename") or node.get("is_program"):
            return
        data = splitter.data(form(node).marks)
        if columns:
            self.simulator.copied(data, form(node), columns, place)
        splitter.skip_data()

    def _command(self, splitter: Splitter, command: PsqlCommand) -> None:
        words = command.words or [""]
        if words[0] in READ_FILES:
            self.notes.not_followed.add(command)
        elif pair := assigned(command):
            self.values[pair[0]] = pair[1]
        elif words[0] in ("c", "connect"):
            self.simulator.connect(database(command.text.partition(words[0])[2]))
        elif copy := copied(command):
            self._statement(splitter, copy)


def _conform(splitter: Splitter, body: Node) -> None:
    """SET standard_conforming_strings."""
    if body.get("name") == "standard_conforming_strings":
        values = [trees.constant(one) for one in body.get("args", ())]
        splitter.conforming = [str(one).lower() for one in values] not in (["off"], ["false"], ["0"], ["no"])
