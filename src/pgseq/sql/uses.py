"""What a parsed statement does to the ids of columns and to sequences. Pure.

One reading for `why`, which ranks what was once run, and for `lint`, which follows what files run. Bodies that a
statement only defines (of a function, a view, a rule, a default) are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

from msgspec import Struct, field

from pgseq.sql import trees
from pgseq.sql.grammar import Node

UseKind = Literal["insert", "merge", "copy", "update", "truncate", "restart", "setval", "identity"]


class Use(Struct, frozen=True, kw_only=True):
    """One thing that a statement does; `relation` is a RangeVar, None for `setval`."""

    kind: UseKind
    node: Node = field(default_factory=dict)
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
    for kind, node in trees.nodes(statement):
        if kind in _READERS:
            yield from _READERS[kind](node)
    # A default is kept, not called.
    for call in trees.calls(statement, "setval") if "AlterTableStmt" not in statement else ():
        yield Use(kind="setval", node=call, rows=(tuple(call.get("args", ())),))


def _insert(node: Node) -> Iterator[Use]:
    source = node.get("selectStmt", {}).get("SelectStmt")
    rows = tuple(tuple(row) for row in trees.rows(source)) if source is not None else ((),)
    yield Use(
        kind="insert",
        node=node,
        relation=node["relation"],
        columns=trees.columns(node.get("cols")),
        rows=rows,
        override=node.get("override", ""),
    )


def _merge(node: Node) -> Iterator[Use]:
    for clause in trees.each(node.get("mergeWhenClauses"), "MergeWhenClause"):
        if clause.get("commandType") == "CMD_INSERT" and clause.get("values"):
            yield Use(
                kind="merge",
                node=clause,
                relation=node["relation"],
                columns=trees.columns(clause.get("targetList")),
                rows=(tuple(clause["values"]),),
                override=clause.get("override", ""),
            )


def _copy(node: Node) -> Iterator[Use]:
    if node.get("is_from") and "relation" in node:
        columns = trees.strings(node["attlist"]) if "attlist" in node else None
        yield Use(kind="copy", node=node, relation=node["relation"], columns=columns)


def _update(node: Node) -> Iterator[Use]:
    values = tuple(target.get("val", {}) for target in trees.each(node.get("targetList"), "ResTarget"))
    columns = trees.columns(node.get("targetList"))
    yield Use(kind="update", node=node, relation=node["relation"], columns=columns, rows=(values,))


def _truncate(node: Node) -> Iterator[Use]:
    if node.get("restart_seqs"):
        for relation in trees.each(node["relations"], "RangeVar"):
            yield Use(kind="truncate", node=node, relation=relation)


def _alter_sequence(node: Node) -> Iterator[Use]:
    options = trees.options(node.get("options"))
    if "restart" in options:
        yield Use(kind="restart", node=node, relation=node["sequence"], number=trees.number(options["restart"]))


def _alter_table(node: Node) -> Iterator[Use]:
    for command in trees.each(node.get("cmds"), "AlterTableCmd"):
        options = trees.options(command.get("def", {}).get("List", {}).get("items"))
        if command.get("subtype") == "AT_SetIdentity" and "restart" in options:
            columns, number = (command["name"],), trees.number(options["restart"])
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
