"""What repeats in rows as one object: most names and types of a large catalog. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from typing import Any, Final

#: Columns of rows that are numbers for the most part, such as positions.
FEW: Final = 4


def alike(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows, what repeats in a column being the same object: most names and types of a large catalog."""
    return list(zip(*map(_once, zip(*rows, strict=True)), strict=True))


def _once(column: tuple[Any, ...]) -> Iterable[Any]:
    first = column[0]
    if first.__class__ not in (str, int):
        return column
    if first == column[-1] and column.count(first) == len(column):
        return repeat(first, len(column))
    if 2 * len(different := set(column)) > len(column):
        return column
    same = dict(zip(different, different, strict=True))
    return map(same.__getitem__, column)
