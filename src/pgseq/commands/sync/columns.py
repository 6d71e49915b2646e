"""Columns that draw from sequences on the source, and the same columns on the target. Pure."""

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
    """The column of a feed, comparable between source and target."""
    return feed.schema, feed.table, feed.column


def drawing(sequence: Sequence) -> tuple[Feed, ...]:
    """The columns whose default draws from it."""
    return tuple(feed for feed in sequence.feeds if feed.via in _BY_ITSELF)


def missing_defaults(sources: Iterable[Sequence], targets: Iterable[Sequence]) -> frozenset[Column]:
    """The columns that draw from a sequence only on the source."""
    on_source, on_target = ({column(feed) for one in side for feed in drawing(one)} for side in (sources, targets))
    return frozenset(on_source - on_target)


def without_default(sequence: Sequence, columns: Columns) -> tuple[Feed, ...]:
    """The columns of the target that draw from `sequence` only on the source, and get no value."""
    return tuple(feed for feed in drawing(sequence) if columns.get(column(feed)) is False)
