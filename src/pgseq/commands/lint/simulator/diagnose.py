"""Where a sequence of the files stands against the ids that they store: the one definition, applied to a world.

The arithmetic and the verdict are those of `pgseq check` (pgseq.values, pgseq.diagnosis).
"""

from __future__ import annotations

from collections.abc import Sequence as Items
from dataclasses import dataclass

from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.naming import label, written
from pgseq.commands.lint.simulator.state import Column, Drawn, Table, World
from pgseq.core.diagnose import diagnose
from pgseq.model.arithmetic import next_value, type_range
from pgseq.model.sequences import Diagnosis, Feed, Problem, Reading, Sequence, Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A fed column with the ids in it that its sequence can still hand out; None: there are none."""

    table: Table
    column: Column
    nearest: int | None = None
    nearest_by: Event | None = None
    furthest: int | None = None
    furthest_by: Event | None = None


def following(sequence: Drawn) -> int | None:
    """What nextval() returns next; None where it would fail, or nobody knows."""
    return None if sequence.position is None else next_value(_sequence(sequence, ()), sequence.position)


def holders(world: World, sequence: Drawn) -> list[Holder]:
    """The columns that a sequence feeds. Where its position is not known, everything stored counts as ahead."""
    first = following(sequence)
    return [_holder(table, column, first) for table, column in world.feeds(sequence)]


def judge(sequence: Drawn, fed: Items[Holder]) -> Diagnosis:
    """Judge a sequence by what is known to be stored in the columns that it feeds: its `holders`."""
    position = sequence.position or Problem(
        reason=sequence.moved.hidden if sequence.moved else "it is not in the files"
    )
    stored = tuple(_stored(holder) for holder in fed)
    model = _sequence(sequence, tuple(_feed(sequence, holder) for holder in fed))
    return diagnose(Reading(sequence=model, position=position, stored=stored))


def _holder(table: Table, column: Column, first: int | None) -> Holder:
    sequence = column.sequence
    width = abs(sequence.increment) if sequence else 1
    spans = column.ids.values() if first is None else [column.ids[first % width]] if first % width in column.ids else []
    for span in spans:
        near, far = (span.low, span.low_by), (span.high, span.high_by)
        if sequence is not None and sequence.increment < 0:
            near, far = far, near
            behind = first is not None and far[0] > first
            ahead = first is None or near[0] <= first
        else:
            behind = first is not None and far[0] < first
            ahead = first is None or near[0] >= first
        if not behind:
            near = near if ahead else far
            return Holder(
                table=table, column=column, nearest=near[0], nearest_by=near[1], furthest=far[0], furthest_by=far[1]
            )
    return Holder(table=table, column=column)


def _stored(holder: Holder) -> Stored | Problem:
    if holder.nearest is None and holder.column.unseen is not None:
        return Problem(reason=holder.column.unseen.hidden)
    return Stored(nearest=holder.nearest, furthest=holder.furthest)


def _sequence(drawn: Drawn, feeds: tuple[Feed, ...]) -> Sequence:
    """The sequence as the checks know one. What only a server knows is as its owner would see it."""
    name = label(drawn)
    return Sequence(
        oid=0,
        schema=drawn.schema,
        name=drawn.name,
        schema_sql=written(drawn.schema),
        sql=name,
        literal="",
        data_type=drawn.data_type,
        start=drawn.start,
        increment=drawn.increment,
        min=drawn.min,
        max=drawn.max,
        cache=1,
        cycle=drawn.cycle,
        persistence="p",
        extension=None,
        may_select=True,
        may_use=True,
        may_update=True,
        may_enter=True,
        feeds=feeds,
    )


def _feed(drawn: Drawn, holder: Holder) -> Feed:
    table, column = holder.table, holder.column
    kind, lowest, highest = type_range(column.type, column.typmod)
    return Feed(
        schema=table.schema,
        table=table.name,
        column=column.name,
        type=column.type,
        via=column.via,
        relid=0,
        table_sql=label(table.key),
        column_sql=written(column.name),
        kind=kind,
        lowest=lowest,
        highest=highest,
        sources=(),
        persistence="p",
        owns=drawn.owner == (table.key, column.name),
    )
