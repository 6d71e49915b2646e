"""Routines and triggers that the files define, and which of them a statement calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pgseq.commands.lint.simulator.state import DatabaseState, Table
from pgseq.names import display
from pgseq.sql import bodies, grammar
from pgseq.sql.bodies import Step
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
    _steps: list[Step] | None = field(default=None, repr=False)

    @property
    def steps(self) -> list[Step]:
        """What it does. Raises NotUnderstood for another language, or a body that cannot be read."""
        if self._steps is None:
            self._steps = self._read()
        return self._steps

    def _read(self) -> list[Step]:
        parse = grammar.parser()
        if self.atomic is not None:
            return [Step(statement=statement, certain=True) for statement in self.atomic]
        if parse is not None and self.language == "sql":
            return bodies.sql(self.body, parse)
        if parse is not None and self.language == "plpgsql" and self.text:
            return bodies.plpgsql(self.text, parse)
        raise NotUnderstood(f"it is written in {display(self.language)}")


def define(state: DatabaseState, node: Node, text: str) -> None:
    """CREATE FUNCTION or PROCEDURE; OR REPLACE takes the place of the one with as many parameters."""
    name = grammar.strings(node["funcname"])
    parameters = [one["FunctionParameter"] for one in node.get("parameters", ())]
    names = tuple(one.get("name", "") for one in parameters if one.get("mode") in _ARGUMENTS)
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
    by_name = {one["DefElem"]["defname"]: one["DefElem"].get("arg", {}) for one in options}
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
        table.triggers[node["trigname"]] = (events, grammar.strings(node["funcname"])[-1])


def triggers(state: DatabaseState, table: Table, kind: str) -> Iterator[Routine]:
    """The routines of the triggers that a statement of that kind fires."""
    for events, name in table.triggers.values():
        if events & EVENTS.get(kind, 0):
            yield from state.routines.get(name, ())


def calls(state: DatabaseState, kind: str, body: Node) -> Iterator[tuple[Routine, list[Node], bool]]:
    """The routines that a statement calls, the arguments, and whether it calls each exactly once."""
    if kind == "CallStmt":
        found = [(body["funccall"], True)]
    else:
        single = kind == "SelectStmt" and _one_row(body)
        found = [(call, single) for name, call in grammar.nodes({kind: body}) if name == "FuncCall"]
    for call, single in found:
        routines, arguments = state.routines.get(grammar.strings(call["funcname"])[-1], []), call.get("args", [])
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


def bound(tree: Any, routine: Routine, arguments: Sequence[Node]) -> Any:
    """A statement of a routine with the arguments in place of its parameters."""
    if isinstance(tree, list):
        return [bound(one, routine, arguments) for one in tree]
    if not isinstance(tree, dict):
        return tree
    if "ParamRef" in tree and 0 < tree["ParamRef"].get("number", 0) <= len(arguments):
        return arguments[tree["ParamRef"]["number"] - 1]
    fields = tree.get("ColumnRef", {}).get("fields", ())
    if len(fields) == 1 and "String" in fields[0] and fields[0]["String"]["sval"] in routine.parameters:
        at = routine.parameters.index(fields[0]["String"]["sval"])
        return arguments[at] if at < len(arguments) else tree
    return {name: bound(one, routine, arguments) for name, one in tree.items()}
