"""Quoting the SQL that changes are composed of. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from pgseq.commands.guard.rows import ColumnRow
from pgseq.model.sequences import Feed
from pgseq.sql import load


def dollar(body: str) -> str:
    """`body` as a dollar-quoted string, with a tag that does not occur in it, nor begin at its end."""
    tags = (f"$pgseq{number or ''}$" for number in count())
    tag = next(tag for tag in tags if (body + tag).index(tag) == len(body))
    return f"{tag}{body}{tag}"


def check_owners(tables: Iterable[tuple[str, str]], major: int) -> str:
    """The statement that raises where one of the (table, owner) is no table of that owner. Once they are locked, a name
    means the relation that is locked."""
    rows = ", ".join(f"({dollar(name)}, {dollar(owner)})" for name, owner in tables)
    return block("guard.check_owners", major, tables=rows)


def check_default(feed: Feed, column: ColumnRow, tables: tuple[str, ...], major: int) -> str:
    """The statement that raises where the column's default is not what it was when it was read, in one of `tables`."""
    return block(
        "guard.check_default",
        major,
        expression=dollar(column.expression or ""),
        tables=", ".join(map(dollar, tables)),
        column=column.column_literal,
        label=dollar(feed.label),
    )


def block(name: str, major: int, /, **words: str) -> str:
    """`name`.sql, filled in, as an anonymous block of PL/pgSQL."""
    body = load(name, major, **words)
    return "DO " + dollar(f"\n{body}\n")
