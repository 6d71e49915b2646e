"""The SQL that looks at the rows around a sequence's position. Composed of names quoted by the server and of integers;
pure."""

from __future__ import annotations

from typing import Final

from pgseq.model.sequences import Feed, Sequence
from pgseq.sql.compare import bigint, reachable, run, value_of

#: Rows looked at on each side of the position, and rows counted ahead of it.
SAMPLED: Final = 1000
COUNTED: Final = 10_000


def sample(sequence: Sequence, feed: Feed) -> str:
    """Rows of side, value, xid and relid: `ahead` and `behind` the position, nearest first; `beyond`, the
    same as `ahead` on any grid; `last`, the two furthest ahead; `count`, how many are ahead.

    xid is the raw xmin of the row version, which freezing leaves in place (PostgreSQL documentation, "System Columns",
    since 9.4).
    """
    order, reverse = ("ASC", "DESC") if sequence.ascending else ("DESC", "ASC")
    parts = [part for source in feed.sources for part in _parts(sequence, feed, source, order, reverse)]
    union = "\n  UNION ALL\n".join(parts)
    return f"""SELECT part.side, part.value, part.xid, part.relid
  FROM {run(sequence)}
 CROSS JOIN LATERAL (
{union}) AS part"""


def log_count(sequence: Sequence) -> str:
    """One row: how many values the sequence may still hand out without writing WAL."""
    return f"SELECT log_cnt FROM {sequence.sql}"


def _parts(sequence: Sequence, feed: Feed, source: str, order: str, reverse: str) -> list[str]:
    value = value_of(feed, "fed.")
    ahead = reachable(sequence, feed, value)
    within = f"{value} BETWEEN {bigint(sequence.min)} AND {bigint(sequence.max)}"
    if feed.kind != "integer":
        within += f" AND mod({value}::numeric, 1) = 0"
    before, after = ("<", ">") if sequence.ascending else (">", "<")
    sides = [
        ("ahead", ahead, order, SAMPLED),
        ("behind", f"{value} {before} pos.last_value AND {within}", reverse, SAMPLED),
        ("last", ahead, reverse, 2),
    ]
    if abs(sequence.increment) != 1:
        sides.append(("beyond", f"{value} {after} pos.last_value AND {within}", order, SAMPLED))
    columns = f"{value}::numeric AS value, fed.xmin::text::bigint AS xid, fed.tableoid::bigint AS relid"
    return [
        f"(SELECT '{side}' AS side, {columns} FROM {source} AS fed WHERE {where} ORDER BY {value} {way} LIMIT {rows})"
        for side, where, way, rows in sides
    ] + [
        f"(SELECT 'count', count(*), NULL, NULL FROM (SELECT FROM {source} AS fed WHERE {ahead} LIMIT {COUNTED}) AS c)"
    ]
