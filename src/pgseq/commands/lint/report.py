"""What a file has done to the sequences, once all of it has run."""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.rules import JUDGING, pgl005_truncate_goes_on, pgl007_cannot_tell, pgl008_unknown_table
from pgseq.commands.lint.rules.case import Case
from pgseq.commands.lint.simulator.diagnose import ids_ahead, judge
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.state import TEMPORARY, DatabaseState, SequenceState


def verdict(state: DatabaseState, file: str) -> Iterator[tuple[LintFinding, SequenceState | None]]:
    """The findings that the end of `file` leaves, each with the sequence to put right."""
    for sequence in state.sequences.values():
        if sequence.schema == TEMPORARY or not any(event.place.file == file for event in _events(sequence)):
            continue
        ahead = tuple(ids_ahead(state, sequence))
        case = Case(file=file, sequence=sequence, diagnosis=judge(sequence, ahead), ids_ahead=ahead)
        for one in JUDGING:
            if (finding := one.check(case)) is not None:
                yield finding, sequence if case.behind or finding.severity == "unknown" else None
                break
    for counting in state.counting.values():
        if counting.event.place.file == file:
            yield pgl005_truncate_goes_on.finding(counting), None
    for table, event in state.unknown_tables.items():
        if event.place.file == file:
            yield pgl008_unknown_table.finding(table, event, live=state.live), None
    for event in state.dynamic_sql:
        if event.place.file == file:
            yield pgl007_cannot_tell.dynamic_sql(event), None


def _events(sequence: SequenceState) -> Iterator[Event]:
    """What moved a sequence or shaped it, what stored the ids in its columns, and what made it feed them: a file that
    did nothing of it is not to blame."""
    collision = sequence.collision
    if collision is not None:
        yield from (collision.stored_by, collision.drawn_by, *collision.last_changes)
    feeding = (event for column in sequence.columns.values() for event in (column.unseen, column.fed_by))
    yield from (event for event in (sequence.moved, sequence.reshaped, *feeding) if event is not None)
    for column in sequence.columns.values():
        yield from (event for _, event in column.stored)
