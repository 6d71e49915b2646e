"""The SQL that tells which values of a sequence stand for a stored id, where an application draws a value and stores a
block of ids around it. Composed of integers; pure.

`pos` stands for the sequence's position, as in `sql.compare`. div() and mod() of numeric are exact; `/` is not.
"""

from __future__ import annotations

from pgseq.model.arithmetic import forward, limit
from pgseq.model.sequences import Feed, Sequence
from pgseq.sql.literals import bigint


def reachable(sequence: Sequence, feed: Feed, value: str, end: int) -> str:
    """A condition: a value still to come, up to `end`, stands for the id `value`. Ids on the far side of where the
    sequence begins (MINVALUE, descending MAXVALUE) are nobody's: what is below 1 is not handed out with 1."""
    first, last = feed.offsets
    onward, within, start = (">=", "<=", sequence.min) if sequence.ascending else ("<=", ">=", sequence.max)
    here, there = (first, last) if sequence.ascending else (last, first)
    drawn = first_drawn(sequence, feed, value)
    conditions = (
        f"{value} {onward} {_plus(_following(sequence), here)}",
        f"{value} {onward} {bigint(start)}",
        f"{value} {within} {_plus(f'{bigint(end)}::numeric', there)}",
        f"{drawn} {within} {bigint(end)}",
        f"{drawn} {within} {_plus(value, -here)}",
    )
    return "\n                   AND ".join(conditions)


def first_drawn(sequence: Sequence, feed: Feed, value: str) -> str:
    """An expression: the first value still to come whose block ends at `value` or beyond it, as numeric."""
    width, (_, ahead) = abs(sequence.increment), forward(sequence, feed)
    away = f"greatest({_plus(_distance(sequence, value), -ahead)}, 0) + {width - 1}"
    return f"({_following(sequence)} + div({away}, {width}) * {bigint(sequence.increment)})"


def last_drawn(sequence: Sequence, feed: Feed, value: str) -> str:
    """An expression: the last value that stands for the `reachable` id `value`, as numeric."""
    width, (behind, _) = abs(sequence.increment), forward(sequence, feed)
    end = _distance(sequence, f"{bigint(limit(sequence, (feed,)))}::numeric")
    steps = f"least(div({_plus(_distance(sequence, value), -behind)}, {width}), div({end}, {width}))"
    return f"({_following(sequence)} + {steps} * {bigint(sequence.increment)})"


def last_stored(sequence: Sequence, feed: Feed, value: str) -> str:
    """An expression: the same where `value` is a query; NULL for NULL."""
    drawn = last_drawn(sequence, feed, "stored.id")
    return f"""(SELECT CASE WHEN stored.id IS NOT NULL THEN {drawn} END
            FROM (SELECT {value} AS id OFFSET 0) AS stored)"""


def off_grid(sequence: Sequence, feed: Feed, value: str) -> str:
    """A condition: the integer `value` lies beyond the last value handed out, off the sequence's grid."""
    onward, within = (">", "<=") if sequence.ascending else ("<", ">=")
    width = abs(sequence.increment)
    conditions = [
        f"{value} {onward} {_following(sequence)} - {bigint(sequence.increment)}",
        f"{value} {within} {bigint(limit(sequence, (feed,)))}",
        f"mod({value}::numeric - pos.last_value, {width}) <> 0",
    ]
    if feed.kind != "integer":
        conditions.append(f"mod({value}::numeric, 1) = 0")
    return "\n                   AND ".join(conditions)


def _following(sequence: Sequence) -> str:
    return f"(pos.last_value::numeric + CASE WHEN pos.is_called THEN {bigint(sequence.increment)} ELSE 0 END)"


def _distance(sequence: Sequence, value: str) -> str:
    """How far `value` lies ahead of the next one."""
    return f"({value} - {_following(sequence)})" if sequence.ascending else f"({_following(sequence)} - {value})"


def _plus(expression: str, number: int) -> str:
    return expression if number == 0 else f"{expression} {'+' if number > 0 else '-'} {abs(number)}"
