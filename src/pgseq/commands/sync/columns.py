"""Columns that draw from sequences on the source, beside those of the same name on the target. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pgseq.model.sequences import Feed, Sequence

#: Schema, table and name of a column.
Column = tuple[str, str, str]
#: Columns that the target has, and whether a row that leaves them out gets a value there: by a default, a domain's, as
#: identity or generated.
Columns = Mapping[Column, bool]

#: How a column draws by itself: not those whose values the application draws.
_BY_ITSELF: Final = ("serial", "identity", "default", "text-default")


def column(feed: Feed) -> Column:
    """Which column it is, on whichever side."""
    return feed.schema, feed.table, feed.column


def drawing(sequence: Sequence) -> tuple[Feed, ...]:
    """The columns that draw from it by themselves."""
    return tuple(feed for feed in sequence.feeds if feed.via in _BY_ITSELF)


def missing_defaults(theirs: Iterable[Sequence], ours: Iterable[Sequence]) -> frozenset[Column]:
    """The columns that draw from a sequence of the source, and from none of the target."""
    there, here = ({column(feed) for one in side for feed in drawing(one)} for side in (theirs, ours))
    return frozenset(there - here)


def without_default(sequence: Sequence, columns: Columns) -> tuple[Feed, ...]:
    """The columns that draw from a sequence of the source, and that the target has, but gives no value."""
    return tuple(feed for feed in drawing(sequence) if columns.get(column(feed)) is False)
