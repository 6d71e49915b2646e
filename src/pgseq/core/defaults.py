"""Column defaults as PostgreSQL prints them: is the sequence's plain value stored, and from which sequence? Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final, NamedTuple

from pgseq.core.catalog_rows import SequenceRow
from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.names import parse_qualified
from pgseq.text.patterns import lazily

#: In a default, as regular expressions of Python and of PostgreSQL: the types of a cast; nextval() of a sequence, and
#: of a name as text; a text, and in the body of a function what is between two apostrophes, or between two literals.
CASTS: Final = "smallint|integer|bigint|numeric|text|character varying"
NEXTVAL: Final = r"nextval\((?:'(?:[^']|'')*'|\('((?:[^']|'')*)'::(?:text|character varying)\))::regclass\)"
LITERAL: Final = r"'((?:[^']|'')*)'::(?:text|character varying|name)"
BETWEEN: Final = r"'([^']+)(?=')"
_LITERAL = lazily(LITERAL, re.DOTALL)
_PLAIN = lazily(rf"(?P<open>\()?(?:{NEXTVAL})(?(open)\)::(?P<cast>{CASTS}))", re.DOTALL)
#: A text in a pg_node_tree: its bytes behind a header of four, as numbers (outDatum() in outfuncs.c).
_CONSTANT = lazily(r":consttype 25 [^{}\[]*\[ ((?:-?\d+ ){5,600})\]")
_BETWEEN = lazily(BETWEEN)


class Default(NamedTuple):
    """A parsed default.

    `plain`: the sequence's value and nothing else. `cast`: the integer type of an explicit cast that it passes
    through. `names`: texts in it, one of which may name a sequence that is looked up at run time.
    """

    plain: bool
    cast: str | None
    names: tuple[str, ...]


def parse_default(expression: str) -> Default:
    """Parse a default as pg_get_expr() prints it with search_path = pg_catalog.

    The text is PostgreSQL's canonical form (src/backend/utils/adt/ruleutils.c), not what somebody typed: a plain
    default is one of few exact texts, and whatever differs from them is not plain. One that is too long to be printed
    comes as the beginning of its pg_node_tree.
    """
    if expression.startswith("{"):
        return Default(plain=False, cast=None, names=tuple(map(_text, _CONSTANT.findall(expression))))
    match = _PLAIN.fullmatch(expression)
    cast = match["cast"] if match else None
    return Default(
        plain=match is not None,
        cast=cast if cast in INTEGER_BITS else None,
        # In most defaults nothing is named as text.
        names=() if match is not None and match[2] is None else _named(expression),
    )


def _named(expression: str) -> tuple[str, ...]:
    return tuple(name.replace("''", "'").lstrip(".") for name in _LITERAL.findall(expression))


def printable(expression: str) -> str:
    """A default in a readable form."""
    return "an expression too long to be printed" if expression.startswith("{") else expression


def _text(numbers: str) -> str:
    """The text of a constant."""
    data = bytes(int(number) % 256 for number in numbers.split())
    return data[4:].decode("utf-8", "replace").lstrip(".")


def mentioned(body: str) -> tuple[str, ...]:
    """The texts in the body of a function, one of which may name a sequence: in whatever language, and in a statement
    that is itself a text."""
    return tuple(dict.fromkeys(_BETWEEN.findall(body)))


class Lookup:
    """Finds the sequences that a name given as text may mean.

    The name is looked up along the search_path of whoever inserts. It is sure where our own search_path and the
    table's schema lead to the same sequence, or where only one of that name exists; else each found may be meant.
    """

    def __init__(self, sequences: Iterable[SequenceRow], search_path: tuple[str, ...]) -> None:
        self._search_path = search_path
        self._sequences = sequences

    @cached_property
    def _homes(self) -> Mapping[str, Mapping[str, int]]:
        homes: dict[str, dict[str, int]] = defaultdict(dict)
        for sequence in self._sequences:
            homes[sequence.name][sequence.schema] = sequence.oid
        return homes

    def find(self, text: str, table_schema: str) -> frozenset[int]:
        """Oids of the sequences that `text` may mean in a default of a table in `table_schema`."""
        parts = parse_qualified(text)
        if not parts:
            return frozenset()
        homes = self._homes.get(parts[-1], {})
        if len(parts) > 1:
            return frozenset([homes[parts[-2]]] if parts[-2] in homes else [])
        visible = [homes[schema] for schema in self._search_path if schema in homes][:1]
        beside = [homes[table_schema]] if table_schema in homes else []
        return frozenset(visible + beside) or frozenset(homes.values())
