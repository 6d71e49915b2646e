"""Reads the rows of an INSERT from its parse tree. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pgseq.commands.lint.parse.placeholders import unfilled
from pgseq.commands.lint.simulator.literals import integer
from pgseq.model.sequences import Kind
from pgseq.sql import trees
from pgseq.sql.grammar import Node

#: More than a series has values, and no more than Python counts in a range.
_LARGEST: Final = 2**61


@dataclass(slots=True, kw_only=True)
class InsertRows:
    """The rows of an INSERT as far as its text shows them."""

    #: The cells of each row; None: the rows are a query's.
    cells: list[list[Node]] | None
    #: How many rows; None: not known.
    count: int | None
    #: Series of integers in FROM by the names under which they are read.
    series: dict[str, range] = field(default_factory=dict)
    #: Whether the rows come from a query.
    query: bool = False


def rows_of(select: Node | None) -> InsertRows:
    """The rows that an INSERT's SelectStmt gives; None stands for DEFAULT VALUES."""
    if select is None:
        return InsertRows(cells=[[]], count=1)
    if select.get("op", "SETOP_NONE") == "SETOP_UNION":
        return _union([rows_of(branch) for branch in trees.branches(select)])
    if "valuesLists" in select:
        cells = trees.rows(select)
        return InsertRows(cells=cells, count=len(cells))
    row = trees.rows(select)[0]
    if trees.star(row):
        return InsertRows(cells=None, count=None)
    called = [values for cell in row if (values := _generated(cell.get("FuncCall", {}))) is not None]
    if called and "fromClause" not in select:
        return InsertRows(cells=[row], count=max(map(len, called)), query=True)
    if "fromClause" not in select:
        # A WHERE without FROM mostly asks whether the row is stored already.
        return InsertRows(cells=[row], count=1)
    if "whereClause" in select:
        return InsertRows(cells=[row], count=None, query=True)
    series = dict(_series(select["fromClause"]))
    spans = set(series.values())
    count = len(spans.pop()) if len(spans) == 1 and len(select["fromClause"]) == 1 else None
    return InsertRows(cells=[row], count=count, series=series, query=True)


def _union(branches: list[InsertRows]) -> InsertRows:
    cells: list[list[Node]] = []
    for rows in branches:
        if rows.cells is None or rows.series:
            return InsertRows(cells=None, count=None)
        cells += rows.cells
    return InsertRows(cells=cells, count=len(cells))


def _series(items: Sequence[Any]) -> Iterator[tuple[str, range]]:
    """generate_series() of constants in a FROM clause, by each of its names."""
    for function in trees.each(items, "RangeFunction"):
        values = _generated(function["functions"][0]["List"]["items"][0].get("FuncCall", {}))
        alias = function.get("alias", {})
        names = [alias.get("aliasname", "generate_series"), *trees.strings(alias.get("colnames", ()))]
        if values is not None:
            yield from ((name, values) for name in names)


def _generated(call: Node) -> range | None:
    """The values of a generate_series() of constants."""
    texts = [trees.constant(argument) or "" for argument in call.get("args", ())]
    numbers = [number for text in texts if (number := trees.whole(text)) is not None and abs(number) <= _LARGEST]
    if trees.function(call) != "generate_series" or len(numbers) != len(texts) or len(numbers) not in (2, 3):
        return None
    first, last, step = (*numbers, 1)[:3]
    return range(first, last + (1 if step > 0 else -1), step) if step else None


def read_from(cell: Node, rows: InsertRows) -> range | None:
    """The generate_series() that a cell reads or calls."""
    if "FuncCall" in cell:
        return _generated(cell["FuncCall"])
    return rows.series.get(trees.read_column(cell))


def may_be_id(cell: Node, kind: Kind) -> bool:
    """Whether a cell may store an id in a column of that kind that its sequence has not given."""
    text, value = trees.constant(cell), trees.uncast(cell)
    if text is not None:
        return integer(text.rstrip(" "), kind) is not None or unfilled(text)
    left = "SetToDefault" in value or trees.function(value.get("FuncCall", {})) == "nextval"
    return not left and not trees.is_null(value)


def brings_id(cell: Node) -> bool:
    """Whether a cell may store an id in an unknown table: it is an integer, or a value that is not known."""
    return may_be_id(cell, "text") and not trees.drawn(cell)


def brings_ids(rows: InsertRows) -> bool:
    """Whether an INSERT into an unknown table may store an id."""
    return rows.cells is None or bool(rows.series) or any(brings_id(cell) for row in rows.cells for cell in row)
