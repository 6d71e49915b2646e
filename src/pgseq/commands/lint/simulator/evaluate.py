"""Evaluates the arguments of setval(): the sequence that it names, a number, or the furthest stored id."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from msgspec import Struct

from pgseq.commands.lint.simulator.relations import SequenceState
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.sql import trees
from pgseq.sql.grammar import Node

#: How many levels of queries in FROM are followed: names may refer to each other in a circle.
_DEEPEST: Final = 5
#: Items of FROM that leave no rows out.
_WHOLE: Final = ("RangeVar", "RangeSubselect", "RangeFunction")


class Furthest(Struct, frozen=True):
    """The furthest stored id, plus `plus`; `otherwise` if nothing is stored (None: NULL)."""

    plus: int = 0
    otherwise: int | None = None


#: The value of setval()'s second argument; None: not known.
Value = int | Furthest | None


def target_of(state: DatabaseState, argument: Node, statement: Node | None = None) -> SequenceState | None:
    """The sequence that the first argument of setval() names."""
    argument = _named_by(argument, statement or {})
    call = argument.get("FuncCall", {})
    if trees.function(call) != "pg_get_serial_sequence" or len(call.get("args", ())) != 2:
        return state.sequence(trees.regclass(argument))
    named, column = trees.regclass(call["args"][0]), trees.constant(call["args"][1])
    table = state.table(named) if named else None
    if table is None or column not in table.columns:
        return None
    # Of several the one that it draws from.
    drawn = table.columns[column].sequence
    return max(state.owned(table.key, column), key=lambda sequence: sequence is drawn, default=None)


def leaves_out(select: Node, ids: Container[str]) -> bool:
    """Whether a WHERE leaves rows out that have an id, in a column of these names."""
    condition = select.get("whereClause")
    return condition is not None and trees.read_column(trees.uncast(trees.not_null(condition))) not in ids


def _named_by(argument: Node, statement: Node) -> Node:
    """The expression behind casts, (SELECT …) and the columns of queries in FROM or WITH."""
    for _ in range(_DEEPEST):
        argument = trees.uncast(argument)
        if "SubLink" in argument and "fromClause" not in argument["SubLink"]["subselect"].get("SelectStmt", {}):
            targets = argument["SubLink"]["subselect"].get("SelectStmt", {}).get("targetList", [])
            argument = targets[0]["ResTarget"].get("val", {}) if len(targets) == 1 else {}
        elif trees.read_column(argument):
            values = [value for value, _ in _sources(statement, trees.strings(argument["ColumnRef"]["fields"]))]
            if len(values) != 1:
                break
            argument = values[0]
        else:
            break
    return argument


def _sources(statement: Node, parts: tuple[str, ...]) -> Iterator[tuple[Node, Node]]:
    """What the queries in FROM and WITH give under the name of a column, or as `*`, with the query."""
    for kind, body in trees.nodes(statement):
        alias = body.get("alias", {}).get("aliasname") if kind == "RangeSubselect" else body.get("ctename")
        if kind not in ("RangeSubselect", "CommonTableExpr") or (len(parts) > 1 and parts[-2] != alias):
            continue
        query = (body.get("subquery") or body.get("ctequery") or {}).get("SelectStmt", {})
        for target in trees.each(trees.branches(query)[0].get("targetList"), "ResTarget"):
            value = target.get("val", {})
            if (target.get("name") or trees.read_column(value)) == parts[-1] or trees.star([value]):
                yield value, query


class Evaluator(Struct, frozen=True):
    """Evaluates the arguments of setval(): a number, or the furthest id of a fed column."""

    state: DatabaseState
    sequence: SequenceState
    statement: Node

    def value(self, node: Node) -> Value:
        """The value of an expression."""
        text = trees.constant(node)
        if text is not None:
            return trees.whole(text)
        kind: str
        body: Node
        kind, body = next(iter(node.items()), ("", node))
        match kind:
            case "TypeCast":
                return self.value(body["arg"])
            case "SubLink":
                return self._query(body["subselect"]["SelectStmt"])
            case "CoalesceExpr":
                return self._coalesce(body["args"])
            case "MinMaxExpr":
                return self._extreme(body)
            case "A_Expr":
                return self._sum(body)
            case "FuncCall":
                return self._call(body)
            case "ColumnRef":
                return self._named(trees.strings(one for one in body["fields"] if "String" in one))
        return None

    def condition(self, node: Node) -> bool | None:
        """The value of a condition; `max(id) IS NOT NULL` asks whether anything is stored."""
        node = trees.uncast(node)
        if isinstance(self.value(trees.not_null(node)), Furthest):
            return any(column.ends or column.unseen for _, column in self.state.feeds(self.sequence))
        return trees.truth(node)

    def narrowed(self, select: Node) -> bool:
        """Whether a query may leave rows out, so that its max(id) is not the furthest id."""
        while "larg" in select:
            if self.narrowed(select["rarg"]):
                return True
            select = select["larg"]
        sources = (kind for item in select.get("fromClause", ()) for kind in item)
        cut = any(part in select for part in ("groupClause", "limitOffset"))
        cut = cut or ("havingClause" in select and not self._something_is_there(select["havingClause"]))
        cut = cut or any(kind not in _WHOLE for kind in sources)
        return cut or leaves_out(select, self._names | self._furthest)

    def _something_is_there(self, having: Node) -> bool:
        """Whether HAVING asks whether there are rows: max(id) IS NOT NULL, count(*) > 0."""
        if "NullTest" in having:
            return isinstance(self.value(trees.not_null(having)), Furthest)
        comparison = having.get("A_Expr", {})
        call = comparison.get("lexpr", {}).get("FuncCall", {})
        return (
            trees.function(call) in ("count", "max")
            and trees.strings(comparison.get("name", ())) in ((">",), ("<>",), (">=",))
            and trees.constant(comparison.get("rexpr", {})) in ("0", "1")
        )

    def _query(self, select: Node) -> Value:
        """A query of one value: max(id), or the id of the last row."""
        if self.narrowed(select):
            return None
        nothing: list[Node] = [{}]
        target: Node = select.get("targetList", nothing)[0].get("ResTarget", {}).get("val", {})
        order: Node = select.get("sortClause", nothing)[0].get("SortBy", {})
        ways = ("SORTBY_DESC",) if self.sequence.increment > 0 else ("SORTBY_ASC", "SORTBY_DEFAULT")
        last = order.get("sortby_dir") in ways and trees.constant(select.get("limitCount", {})) == "1"
        return Furthest() if last and self._is_id(target) and self._is_id(order["node"]) else self.value(target)

    def _coalesce(self, arguments: list[Node]) -> Value:
        first, otherwise = self.value(arguments[0]), self.value(arguments[-1])
        if isinstance(first, Furthest) and isinstance(otherwise, int):
            return Furthest(first.plus, otherwise)
        return first if isinstance(first, int) else None

    def _extreme(self, body: Node) -> Value:
        """GREATEST of the furthest id and something else is at least that id."""
        wanted = "IS_GREATEST" if self.sequence.increment > 0 else "IS_LEAST"
        values = [self.value(one) for one in body.get("args", ())]
        if body.get("op", "IS_GREATEST") != wanted:
            return None
        least = max((one for one in values if isinstance(one, int)), default=None)
        return next((Furthest(one.plus, least) for one in values if isinstance(one, Furthest)), None)

    def _sum(self, body: Node) -> Value:
        sign = {"+": 1, "-": -1}.get(trees.strings(body["name"])[-1])
        left, right = self.value(body.get("lexpr", {})), self.value(body.get("rexpr", {}))
        if sign is None or left is None or right is None:
            return None
        if isinstance(left, int) and isinstance(right, int):
            return left + sign * right
        if isinstance(left, int) and isinstance(right, Furthest) and sign > 0:
            left, right = right, left
        if not isinstance(left, Furthest) or not isinstance(right, int):
            return None
        return Furthest(left.plus + sign * right, None if left.otherwise is None else left.otherwise + sign * right)

    def _call(self, body: Node) -> Value:
        name, arguments = trees.function(body), body.get("args", [])
        whole = name == self.sequence.furthest and "agg_filter" not in body and len(arguments) == 1
        return Furthest() if whole and self._is_id(arguments[0]) else None

    def _named(self, parts: tuple[str, ...]) -> Value:
        """A column of a query in FROM."""
        values = [self.value(value) for value in self._behind(parts) if "ColumnRef" not in value]
        return values[0] if values else None

    def _is_id(self, node: Node, depth: int = 0) -> bool:
        """Whether an expression is a fed column, by its own name or by that of a query in FROM which reads it."""
        node = trees.uncast(node)
        if not trees.read_column(node):
            return False
        parts = trees.strings(node["ColumnRef"]["fields"])
        behind = [value for value in self._behind(parts) if value != node]
        if behind:
            return depth < _DEEPEST and any(self._is_id(value, depth + 1) for value in behind)
        return parts[-1] in self._names

    @property
    def _furthest(self) -> set[str]:
        """The names under which queries give the furthest of a column."""
        targets = [body for kind, body in trees.nodes(self.statement) if kind == "ResTarget" and "name" in body]
        called = {target["name"]: trees.function(target.get("val", {}).get("FuncCall", {})) for target in targets}
        return {name for name, function in called.items() if function == self.sequence.furthest}

    @property
    def _names(self) -> set[str]:
        """The names of the columns that draw from the sequence."""
        return {column.name for _, column in self.state.feeds(self.sequence)}

    def _behind(self, parts: tuple[str, ...]) -> Iterator[Node]:
        """What the queries in FROM give under the name of a column; an empty node: some of the rows of one."""
        for value, query in _sources(self.statement, parts):
            narrowed = self.narrowed(query)
            if narrowed or not trees.star([value]):
                yield {} if narrowed else value
