"""The SQL that moves a sequence. Composed of names quoted by the server and of integers; pure."""

from __future__ import annotations

from pgseq.model import Position, Sequence
from pgseq.questions import bigint, position, reachable, readable, run, value_of
from pgseq.values import limit

#: Values up to which a move is made by nextval() itself: some milliseconds' work.
WALK = 10_000


def gap_after(sequence: Sequence) -> str:
    """An expression over `pos`: the last value before the widest stretch of free values ahead; NULL where that stretch
    begins at the sequence's own next value."""
    order = "" if sequence.ascending else " DESC"
    stored = "\n      UNION ".join(
        f"SELECT {value}::numeric FROM {source} AS fed WHERE {reachable(sequence, feed, value)}"
        for feed in readable(sequence)
        for value in [value_of(feed, "fed.")]
        for source in feed.sources
    )
    return f"""(SELECT CASE WHEN own THEN NULL ELSE value::bigint END
    FROM (SELECT value, own,
                 abs(coalesce(lead(value) OVER (ORDER BY value{order}), {bigint(limit(sequence))}) - value) AS width
            FROM (SELECT {_before(sequence)} AS value, true AS own
                  UNION ALL
                  SELECT stored.value, false FROM ({stored}) AS stored (value)) AS ahead) AS gaps
   ORDER BY width DESC, own DESC
   LIMIT 1)"""


def gap(sequence: Sequence) -> str:
    """A query for `gap_after` alone."""
    return f"WITH {run(sequence)} SELECT {gap_after(sequence)} FROM pos"


def move(sequence: Sequence, *, goal: str, max_jump: float | None) -> str:
    """The statement that moves a sequence forward to `goal` (an expression over `pos`), and never backwards.

    It returns one row: last_value and is_called as found, the goal, and the value moved to; NULL where it was not
    moved, because the goal is NULL, leaves no room, or gives up more than `max_jump` of the values left. It returns no
    row when the sequence's definition has changed since it was read.

    A short way is gone by nextval(), which cannot lower a sequence however many others call it. A long one, or one
    with CACHE, is a setval() right after a last look at the position: to be lowered, the sequence would have to be
    drawn past the goal by others between the two calls.
    """
    behind, farthest = ("<", "max") if sequence.ascending else (">", "min")
    checks = [f"goal.value {behind}= {bigint(limit(sequence) - sequence.increment)}"]
    if max_jump is not None:
        checks.append(f"way.values <= {max_jump} * way.left")
    walk = f"""
         WHEN way.values <= {WALK} THEN
           (SELECT {farthest}(nextval({sequence.literal})) FROM generate_series(1, way.values::int))"""
    definition = (sequence.increment, sequence.min, sequence.max)
    return f"""WITH {run(sequence)},
     goal AS MATERIALIZED (
       SELECT {goal} AS value
         FROM pos),
     way AS (SELECT {_count(sequence, "goal.value")} AS values,
                    {_count(sequence, bigint(limit(sequence)))} AS left
               FROM goal, pos)
SELECT found.last_value, found.is_called, goal.value AS goal,
       CASE
         WHEN ({" AND ".join(checks)}) IS NOT TRUE THEN NULL{walk if sequence.cache == 1 else ""}
         WHEN coalesce(pg_sequence_last_value({sequence.literal}) = found.last_value
                       OR pg_sequence_last_value({sequence.literal}) {behind} goal.value, true) THEN
           setval({sequence.literal}, goal.value)
       END AS moved
  FROM found, pos, goal, way
 WHERE EXISTS (SELECT FROM pg_sequence
                WHERE seqrelid = {sequence.literal}::regclass
                  AND (seqincrement, seqmin, seqmax) = ({", ".join(map(bigint, definition))})
                  AND (seqcache, seqcycle) = ({sequence.cache}, {str(sequence.cycle).lower()}))"""


def restore(sequence: Sequence, before: Position, after: Position | None) -> str:
    """The statement that puts a sequence back to `before`, if it still stands at `after` (None: wherever it stands).

    It returns a row: last_value and is_called as found, and the value set, NULL where it was not.
    """
    called = {True: "true", False: "false"}
    unused = (
        "true"
        if after is None
        else f"found.last_value = {bigint(after.last_value)} AND found.is_called = {called[after.is_called]}"
    )
    return f"""WITH found AS MATERIALIZED ({position(sequence)})
SELECT found.last_value, found.is_called,
       CASE WHEN {unused} THEN
         setval({sequence.literal}, {bigint(before.last_value)}, {called[before.is_called]})
       END AS restored
  FROM found"""


def _count(sequence: Sequence, end: str) -> str:
    """An expression over `pos`: how many values the sequence hands out up to `end`."""
    distance = f"({end} - {_before(sequence)})"
    return distance if sequence.increment == 1 else f"trunc({distance} / {bigint(sequence.increment)})"


def _before(sequence: Sequence) -> str:
    """An expression over `pos`: the value one increment before the next one."""
    return f"(pos.last_value::numeric - CASE WHEN pos.is_called THEN 0 ELSE {bigint(sequence.increment)} END)"
