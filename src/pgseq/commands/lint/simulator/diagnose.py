"""Diagnose a simulated sequence.

The arithmetic and the definition are those of `pgseq check` (pgseq.model.arithmetic, pgseq.core.diagnose).
"""

from __future__ import annotations

from collections.abc import Sequence as Items

from msgspec import Struct

from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.naming import label, written
from pgseq.commands.lint.simulator.relations import ColumnState, SequenceState, TableState
from pgseq.commands.lint.simulator.state import DatabaseState
from pgseq.core.diagnose import diagnose
from pgseq.model.arithmetic import next_value, type_range
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.sequences import Feed, NotSeen, Problem, Reading, Sequence, Stored


class IdsAhead(Struct, frozen=True):
    """The ids in a fed column that its sequence has yet to hand out; None: there are none."""

    table: TableState
    column: ColumnState
    nearest: int | None = None
    nearest_by: Event | None = None
    furthest: int | None = None
    furthest_by: Event | None = None


def following(sequence: SequenceState) -> int | None:
    """The next value of nextval(); None if it would fail or is not known."""
    return None if sequence.position is None else next_value(_sequence(sequence, ()), sequence.position)


def ids_ahead(state: DatabaseState, sequence: SequenceState) -> list[IdsAhead]:
    """The columns that a sequence feeds. While its position is not known, everything stored counts as ahead."""
    first = following(sequence)
    return [_ids_ahead(table, column, first) for table, column in state.feeds(sequence)]


def last_value(state: DatabaseState, sequence: SequenceState) -> int:
    """The last value that a sequence can hand out into all the columns that it feeds."""
    return _sequence(sequence, tuple(_feed(sequence, ahead) for ahead in ids_ahead(state, sequence))).end


def judge(sequence: SequenceState, ids: Items[IdsAhead]) -> Diagnosis:
    """Diagnose a sequence from the ids stored in the columns that it feeds."""
    position = sequence.position or NotSeen(
        reason=sequence.moved.hidden if sequence.moved else "it is not in the files"
    )
    stored = tuple(_stored(ahead) for ahead in ids)
    model = _sequence(sequence, tuple(_feed(sequence, ahead) for ahead in ids))
    return diagnose(Reading(sequence=model, position=position, stored=stored))


def _ids_ahead(table: TableState, column: ColumnState, first: int | None) -> IdsAhead:
    sequence = column.sequence
    width = abs(sequence.increment) if sequence else 1
    spans = column.ids.values() if first is None else [column.ids[first % width]] if first % width in column.ids else []
    for span in spans:
        ends = [(span.low, span.low_by), (span.high, span.high_by)]
        if sequence is not None and sequence.increment < 0:
            ahead = [end for end in reversed(ends) if first is None or end[0] <= first]
        else:
            ahead = [end for end in ends if first is None or end[0] >= first]
        if ahead:
            (nearest, nearest_by), (furthest, furthest_by) = ahead[0], ahead[-1]
            return IdsAhead(table, column, nearest, nearest_by, furthest, furthest_by)
    return IdsAhead(table, column)


def _stored(ahead: IdsAhead) -> Stored | Problem:
    if ahead.nearest is None and ahead.column.unseen is not None:
        return NotSeen(reason=ahead.column.unseen.hidden)
    return Stored(nearest=ahead.nearest, furthest=ahead.furthest)


def _sequence(sequence: SequenceState, feeds: tuple[Feed, ...]) -> Sequence:
    """The sequence for `core.diagnose`; what only a server knows is filled in as its owner would see it."""
    name = label(sequence)
    return Sequence(
        oid=0,
        database="",
        schema=sequence.schema,
        name=sequence.name,
        schema_sql=written(sequence.schema),
        sql=name,
        literal="",
        data_type=sequence.data_type,
        start=sequence.start,
        increment=sequence.increment,
        min=sequence.min,
        max=sequence.max,
        cache=1,
        cycle=sequence.cycle,
        persistence="p",
        extension=None,
        may_select=True,
        may_use=True,
        may_update=True,
        may_enter=True,
        feeds=feeds,
    )


def _feed(sequence: SequenceState, ahead: IdsAhead) -> Feed:
    table, column = ahead.table, ahead.column
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
        owns=sequence.owner == (table.key, column.name),
    )
