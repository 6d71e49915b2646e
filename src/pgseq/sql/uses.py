"""What a parsed statement does to the ids of columns and to sequences. Pure.

One reading for `why`, which ranks what was once run, and for `lint`, which follows what files run. Bodies that a
statement only defines (of a function, a view, a rule, a default) are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pgseq.sql import grammar
from pgseq.sql.grammar import Node

UseKind = Literal["insert", "merge", "copy", "update", "truncate", "restart", "setval"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One thing that a statement does; `relation` is a RangeVar, for `setval` the literal's name or nothing."""

    kind: UseKind
    node: Node
    relation: Node | None = None
    #: The columns that are named; None: all of them, in their order.
    columns: tuple[str, ...] | None = None
    #: The cells of an INSERT by row, of a MERGE and an UPDATE in one row; the arguments of a setval().
    rows: tuple[tuple[Node, ...], ...] = ()
    #: OVERRIDING …, as the grammar names it.
    override: str = ""
    #: The value of a RESTART; None: it has none.
    number: int | None = None


def uses(statement: Node) -> Iterator[Use]:
    """The uses of a statement, outermost first; those of setval() stand last. Raises NotUnderstood."""
    setvals = []
    for kind, node in grammar.nodes(statement):
        if kind in _READERS:
            yield from _READERS[kind](node)
        elif kind == "FuncCall" and grammar.strings(node["funcname"])[-1] == "setval":
            setvals.append(Use(kind="setval", node=node, rows=(tuple(node.get("args", ())),)))
    # A default is kept, not called.
    yield from setvals if "AlterTableStmt" not in statement else ()


def _insert(node: Node) -> Iterator[Use]:
    source = node.get("selectStmt", {}).get("SelectStmt")
    rows = tuple(tuple(row) for row in grammar.rows(source)) if source is not None else ()
    yield Use(
        kind="insert",
        node=node,
        relation=node["relation"],
        columns=grammar.columns(node.get("cols")),
        rows=rows,
        override=node.get("override", ""),
    )


def _merge(node: Node) -> Iterator[Use]:
    for clause in (one["MergeWhenClause"] for one in node.get("mergeWhenClauses", ())):
        if clause.get("commandType") == "CMD_INSERT" and clause.get("values"):
            yield Use(
                kind="merge",
                node=clause,
                relation=node["relation"],
                columns=grammar.columns(clause.get("targetList")),
                rows=(tuple(clause["values"]),),
                override=clause.get("override", ""),
            )


def _copy(node: Node) -> Iterator[Use]:
    if node.get("is_from") and "relation" in node:
        columns = grammar.strings(node["attlist"]) if "attlist" in node else None
        yield Use(kind="copy", node=node, relation=node["relation"], columns=columns)


def _update(node: Node) -> Iterator[Use]:
    values = tuple(target["ResTarget"].get("val", {}) for target in node.get("targetList", ()))
    columns = grammar.columns(node.get("targetList"))
    yield Use(kind="update", node=node, relation=node["relation"], columns=columns, rows=(values,))


def _truncate(node: Node) -> Iterator[Use]:
    if node.get("restart_seqs"):
        for target in node["relations"]:
            yield Use(kind="truncate", node=node, relation=target["RangeVar"])


def _alter_sequence(node: Node) -> Iterator[Use]:
    for option in (one["DefElem"] for one in node.get("options", ())):
        if option.get("defname") == "restart":
            yield Use(kind="restart", node=node, relation=node["sequence"], number=grammar.number(option))


def _alter_table(node: Node) -> Iterator[Use]:
    for command in (one["AlterTableCmd"] for one in node.get("cmds", ()) if "AlterTableCmd" in one):
        options = command.get("def", {}).get("List", {}).get("items", ())
        for option in (one["DefElem"] for one in options if "DefElem" in one):
            if command.get("subtype") == "AT_SetIdentity" and option.get("defname") == "restart":
                columns, number = (command["name"],), grammar.number(option)
                yield Use(kind="restart", node=node, relation=node["relation"], columns=columns, number=number)


_READERS: Final[dict[str, Callable[[Node], Iterator[Use]]]] = {
    "InsertStmt": _insert,
    "MergeStmt": _merge,
    "CopyStmt": _copy,
    "UpdateStmt": _update,
    "TruncateStmt": _truncate,
    "AlterSeqStmt": _alter_sequence,
    "AlterTableStmt": _alter_table,
}
#: Kinds of statements that may use ids or sequences outside of what they call.
KINDS: Final = frozenset(_READERS)
