"""The SQL that finds free stretches before the furthest stored value. Composed of names quoted by the server and of
integers; pure."""

from __future__ import annotations

from pgseq.model.sequences import Position, Sequence
from pgseq.sql import blocks
from pgseq.sql.compare import ahead, run, value_of
from pgseq.sql.literals import bigint
from pgseq.sql.move import before


def gap_after(sequence: Sequence, max_jump: float) -> str:
    """An expression over `pos`: the last value before the free stretch that `stretches` gives; NULL where that begins
    at the sequence's own next value, or there is none."""
    return f"""(WITH {_stretch(sequence)}
    SELECT CASE WHEN place > 0 THEN value::bigint END
      FROM ({_widest(sequence, max_jump)}) AS gap)"""


def stretches(sequence: Sequence, at: Position, max_jump: float) -> str:
    """One row of what a sequence that stands `at` a position has ahead: how many different values are stored, up to the
    limit; whether the value before the furthest of them is free; and the widest free stretch before that one to which
    the way gives up at most `max_jump` of the free values left: the value in front of it, how many values it has, and
    whether it begins at the next value. NULL for these three where none has room for a block of CACHE values, which a
    session takes whole."""
    called = "true" if at.is_called else "false"
    fixed = f"(SELECT {bigint(at.last_value)}::bigint AS last_value, {called} AS is_called)"
    return f"""SELECT answer.* FROM {run(sequence, fixed)}, LATERAL (WITH {_stretch(sequence)}
    SELECT coalesce(counted.stored, 0), coalesce(counted.alone, false),
           gap.value, gap.room, gap.place = 0
      FROM (SELECT max(stored) AS stored, bool_or({_alone(sequence)}) FILTER (WHERE following IS NULL) AS alone
              FROM stretch) AS counted
      LEFT JOIN ({_widest(sequence, max_jump)}) AS gap ON true) AS answer"""


def _alone(sequence: Sequence) -> str:
    """A condition over `stretch`: the value before is free, and where the value stands for a block one id of it is
    stored."""
    one_id = (
        f" AND {blocks.alone(sequence, feed, value_of(feed, 'fed.'), 'stretch.value')}"
        for feed in sequence.readable
        if feed.in_blocks
    )
    return f"behind > 1{''.join(one_id)}"


def _stretch(sequence: Sequence) -> str:
    """A common table over `pos`: the value in front of the next one (place 0) and each value ahead that is stored,
    itself or an id of its block, with the value that follows it, how many are free between the two (`room`), and how
    many steps lead to it: from there (`way`) and from the value before it (`behind`)."""
    end, step = bigint(sequence.end), bigint(sequence.increment)
    order, bound = ("", "<=") if sequence.ascending else (" DESC", ">=")
    return f"""stretch AS (
      SELECT value, following, place, stored, way, behind, div({end} - value + way * {step}, {step}) AS values_left,
             CASE WHEN following {bound} {end} THEN div(following - value, {step}) - 1
                  ELSE div({end} - value, {step}) END AS room
        FROM (SELECT value, lead(value) OVER run AS following, row_number() OVER run - 1 AS place,
                     greatest(count(*) FILTER (WHERE value {bound} {end}) OVER () - 1, 0) AS stored,
                     div(value - first_value(value) OVER run, {step}) AS way,
                     div(value - lag(value) OVER run, {step}) AS behind
                FROM (SELECT ({before(sequence)})::numeric AS value
                      UNION ALL
                      SELECT stored.value FROM ({ahead(sequence)}) AS stored) AS ahead
              WINDOW run AS (ORDER BY value{order})) AS numbered)"""


def _widest(sequence: Sequence, max_jump: float) -> str:
    """A query over `stretch`: the widest free stretch in front of a stored value that may be gone to."""
    return f"""SELECT value, room, place FROM stretch
             WHERE following IS NOT NULL AND room > 0 AND (place = 0 OR room >= {sequence.cache})
               AND way - place <= {max_jump} * (values_left - stored)
             ORDER BY room DESC, place LIMIT 1"""
