"""Routines and triggers that the files define, and which of them a statement calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pgseq.commands.lint.simulator.relations import TableState
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.names import display
from pgseq.sql import bodies, grammar, trees
from pgseq.sql.bodies import BodyStatement
from pgseq.sql.grammar import Node, NotUnderstood

#: Bits of CreateTrigStmt.events: TRIGGER_TYPE_INSERT and TRIGGER_TYPE_UPDATE of src/include/catalog/pg_trigger.h.
EVENTS: Final = {"InsertStmt": 1 << 2, "CopyStmt": 1 << 2, "MergeStmt": 1 << 2 | 1 << 4, "UpdateStmt": 1 << 4}
_ARGUMENTS: Final = ("FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC")


@dataclass(slots=True, kw_only=True, eq=False)
class Routine:
    """A function, procedure or DO block."""

    #: As messages name it.
    label: str
    language: str
    #: Its CREATE FUNCTION or DO; empty: not known.
    text: str
    body: str
    #: BEGIN ATOMIC … END, RETURN.
    atomic: list[Node] | None = None
    parameters: tuple[str, ...] = ()
    _steps: list[BodyStatement] | None = field(default=None, repr=False)

    @property
    def steps(self) -> list[BodyStatement]:
        """What it does. Raises NotUnderstood for another language, or a body that cannot be read."""
        if self._steps is None:
            self._steps = self._read()
        return self._steps

    def _read(self) -> list[BodyStatement]:
        parse = grammar.parser()
        if self.atomic is not None:
            return [BodyStatement(statement=statement, certain=True) for statement in self.atomic]
        if parse is not None and self.language == "sql":
            return bodies.sql(self.body, parse)
        if parse is not None and self.language == "plpgsql" and self.text:
            return bodies.plpgsql(self.text, parse)
        raise NotUnderstood(f"it is written in {display(self.language)}")


def define(state: DatabaseState, node: Node, text: str) -> None:
    """CREATE FUNCTION or PROCEDURE; OR REPLACE takes the place of the one with as many parameters."""
    name = trees.strings(node["funcname"])
    parameters = trees.each(node.get("parameters"), "FunctionParameter")
    names = tuple(parameter.get("name", "") for parameter in parameters if parameter.get("mode") in _ARGUMENTS)
    routine = _routine(node.get("options", ()), label=f"{name[-1]}()", text=text, parameters=names)
    if "sql_body" in node:
        items = node["sql_body"].get("List", {}).get("items", ())
        routine.atomic = [one for item in items for one in item.get("List", {}).get("items", ())]
        if "ReturnStmt" in node["sql_body"]:
            target = {"ResTarget": {"val": node["sql_body"]["ReturnStmt"].get("returnval", {})}}
            routine.atomic = [{"SelectStmt": {"targetList": [target]}}]
    known = state.routines.setdefault(name[-1], [])
    known[:] = [one for one in known if len(one.parameters) != len(names)] + [routine]


def block(node: Node, text: str) -> Routine:
    """A DO."""
    return _routine(node.get("args", ()), label="a DO block", text=text)


def _routine(options: Sequence[Node], *, label: str, text: str, parameters: tuple[str, ...] = ()) -> Routine:
    by_name = {name: option.get("arg", {}) for name, option in trees.options(options).items()}
    body = by_name.get("as", {})
    parts = body["List"]["items"] if "List" in body else [body]
    # Without LANGUAGE a DO is in PL/pgSQL, and a body of BEGIN ATOMIC in SQL.
    language = by_name.get("language", {}).get("String", {}).get("sval", "plpgsql").lower()
    code = " ".join(one.get("String", {}).get("sval", "") for one in parts)
    return Routine(label=label, language=language, text=text, body=code, parameters=parameters)


def create_trigger(state: DatabaseState, node: Node) -> None:
    """CREATE TRIGGER."""
    table = state.table(node["relation"])
    if table is not None:
        events = int(node.get("events", 0))
        table.triggers[node["trigname"]] = (events, trees.function(node))


def triggers(state: DatabaseState, table: TableState, kind: str) -> Iterator[Routine]:
    """The routines of the triggers that a statement of that kind fires."""
    for events, name in table.triggers.values():
        if events & EVENTS.get(kind, 0):
            yield from state.routines.get(name, ())


def calls(state: DatabaseState, kind: str, body: Node) -> Iterator[tuple[Routine, list[Node], bool]]:
    """The routines that a statement calls, the arguments, and whether it calls each exactly once."""
    if kind == "CallStmt":
        called, single = [body["funccall"]], True
    else:
        called, single = list(trees.calls({kind: body})), kind == "SelectStmt" and _one_row(body)
    for call in called:
        routines, arguments = state.routines.get(trees.function(call), []), call.get("args", [])
        fitting = [one for one in routines if len(one.parameters) == len(arguments)] or routines
        for routine in fitting:
            yield routine, arguments, single and len(fitting) == 1


def _one_row(select: Node) -> bool:
    """Whether a SELECT calls its functions once: it reads no table, or the result of a function alone."""
    if "whereClause" in select or "larg" in select or "valuesLists" in select:
        return False
    sources = select.get("fromClause", [])
    targets = repr(select.get("targetList", []))
    return not sources or (len(sources) == 1 and "RangeFunction" in sources[0] and "'FuncCall'" not in targets)


def bound(statement: Node, arguments: Sequence[Node], parameters: tuple[str, ...] = ()) -> Node:
    """A statement of a routine, or a prepared one, with the arguments in place of its parameters."""

    def argument(node: Node) -> Node | None:
        at = node.get("ParamRef", {}).get("number", 0) - 1
        if len(node.get("ColumnRef", {}).get("fields", ())) == 1 and trees.read_column(node) in parameters:
            at = parameters.index(trees.read_column(node))
        return arguments[at] if 0 <= at < len(arguments) else None

    return dict(trees.replaced(statement, argument))
