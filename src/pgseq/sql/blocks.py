"""The SQL that tells which values of a sequence stand for a stored id, where an application draws a value and stores a
block of ids around it. Composed of integers and expressions; pure.

A run of values is two expressions: the value that it begins with, and one that it does not go beyond. div() and mod()
of numeric are exact; `/` is not.
"""

from __future__ import annotations

from pgseq.model.arithmetic import end_of, forward
from pgseq.model.sequences import Feed, Sequence
from pgseq.sql.literals import bigint


def following(sequence: Sequence) -> str:
    """An expression over `pos`, the sequence's position as in `sql.compare`: the next value, as numeric."""
    return f"(pos.last_value::numeric + CASE WHEN pos.is_called THEN {bigint(sequence.increment)} ELSE 0 END)"


def reachable(sequence: Sequence, feed: Feed, value: str, run: tuple[str, str]) -> str:
    """A condition: a value of the run stands for the id `value`. Ids on the far side of where the sequence begins
    (MINVALUE, descending MAXVALUE) are nobody's: what is below 1 is not handed out with 1."""
    begin, end = run
    first, last = feed.offsets
    onward, within, start = (">=", "<=", sequence.min) if sequence.ascending else ("<=", ">=", sequence.max)
    here, there = (first, last) if sequence.ascending else (last, first)
    drawn = first_drawn(sequence, feed, value, begin)
    conditions = [
        f"{value} {onward} {_plus(begin, here)}",
        f"{value} {onward} {bigint(start)}",
        f"{value} {within} {_plus(f'{end}::numeric', there)}",
        f"{drawn} {within} {end}",
        f"{drawn} {within} {_plus(value, -here)}",
    ]
    if feed.kind != "integer":
        conditions.append(f"{_integer(value)} AND {value} BETWEEN {bigint(-(2**63))} AND {bigint(2**63 - 1)}")
    return "\n                   AND ".join(conditions)


def first_drawn(sequence: Sequence, feed: Feed, value: str, begin: str) -> str:
    """An expression: the first value from `begin` on whose block ends at `value` or beyond it, as numeric."""
    width, (_, ahead) = abs(sequence.increment), forward(sequence, feed)
    away = f"greatest({_plus(_distance(sequence, value, begin), -ahead)}, 0) + {width - 1}"
    return f"({begin} + div({away}, {width}) * {bigint(sequence.increment)})"


def last_drawn(sequence: Sequence, feed: Feed, value: str, run: tuple[str, str]) -> str:
    """An expression: the last value of the run that stands for the `reachable` id `value`, as numeric."""
    begin, end = run
    width, (behind, _) = abs(sequence.increment), forward(sequence, feed)
    far = _distance(sequence, f"{end}::numeric", begin)
    steps = f"least(div({_plus(_distance(sequence, value, begin), -behind)}, {width}), div({far}, {width}))"
    return f"({begin} + {steps} * {bigint(sequence.increment)})"


def last_stored(sequence: Sequence, feed: Feed, value: str) -> str:
    """An expression over `pos`: the last value to come that stands for the id that the query `value` gives; NULL for
    NULL."""
    run = following(sequence), bigint(end_of(sequence, feed))
    return f"""(SELECT CASE WHEN stored.id IS NOT NULL THEN {last_drawn(sequence, feed, "stored.id", run)} END
            FROM (SELECT {value} AS id OFFSET 0) AS stored)"""


def drawn(sequence: Sequence, feed: Feed, value: str, run: tuple[str, str]) -> tuple[str, str]:
    """An expression, and a FROM item that it needs beside the stored id `value` (may be empty): the values of the run
    that stand for that `reachable` id."""
    last = last_drawn(sequence, feed, value, run)
    if feed.block is None or feed.block.size <= abs(sequence.increment):
        return last, ""
    first = first_drawn(sequence, feed, value, run[0])
    return "drawn.value", f"LATERAL generate_series({first}, {last}, {bigint(sequence.increment)}) AS drawn (value)"


def alone(sequence: Sequence, feed: Feed, value: str, drawn: str) -> str:
    """A condition: the block of the value `drawn`, which the column can hold or which is none, holds at most one stored
    id (`value`, of the FROM item `fed`)."""
    first, last = (_plus(drawn, offset) for offset in feed.offsets)
    onward, within, start = (">=", "<=", sequence.min) if sequence.ascending else ("<=", ">=", sequence.max)
    condition = f"{value} BETWEEN {first} AND {last} AND {value} {onward} {bigint(start)}"
    condition += f" AND {drawn} {within} {bigint(end_of(sequence, feed))}"
    if feed.kind != "integer":
        condition += f" AND {_integer(value)}"
    rows = " UNION ".join(f"SELECT {value} FROM {source} AS fed WHERE {condition}" for source in feed.sources)
    return f"(SELECT count(DISTINCT block.id) <= 1 FROM ({rows}) AS block (id))"


def off_grid(sequence: Sequence, feed: Feed, value: str) -> str:
    """A condition over `pos`: the integer `value` lies beyond the last value handed out, off the sequence's grid."""
    onward, within = (">", "<=") if sequence.ascending else ("<", ">=")
    width = abs(sequence.increment)
    conditions = [
        f"{value} {onward} {following(sequence)} - {bigint(sequence.increment)}",
        f"{value} {within} {bigint(end_of(sequence, feed))}",
        f"mod({value}::numeric - pos.last_value, {width}) <> 0",
    ]
    if feed.kind != "integer":
        conditions.append(_integer(value))
    return "\n                   AND ".join(conditions)


def _integer(value: str) -> str:
    return f"mod({value}::numeric, 1) = 0"


def _distance(sequence: Sequence, value: str, begin: str) -> str:
    """How far `value` lies ahead of `begin`."""
    return f"({value} - {begin})" if sequence.ascending else f"({begin} - {value})"


def _plus(expression: str, number: int) -> str:
    return expression if number == 0 else f"{expression} {'+' if number > 0 else '-'} {abs(number)}"
