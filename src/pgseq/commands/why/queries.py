"""The statements that read the rows around a sequence's position. Pure."""

from __future__ import annotations

from typing import Final

from pgseq.model.sequences import Feed, Sequence
from pgseq.sql import load
from pgseq.sql.compare import reachable, run, value_of
from pgseq.sql.literals import bigint

#: Rows looked at on each side of the position, and rows counted ahead of it.
SAMPLED: Final = 1000
COUNTED: Final = 10_000


def sample(sequence: Sequence, feed: Feed) -> str:
    """Rows of side, value, xid and relid: `ahead` and `behind` the position, nearest first; `beyond`, the
    same as `ahead` on any grid; `last`, the two furthest ahead; `count`, how many are ahead.

    xid is the raw xmin of the row version, which freezing leaves in place (PostgreSQL documentation, "System Columns",
    since 9.4).
    """
    parts = [part for source in feed.sources for part in _parts(sequence, feed, source)]
    return load("why.sample", run=run(sequence), parts="\n  UNION ALL\n".join(parts))


def log_count(sequence: Sequence) -> str:
    """One row: how many values the sequence may still hand out without writing WAL."""
    return load("why.log_count", sequence=sequence.sql)


def _parts(sequence: Sequence, feed: Feed, source: str) -> list[str]:
    value = value_of(feed, "fed.")
    ahead = reachable(sequence, feed, value)
    within = f"{value} BETWEEN {bigint(sequence.min)} AND {bigint(sequence.max)}"
    if feed.kind != "integer":
        within += f" AND mod({value}::numeric, 1) = 0"
    onward, backward = ("ASC", "DESC") if sequence.ascending else ("DESC", "ASC")
    before, after = ("<", ">") if sequence.ascending else (">", "<")
    sides = [
        ("ahead", ahead, onward, SAMPLED),
        ("behind", f"{value} {before} pos.last_value AND {within}", backward, SAMPLED),
        ("last", ahead, backward, 2),
    ]
    if abs(sequence.increment) != 1:
        sides.append(("beyond", f"{value} {after} pos.last_value AND {within}", onward, SAMPLED))
    selects = [
        load(
            "why.sample_rows",
            side=side,
            value=value,
            source=source,
            condition=condition,
            direction=direction,
            rows=str(rows),
        )
        for side, condition, direction, rows in sides
    ]
    return [*selects, load("why.sample_count", source=source, condition=ahead, rows=str(COUNTED))]
