"""Texts that several checks use: where a value is stored, the SQL that makes room."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.model.hints import joined
from pgseq.model.obstacles import ColumnLimit
from pgseq.model.sequences import Feed, Sequence

#: What to do where no type is wider.
NO_WIDER_TYPE = "no wider type is left: find ids that are free and continue there with ALTER SEQUENCE … RESTART WITH"
#: What ALTER COLUMN … TYPE bigint costs (PostgreSQL documentation, ALTER TABLE).
REWRITES = (
    "TYPE bigint rewrites the table and its indexes under ACCESS EXCLUSIVE, and columns that refer to it by foreign "
    "key need it, too"
)


def labels(feeds: Iterable[Feed]) -> str:
    """The columns, listed."""
    return ", ".join([feed.label for feed in feeds])


def ends(sequence: Sequence, feeds: Iterable[Feed]) -> str:
    """The columns with their types and the last value each can hold in the sequence's direction, listed."""
    return ", ".join(f"{feed.label} ({feed.type}, {end(sequence, feed)})" for feed in feeds)


def end(sequence: Sequence, feed: Feed) -> int | None:
    """The last value in the sequence's direction that the column can hold; None: no limit."""
    return feed.highest if sequence.ascending else feed.lowest


def wraps(feed: Feed) -> bool:
    """Whether the column stores a value beyond its type as another one, without an error: what an identity column draws
    is cast without a check (ExecEvalNextValueExpr() in src/backend/executor/execExprInterp.c)."""
    return feed.via == "identity"


def wrapped(feed: Feed, value: int) -> int:
    """What is stored instead of `value` where the column `wraps`: its lowest bits."""
    assert feed.lowest is not None
    assert feed.highest is not None
    return (value - feed.lowest) % (feed.highest - feed.lowest + 1) + feed.lowest


def plain(sequence: Sequence) -> tuple[Feed, ...]:
    """The feeds that store the sequence's own value, so that it can be compared with what their columns hold."""
    return tuple(feed for feed in sequence.feeds if feed.expression is None)


def rows(feeds: Iterable[Feed], value: int) -> str:
    """Where a stored value is, so that SELECT or DELETE can be put before it."""
    return ", ".join(
        f"{feed.table_sql} WHERE {feed.column_sql} = " + (f"'{value}'" if feed.kind == "text" else f"{value}")
        for feed in feeds
    )


def wider_column(sequence: Sequence, feed: Feed) -> str:
    """The statement that gives a column room for more values; for a view, what to do."""
    if feed.is_view:
        return f"widen the column that {feed.label} shows, then make the view anew"
    alter = f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql}"
    if feed.type == "bigint" and feed.in_blocks:
        return NO_WIDER_TYPE
    if feed.type == "bigint":
        # Only a cast in the default makes it narrower.
        return f"{alter} SET DEFAULT nextval({sequence.literal}::regclass)"
    wide = {"integer": "bigint", "numeric": "numeric"}.get(feed.kind, "text")
    return f"{alter} TYPE {wide}"


def wider_limited(limit: ColumnLimit) -> str:
    """The statement that gives room to a column that refers to a fed one; for a CHECK, what to do."""
    if limit.constraint is not None:
        return f"make room in the CHECK {limit.constraint} of {limit.label}"
    wide = "bigint" if limit.type in ("smallint", "integer") else "numeric" if "numeric" in limit.type else "text"
    return f"ALTER TABLE {limit.table_sql} ALTER COLUMN {limit.column_sql} TYPE {wide}"


def widening(statements: Iterable[str]) -> str:
    """Such statements as one line, with what they cost."""
    statements = tuple(statements)
    return sentences((*statements, REWRITES if any(text.endswith(" TYPE bigint") for text in statements) else ""))


def wider(sequence: Sequence, value: int) -> tuple[str, ...]:
    """The statements that would make room for `value` in the fed columns and in the sequence; none beyond bigint."""
    if not -(2**63) <= value < 2**63:
        return ()
    narrow = [feed for feed in plain(sequence) if not feed.holds(value)]
    if any(feed.type == "bigint" and feed.in_blocks for feed in narrow):
        return ()
    columns = tuple(wider_column(sequence, feed) for feed in narrow)
    # ALTER COLUMN … TYPE of an identity column alters its sequence, too.
    if sequence.min <= value <= sequence.max or any(feed.via == "identity" for feed in narrow):
        return columns
    return (*columns, _wider_sequence(sequence))


def _wider_sequence(sequence: Sequence) -> str:
    own = type_bound(sequence)
    if own == sequence.bound:
        return f"ALTER SEQUENCE {sequence.sql} AS bigint"
    return f"ALTER SEQUENCE {sequence.sql} NO {'MAXVALUE' if sequence.ascending else 'MINVALUE'}"


def type_bound(sequence: Sequence) -> int:
    """The last value in its direction that the sequence's own data type can hold."""
    reach: int = 2 ** (INTEGER_BITS[sequence.data_type] - 1)
    return reach - 1 if sequence.ascending else -reach


def sentences(parts: Iterable[str]) -> str:
    """Parts as one line, each said once."""
    return joined(dict.fromkeys(part for part in parts if re.search(r"\S", part)))
