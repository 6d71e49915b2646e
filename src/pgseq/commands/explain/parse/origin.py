"""Who gave a column's value, as far as the statement that failed says: the column's default or the client. Pure.

A column that INSERT or COPY does not list is left to its default, and so is one that is given DEFAULT or nextval().
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from pgseq.commands.explain.parse.parameters import bound
from pgseq.commands.explain.parse.tokens import items, name, words
from pgseq.text.integers import integer

#: `unsaid`: the statement leaves it open. `copied`: COPY, of which the text does not show the columns.
Source = Literal["default", "client", "unsaid", "copied"]

#: Where a statement begins that stores rows.
HEAD: Final = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|MERGE\s+INTO|COPY)\b", re.IGNORECASE)
#: How a text begins that is a statement, rather than one with others' words before it.
_WHOLE: Final = re.compile(r"\s*(?:SELECT|WITH|INSERT|DO|CALL|BEGIN|EXPLAIN|PREPARE|CREATE|--|/\*)", re.IGNORECASE)
#: Statements that are looked at.
MOST: Final = 20
_NUMBER: Final = re.compile(r"'?([+-]?[0-9]+)'?")
_QUERY: Final = frozenset(("select", "with", "table"))
_SELECTED: Final = frozenset(("from", "where", "union", "order", "limit", "on", "returning", ";"))
_SET: Final = frozenset(("from", "where", "returning", "when", ";"))
#: Functions that draw nothing; any other may call nextval().
_HARMLESS: Final = frozenset(("max", "min", "count", "coalesce", "greatest", "least", "abs", "cast", "generate_series"))


class Origin(Struct, frozen=True, kw_only=True):
    """Who gave a column's value, in which statement, and the values that it gives the column itself."""

    source: Source = "unsaid"
    #: INSERT, UPDATE, COPY or MERGE.
    verb: str = ""
    values: tuple[int, ...] = ()
    #: Each of its values stands in the statement as a number.
    literal: bool = False
    #: An UPDATE that does not set the column.
    untouched: bool = False


class KeyColumn(Struct, frozen=True, kw_only=True):
    """The column that is asked about: its table's possible names and its place in the row of a statement without a
    list of columns (None: not known)."""

    tables: Collection[str]
    name: str
    place: int | None = None
    #: Where the values of parameters may stand.
    parameters: str = ""


def origin(texts: Collection[str], column: KeyColumn, value: int | None) -> Origin:
    """Who gave `column` its value (`value`, where it is known), by the first of `texts` that stores rows in its table.

    `unsaid` where statements on it differ, and where the integers that one gives are all others.
    """
    copied = Origin()
    for text in texts:
        every = list(_origins(text, column))
        origins = [found for found in every if found.source != "copied"]
        if not origins:
            copied = every[0] if every else copied
            continue
        values = tuple(number for found in origins for number in found.values)
        others = value not in (None, *values) and all(found.literal for found in origins)
        if len({found.source for found in origins}) > 1 or others:
            return Origin(verb=origins[0].verb)
        return replace(origins[0], values=values)
    return copied


# Of one cause a log has many errors, mostly with one text.
@lru_cache(maxsize=4096)
def leaves_out(statement: str, table: str, name: str) -> bool:
    """Whether a statement leaves a column of `table` to its default."""
    return origin((statement,), KeyColumn(tables=(table,), name=name), None).source == "default"


def _origins(text: str, column: KeyColumn) -> Iterator[Origin]:
    head = HEAD.search(text)
    if head is None:
        return
    tokens = words(text if _WHOLE.match(text) else text[head.start() :])
    small = [word.lower() for word in tokens]
    count = 0
    for at, word in enumerate(small):
        if word not in ("insert", "update", "merge", "copy"):
            continue
        behind = at + (2 if small[at + 1 : at + 2] in (["into"], ["only"]) else 1)
        if word == "copy" and small[at + 1 : at + 4] == ["failed", "for", "table"]:
            behind = at + 4  # pg_restore's words; what it restores lists every column.
        behind = _behind_name(tokens, behind, column.tables)
        if not behind:
            continue
        count += 1
        column_origin = _READERS[word](tokens, small, behind, column)
        if column_origin is not None:
            yield column_origin
        if count == MOST:
            return


def _behind_name(tokens: list[str], at: int, tables: Collection[str]) -> int:
    """Where the tokens go on behind the name of one of the tables; 0: it is another's."""
    if tokens[at + 1 : at + 2] == ["."]:
        at += 2
    # A wrapper has the name of a partition's table, schema and all, in one pair of quotes.
    return at + 1 if at < len(tokens) and name(tokens[at]) in tables else 0


