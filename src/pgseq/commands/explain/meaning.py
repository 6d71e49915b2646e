"""Match the names and values of an error with those of a catalog. Pure."""

from __future__ import annotations

from pgseq.commands.explain.facts import Index
from pgseq.commands.explain.model import ParsedError

#: PostgreSQL cuts names to so many bytes (NAMEDATALEN - 1).
LONGEST_NAME = 63


def cut(name: str) -> str:
    """A name as the catalog keeps it."""
    return name.encode(errors="replace")[:LONGEST_NAME].decode(errors="ignore")


def models(name: str) -> list[str]:
    """A table's name, and what object-relational mappers may mean by it."""
    if not name:
        return []
    snake = "".join(f"_{c.lower()}" if c.isupper() and n else c.lower() for n, c in enumerate(name))
    forms = {name, name[:1].upper() + name[1:], name.lower(), snake}
    return sorted(forms | {f"{form}s" for form in forms})


def same(columns: list[str | None], names: tuple[str, ...]) -> bool:
    """Whether an index's key is the one that an error shows (an expression is not compared)."""
    return len(columns) == len(names) and all(
        column is None or column == name for column, name in zip(columns, names, strict=True)
    )


def values_apart(index: Index, error: ParsedError) -> list[str] | None:
    """The key's values apart, where that is certain."""
    if error.values is None or not all(index.columns_sql):
        return None
    if len(index.columns) == 1:
        return [error.values]
    parts = error.values.split(", ")
    return parts if len(parts) == len(index.columns) else None
