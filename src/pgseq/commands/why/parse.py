"""The effects of a statement's text on id columns and sequences, from what the grammar reads in it. Pure.

Texts come from pg_stat_statements, with $1 for each value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec.structs import replace

from pgseq.commands.why.model import Effect, Kind
from pgseq.names import display
from pgseq.sql import trees
from pgseq.sql.bodies import plpgsql
from pgseq.sql.grammar import Node, NotUnderstood, Parse
from pgseq.sql.uses import KINDS, Use, uses

#: Columns named in the short form of a statement.
NAMED: Final = 3
#: A function that pgseq calls in its own moves, which never go backwards.
_OURS: Final = "pg_sequence_parameters"


def effects(text: str, parse: Parse) -> tuple[Effect, ...]:
    """The effects of the statements in `text` when they run; bodies that they only define (of a function, a view, a
    rule, a default) are left out. Raises NotUnderstood."""
    statements = parse(text)
    return tuple(dict.fromkeys(effect for one in statements for effect in _effects(one, text, parse)))


def _effects(statement: Node, text: str, parse: Parse) -> Iterator[Effect]:
    ((kind, body),) = statement.items()
    if kind == "ExplainStmt" and trees.analyzes(body):
        yield from (replace(effect, explained=True) for effect in _effects(body["query"], text, parse))
    elif kind == "DoStmt":
        yield from _do(body, text, parse)
    elif kind in _RUN and not body.get("into", {}).get("skipData"):
        yield from _of(statement)


def _of(statement: Node) -> Iterator[Effect]:
    ours = any(trees.calls(statement, _OURS))
    for use in uses(statement):
        if use.kind == "setval":
            yield from _setval(use, statement) if not ours else ()
        elif use.override != "OVERRIDING_USER_VALUE":  # The values given for an identity column are thrown away.
            yield from _EFFECTS[use.kind](use)


def _insert(use: Use) -> Iterator[Effect]:
    source = use.node.get("selectStmt", {}).get("SelectStmt")
    if source is None:
        return
    rows = use.rows
    width = None if any(trees.star([*row]) for row in rows) else max(map(len, rows), default=None)
    how = " OVERRIDING SYSTEM VALUE" if use.override == "OVERRIDING_SYSTEM_VALUE" else ""
    form = "VALUES" if "valuesLists" in source else "SELECT"
    yield _effect(
        "insert",
        use,
        f"INSERT INTO {_name(use)}{_listed(use.columns)}{how} {form} …",
        width=width,
        drawn=frozenset(i for i in range(width or 0) if all(i < len(row) and trees.drawn(row[i]) for row in use.rows)),
    )


def _merge(use: Use) -> Iterator[Effect]:
    (values,) = use.rows
    yield _effect(
        "insert",
        use,
        f"MERGE INTO {_name(use)} … INSERT{_listed(use.columns)} …",
        width=len(values),
        drawn=frozenset(i for i, value in enumerate(values) if trees.drawn(value)),
    )


def _copy(use: Use) -> Iterator[Effect]:
    # The file or program is left out: a command line may hold a password.
    origin = "PROGRAM …" if use.node.get("is_program") else "a file" if use.node.get("filename") else "STDIN"
    yield _effect("copy", use, f"COPY {_name(use)}{_listed(use.columns)} FROM {origin}")


def _update(use: Use) -> Iterator[Effect]:
    yield _effect("update", use, f"UPDATE {_name(use)} SET{_listed(use.columns)} …")


def _truncate(use: Use) -> Iterator[Effect]:
    yield _effect("truncate", use, f"TRUNCATE {_name(use)} RESTART IDENTITY")


def _restart(use: Use) -> Iterator[Effect]:
    number = "" if use.number is None else f" WITH {use.number}"
    if use.columns is None:
        yield _effect("restart", use, f"ALTER SEQUENCE {_name(use)} RESTART{number}")
    else:
        yield _effect("restart", use, f"ALTER TABLE {_name(use)} ALTER COLUMN {use.columns[0]} RESTART{number}")


def _setval(use: Use, statement: Node) -> Iterator[Effect]:
    """A call of setval(), wherever it stands; what the statement reads tells which table it is about."""
    ((*arguments,),) = use.rows
    if len(arguments) < 2:
        return
    relation = trees.regclass(arguments[0])
    named = "$1" if relation is None else f"'{_written(relation)}'"
    constant = not any(kind in ("SubLink", "ColumnRef", "FuncCall") for kind, _ in trees.nodes(arguments[1]))
    value = "a given value" if constant else "what the query computes"
    yield Effect(
        kind="setval",
        schema=(relation or {}).get("schemaname"),
        relation=(relation or {}).get("relname"),
        constant=constant,
        arguments=len(arguments),
        reads=frozenset(table["relname"] for table in trees.relations(statement)),
        text=f"setval({display(named)}, …) to {value}",
    )


def _do(node: Node, text: str, parse: Parse) -> Iterator[Effect]:
    """What the block does, each thing perhaps; a block that cannot be read, or computes its statements, may do all."""
    try:
        steps = plpgsql(text, parse)
    except NotUnderstood:
        steps = []
    for step in steps:
        yield from _of(step.statement) if step.statement else ()
    options = (one["DefElem"].get("arg", {}).get("String", {}).get("sval", "") for one in node.get("args", ()))
    unread = " ".join(options) if not steps else " ".join(step.dynamic for step in steps)
    if "setval" in unread.lower():
        yield Effect(kind="setval", schema=None, relation=None, constant=False, text="a DO block that calls setval()")


_EFFECTS: Final[dict[str, Callable[[Use], Iterator[Effect]]]] = {
    "insert": _insert,
    "merge": _merge,
    "copy": _copy,
    "update": _update,
    "truncate": _truncate,
    "restart": _restart,
}
#: Kinds of statements that bring rows, move sequences or call the functions which stand in them. PREPARE is among them:
#: pg_stat_statements counts the EXECUTEs under its text, and PREPARE itself not at all (PGSS_HANDLED_UTILITY() in
#: contrib/pg_stat_statements/pg_stat_statements.c).
_RUN: Final = KINDS | {
    "SelectStmt",
    "DeleteStmt",
    "CreateTableAsStmt",
    "DeclareCursorStmt",
    "PrepareStmt",
    "ExecuteStmt",
    "CallStmt",
}


def _effect(
    kind: Kind, use: Use, text: str, *, width: int | None = None, drawn: frozenset[int] = frozenset()
) -> Effect:
    relation = use.relation or {}
    return Effect(
        kind=kind,
        schema=relation.get("schemaname"),
        relation=relation["relname"],
        columns=use.columns,
        width=width,
        drawn=drawn,
        text=text,
    )


def _name(use: Use) -> str:
    return display(_written(use.relation or {}))


def _written(relation: Node) -> str:
    return ".".join(part for part in (relation.get("schemaname"), relation["relname"]) if part)


def _listed(columns: tuple[str, ...] | None) -> str:
    if columns is None:
        return ""
    more = ", …" if len(columns) > NAMED else ""
    return f" ({display(', '.join(columns[:NAMED]))}{more})"
