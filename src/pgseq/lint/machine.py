"""Runs statements on worlds: one statement at a time, as the server would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pgseq import grammar
from pgseq.grammar import Node
from pgseq.lint import blocks, definitions, moving, storing
from pgseq.lint.copydata import Form
from pgseq.lint.pieces import Place
from pgseq.lint.values import constant
from pgseq.lint.world import UNNAMED, Column, World

_RUN: Final[dict[str, Callable[[World, Node, Place], None]]] = {
    "CreateStmt": definitions.create_table,
    "CreateTableAsStmt": definitions.create_table_as,
    "CreateSchemaStmt": definitions.create_schema,
    "CreateSeqStmt": definitions.create_sequence,
    "AlterSeqStmt": definitions.alter_sequence,
    "AlterTableStmt": definitions.alter_table,
    "AlterObjectSchemaStmt": definitions.set_schema,
    "RenameStmt": definitions.rename,
    "DropStmt": definitions.drop_objects,
    "InsertStmt": storing.insert,
    "UpdateStmt": storing.update,
    "MergeStmt": storing.merge,
    "TruncateStmt": storing.truncate,
    "DeleteStmt": storing.delete,
    "DoStmt": blocks.do,
}
#: Statements in which no function is called that could move a sequence.
_SILENT: Final = frozenset({"CreateStmt", "CreateSeqStmt", "AlterTableStmt", "TransactionStmt", "CommentStmt"})


@dataclass(slots=True, kw_only=True)
class Machine:
    """The worlds of the databases that files connect to; `world` is the current one's."""

    world: World = field(default_factory=World)
    #: The name of its database; empty: none has been said.
    database: str = ""
    _others: dict[str, World] = field(default_factory=dict)

    def run(self, statement: Node, place: Place) -> None:
        """Run one statement but COPY."""
        for kind, body in statement.items():
            if kind == "VariableSetStmt":
                self._set(body)
                continue
            for one, part in _within(kind, body):
                if one in _RUN:
                    _RUN[one](self.world, part, place)
            if kind == "SelectStmt" and "intoClause" in body:
                definitions.create_table_as(self.world, body, place)
            if kind not in _SILENT and not (kind == "InsertStmt" and "withClause" not in body):
                moving.calls(self.world, kind, body, place)
            if kind == "SelectStmt":
                self._configure(body)

    def copy(self, node: Node, place: Place) -> list[tuple[int, Column]] | None:
        """A COPY … FROM: what of its data to look at."""
        return storing.copy(self.world, node, place)

    def copied(self, blocks: Iterator[bytes], form: Form, given: list[tuple[int, Column]], place: Place) -> None:
        """The data of a COPY … FROM STDIN."""
        storing.copied(self.world, blocks, form, given, place)

    def connect(self, database: str) -> None:
        r"""\connect: the same search_path as at the start, and in another database other tables."""
        if database not in ("", self.database):
            # The first one named is where the file was meant for.
            if self.database or self.world.tables:
                self._others[self.database] = self.world
                self.world = self._others.get(database, World())
            self.database = database
        self.world.path = self.world.home

    @property
    def worlds(self) -> list[World]:
        """Every world that the files have been in, the current one last."""
        return [*(one for one in self._others.values() if one is not self.world), self.world]

    def _set(self, body: Node) -> None:
        """SET search_path."""
        if body.get("name") != "search_path":
            return
        if body.get("kind") == "VAR_SET_VALUE":
            self._search([constant(one) or "" for one in body.get("args", ())])
        else:
            self.world.path = self.world.home

    def _configure(self, select: Node) -> None:
        """SELECT set_config('search_path', …), as pg_dump writes it."""
        for kind, body in grammar.nodes(select.get("targetList", [])):
            if kind == "FuncCall" and grammar.strings(body["funcname"])[-1] == "set_config":
                name, value = (constant(one) for one in body.get("args", ())[:2])
                if name == "search_path" and value is not None:
                    self._search([one.strip().strip('"') for one in value.split(",")])

    def _search(self, schemas: list[str]) -> None:
        self.world.path = tuple(one for one in schemas if one not in (UNNAMED, "$user", "pg_catalog"))


def _within(kind: str, body: Node) -> Iterator[tuple[str, Node]]:
    """A statement with those in its WITH clause, which run first."""
    if kind in ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt"):
        for common in body.get("withClause", {}).get("ctes", ()):
            for inner, part in common["CommonTableExpr"].get("ctequery", {}).items():
                yield from _within(inner, part)
    yield kind, body