def _insert(tokens: list[str], small: list[str], at: int, column: KeyColumn) -> Origin | None:
    """`at`: behind the table's name."""
    while at < len(small) and small[at] not in ("(", "values", "default", "overriding", *_QUERY):
        at += 1
    place: int | None = column.place
    if small[at : at + 1] == ["("] and small[at + 1 : at + 2] not in (["select"], ["with"], ["values"], ["table"]):
        lists, at = items(tokens, at + 1)
        if at >= len(tokens):
            return None
        names = [name(one[0]) for one in lists if one]
        if column.name not in names:
            return Origin(source="default", verb="INSERT")
        place, at = names.index(column.name), at + 1
    if small[at : at + 2] == ["default", "values"]:
        return Origin(source="default", verb="INSERT")
    if small[at : at + 2] == ["overriding", "user"]:
        return Origin(verb="INSERT")
    at += 3 if small[at : at + 1] == ["overriding"] else 0
    if place is None or at >= len(tokens):
        return None
    cells = _rows(tokens, at, place) if small[at] == "values" else _selected(tokens, small, at, place)
    return _given("INSERT", list(cells), column)


def _rows(tokens: list[str], at: int, place: int) -> Iterator[list[str]]:
    """The cell at `place` of each row behind VALUES; a row that ends before it leaves it to the default."""
    at += 1
    while tokens[at : at + 1] == ["("]:
        cells, end = items(tokens, at + 1)
        if place < len(cells) - (end >= len(tokens)):
            yield cells[place]
        elif end < len(tokens):
            yield ["DEFAULT"]
        at = end + 1
        if tokens[at : at + 1] != [","]:
            return
        at += 1


def _selected(tokens: list[str], small: list[str], at: int, place: int) -> Iterator[list[str]]:
    """What the query at `at` gives at `place`; all of it where that is not told apart."""
    if small[at] == "select":
        cells, _ = items(tokens, at + 1 + (small[at + 1 : at + 2] in (["distinct"], ["all"])), _SELECTED)
        if place < len(cells) and not any(cell[-1:] == ["*"] for cell in cells[: place + 1]):
            yield cells[place]
            return
    # A call may draw; a parameter stands for whatever the rows bring.
    yield ["nextval_of_another_column", "("] if "nextval" in small[at:] else ["?"]


def _given(verb: str, cells: list[list[str]], column: KeyColumn) -> Origin | None:
    """What the cells of one column come to."""
    drawn = [any(word.lower() in ("default", "nextval") for word in cell) for cell in cells]
    if not cells or (any(drawn) and not all(drawn)):
        return Origin(verb=verb)
    if all(drawn):
        return Origin(source="default", verb=verb)
    if any(_calls(cell) for cell in cells):
        return Origin(verb=verb)
    numbers = [_number(cell) for cell in cells]
    literal = None not in numbers
    if not literal and column.parameters:
        numbers = [
            bound(cell, column.name, column.parameters) if number is None else number
            for cell, number in zip(cells, numbers, strict=True)
        ]
    values = tuple(number for number in numbers if number is not None)
    return Origin(source="client", verb=verb, values=values, literal=literal)


def _calls(cell: list[str]) -> bool:
    """Whether a cell calls a function that may draw a value."""
    names = (word.lower() for word, behind in pairwise(cell) if behind == "(")
    return any(word[0].isalpha() or word[0] in '_"' for word in names if word not in _HARMLESS)


def _number(cell: list[str]) -> int | None:
    """The integer that a cell is, perhaps in brackets or cast; None for anything else."""
    words = cell[: cell.index("::")] if "::" in cell else cell
    match = _NUMBER.fullmatch("".join(word for word in words if word not in "()"))
    return integer(match[1]) if match else None


def _copy(tokens: list[str], small: list[str], at: int, column: KeyColumn) -> Origin | None:
    if small[at : at + 1] == ["("]:
        lists, end = items(tokens, at + 1)
        if end >= len(tokens):
            return None
        listed = column.name in [name(one[0]) for one in lists if one]
        return Origin(source="client" if listed else "default", verb="COPY")
    if small[at : at + 1] in (["from"], [":"]):
        return Origin(source="client", verb="COPY")
    return Origin(source="copied", verb="COPY") if small[at : at + 1] == [","] else None


def _update(tokens: list[str], small: list[str], at: int, column: KeyColumn) -> Origin | None:
    if "set" not in small[at : at + 4]:
        return None
    return _assigned("UPDATE", tokens, small.index("set", at) + 1, column)


def _assigned(verb: str, tokens: list[str], at: int, column: KeyColumn) -> Origin:
    """What SET, which ends at `at`, gives the column."""
    for assignment in items(tokens, at, _SET)[0]:
        if "=" not in assignment:
            continue
        equals = assignment.index("=")
        if column.name in [name(word) for word in assignment[:equals]]:
            return _given(verb, [assignment[equals + 1 :]], column) or Origin(verb=verb)
    return Origin(source="client", verb=verb, untouched=True)


def _merge(tokens: list[str], small: list[str], at: int, column: KeyColumn) -> Origin | None:
    """Of its actions the INSERT: an UPDATE that sets a key as well leaves it open."""
    inserts = [place for place in range(at, len(small)) if small[place : place + 1] == ["insert"]]
    if not inserts:
        return None
    inserted = _insert(tokens, small, inserts[0] + 1, column)
    return inserted and replace(inserted, verb="MERGE")


_READERS: Final = {"insert": _insert, "copy": _copy, "update": _update, "merge": _merge}
