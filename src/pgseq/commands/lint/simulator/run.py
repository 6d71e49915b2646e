"""Executes statements on a DatabaseState, one at a time, as the server would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pgseq.commands.lint.parse.copy_data import CopyFormat
from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.simulator import ddl, dml, fix_tables, queries, routines, setval
from pgseq.commands.lint.simulator.doubt import doubt, doubt_text
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.relations import UNNAMED, ColumnState, TableState
from pgseq.commands.lint.simulator.routines import Routine
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.sql import trees
from pgseq.sql.bodies import BodyStatement
from pgseq.sql.grammar import Node, NotUnderstood

#: How many routines that call each other are followed.
_DEEPEST: Final = 5

_RUN: Final[dict[str, Callable[[DatabaseState, Node, Place], None]]] = {
    "CreateStmt": ddl.create_table,
    "CreateTableAsStmt": queries.create_table_as,
    "CreateSchemaStmt": ddl.create_schema,
    "CreateSeqStmt": ddl.create_sequence,
    "AlterSeqStmt": ddl.alter_sequence,
    "AlterTableStmt": ddl.alter_table,
    "AlterObjectSchemaStmt": ddl.set_schema,
    "RenameStmt": ddl.rename,
    "DropStmt": ddl.drop_objects,
    "InsertStmt": dml.insert,
    "UpdateStmt": dml.update,
    "MergeStmt": dml.merge,
    "TruncateStmt": dml.truncate,
    "DeleteStmt": dml.delete,
    "ViewStmt": queries.create_view,
}
#: TransactionStmtKind of parsenodes.h.
_ENDING: Final = frozenset({"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_PREPARE"})
#: Statements that call their functions at once; others (CREATE VIEW, CREATE FUNCTION, PREPARE, DECLARE, …) define
#: what is executed later, if at all.
_CALLING: Final = frozenset(
    {"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CreateTableAsStmt", "CallStmt"}
)


@dataclass(slots=True, kw_only=True)
class Simulator:
    """The states of the databases that files connect to; `state` is the current database's."""

    state: DatabaseState = field(default_factory=DatabaseState)
    #: The name of its database; empty: no file has named one.
    database: str = ""
    _others: dict[str, DatabaseState] = field(default_factory=dict)
    #: The statements that PREPARE has made, by name.
    _prepared: dict[str, Node] = field(default_factory=dict)
    #: The search_path as it was before SET LOCAL; None: there was none.
    _before: tuple[str, ...] | None = None
    #: The routines that are running.
    _running: list[Routine] = field(default_factory=list)

    def run(self, statement: Node, place: Place, text: str = "") -> None:
        """Run one statement but COPY … FROM; `text` is the statement's, where it has one of its own.

        Raises RecursionError for one that is nested too deeply.
        """
        for kind, body in statement.items():
            match kind:
                case "VariableSetStmt":
                    self._set(body)
                case "TransactionStmt":
                    self._transaction(body)
                case "ExplainStmt" if trees.analyzes(body):
                    self.run(body["query"], place)
                case "PrepareStmt":
                    self._prepared[body["name"]] = body["query"]
                case "DeallocateStmt":
                    self._prepared = {name: one for name, one in self._prepared.items() if name != body.get("name")}
                case "ExecuteStmt" if body["name"] in self._prepared:
                    self.run(routines.bound(self._prepared[body["name"]], body.get("params", ())), place)
                case "CopyStmt" if "query" in body:
                    self.run(body["query"], place)
                case "CreateFunctionStmt":
                    routines.define(self.state, body, text)
                case "CreateTrigStmt":
                    routines.create_trigger(self.state, body)
                case "DoStmt":
                    block = routines.block(body, text)
                    if not fix_tables.run(self.state, block.body, place):
                        self._execute(block, (), place, certain=True)
                case "DropdbStmt":
                    self._drop_database(body["dbname"])
                case _:
                    self._run(kind, body, place)

    def _run(self, kind: str, body: Node, place: Place) -> None:
        for name, part in _within(kind, body):
            if name in _RUN:
                _RUN[name](self.state, part, place)
        if kind == "SelectStmt" and "intoClause" in body:
            queries.create_table_as(self.state, body, place)
        if kind in _CALLING and _calls(kind, body):
            setval.calls(self.state, kind, body, place)
        if kind == "SelectStmt":
            self._configure(body)
        self._follow(kind, body, place, certain=True)

    def _follow(self, kind: str, body: Node, place: Place, *, certain: bool) -> None:
        """The routines that a statement calls, and those of the triggers that it fires."""
        if not self.state.routines:
            return
        if kind in _CALLING and not body.get("into", {}).get("skipData", False):
            for routine, arguments, single in list(routines.calls(self.state, kind, body)):
                self._execute(routine, arguments, place, certain=certain and single)
        table = self.state.table(body["relation"]) if kind in routines.EVENTS and "relation" in body else None
        for routine in list(routines.triggers(self.state, table, kind)) if table else ():
            self._execute(routine, (), place, certain=False, table=table)

    def _execute(
        self,
        routine: Routine,
        arguments: Sequence[Node],
        place: Place,
        *,
        certain: bool,
        table: TableState | None = None,
    ) -> None:
        """Run the body of a routine; `table`: that of the trigger which calls it."""
        if routine in self._running or len(self._running) >= _DEEPEST:
            return
        try:
            steps = routine.steps
        except NotUnderstood:
            self.scan_text(routine.body, place, routine.label)
            return
        self._running.append(routine)
        try:
            for step in steps:
                self._step(routine, step, arguments, place, certain=certain)
                if table is not None and step.statement is not None:
                    _assign(table, step, Event(how="update", place=place, hidden=f"{routine.label} sets it"))
        finally:
            self._running.pop()

    def _step(
        self, routine: Routine, step: BodyStatement, arguments: Sequence[Node], place: Place, *, certain: bool
    ) -> None:
        if step.statement is None:
            self.scan_text(step.dynamic, place, routine.label)
            return
        ((kind, body),) = routines.bound(step.statement, arguments, routine.parameters).items()
        if not (certain and step.certain):
            doubt(self.state, {kind: body}, place, routine.label)
            self._follow(kind, body, place, certain=False)
        elif kind == "CopyStmt" and body.get("is_from"):
            self.copy(body, place)
        else:
            self.run({kind: body}, place)

    def undoes(self, drop: Node, file: str) -> bool:
        """Whether a DROP takes away ids that the file has stored in a table of its own."""
        if drop["removeType"] not in ("OBJECT_TABLE", "OBJECT_SCHEMA"):
            return False
        before = {table.key for table in self.state.tables.values() if table.made_in == file}
        names = [trees.strings(item["List"]["items"])[-1] for item in drop["objects"] if "List" in item]
        return any(
            column.stored
            for key in before
            for column in self.state.tables[key].fed
            if key[1] in names or drop["removeType"] == "OBJECT_SCHEMA"
        )

    def scan_text(self, text: str, place: Place, source: str) -> bool:
        """Scan text that is not executed for statements that would store ids; `source` names it in messages. Whether
        there are any."""
        return doubt_text(self.state, text, place, source)

    def copy(self, node: Node, place: Place) -> list[tuple[int, ColumnState]] | None:
        """COPY … FROM: the columns to read from its data, with their positions."""
        columns = dml.copy(self.state, node, place)
        self._follow("CopyStmt", node, place, certain=True)
        return columns

    def copied(
        self, data: Iterator[bytes], form: CopyFormat, columns: list[tuple[int, ColumnState]], place: Place
    ) -> None:
        """The data of a COPY … FROM STDIN."""
        dml.copied(self.state, data, form, columns, place)

    def connect(self, database: str) -> None:
        r"""\connect: reset the search_path, and switch to the tables of another database."""
        if database not in ("", self.database):
            # The first name is that of the database for which the files are written.
            if self.database or self.state.tables:
                self._others[self.database] = self.state
                self.state = self._others.get(database, DatabaseState())
            self.database = database
        ddl.end_session(self.state)
        self.state.path, self._before, self._prepared = self.state.home, None, {}

    def _transaction(self, body: Node) -> None:
        """COMMIT and ROLLBACK end SET LOCAL, and drop temporary tables ON COMMIT DROP."""
        if body["kind"] in _ENDING:
            ddl.end_transaction(self.state)
            if self._before is not None:
                self.state.path, self._before = self._before, None

    def _drop_database(self, name: str) -> None:
        self._others.pop(name, None)
        if name == self.database:
            self.state = DatabaseState(path=self.state.home, home=self.state.home)

    @property
    def states(self) -> list[DatabaseState]:
        """The state of every database that the files have connected to, the current one last."""
        return [*(one for one in self._others.values() if one is not self.state), self.state]

    def _set(self, body: Node) -> None:
        """SET search_path, and SET LOCAL."""
        if body.get("name") != "search_path":
            return
        if body.get("kind") == "VAR_SET_VALUE":
            schemas = [trees.constant(name) or "" for name in body.get("args", ())]
            self._search(schemas, local=bool(body.get("is_local")))
        else:
            self.state.path, self._before = self.state.home, None

    def _configure(self, select: Node) -> None:
        """SELECT set_config('search_path', …), as pg_dump writes it."""
        for call in trees.calls(select.get("targetList"), "set_config"):
            name, value, local = (*call.get("args", ()), {}, {}, {})[:3]
            schemas = trees.constant(value)
            if trees.constant(name) == "search_path" and schemas is not None:
                names = [schema.strip().strip('"') for schema in schemas.split(",")]
                self._search(names, local=bool(trees.truth(local)))

    def _search(self, schemas: list[str], *, local: bool) -> None:
        if not local:
            self._before = None
        elif self._before is None:
            self._before = self.state.path
        self.state.path = tuple(one for one in schemas if one not in (UNNAMED, "$user", "pg_catalog"))


def _assign(table: TableState, step: BodyStatement, event: Event) -> None:
    """A trigger sets a column of its row."""
    owner, _, name = step.target.lower().partition(".")
    column = table.columns.get(name.strip('"')) if owner == "new" else None
    if column is not None and column.sequence is not None and not trees.drawn(step.statement):
        dml.hide([column], event)


def _calls(kind: str, body: Node) -> bool:
    """Whether it may call functions outside of its rows."""
    if kind == "InsertStmt":
        values = "valuesLists" in body.get("selectStmt", {}).get("SelectStmt", {})
        return not values or "withClause" in body or "returningClause" in body
    return not body.get("into", {}).get("skipData", False)


def _within(kind: str, body: Node) -> Iterator[tuple[str, Node]]:
    """A statement, after those in its WITH clause, which run first."""
    if kind in ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt"):
        for common in body.get("withClause", {}).get("ctes", ()):
            for inner, part in common["CommonTableExpr"].get("ctequery", {}).items():
                yield from _within(inner, part)
    yield kind, body
