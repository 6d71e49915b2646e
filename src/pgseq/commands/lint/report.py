"""What a file has done to the sequences, once all of it has run."""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.lint.model import Offence
from pgseq.commands.lint.rules import JUDGING, pgl005_truncate_goes_on, pgl007_cannot_tell, pgl008_unknown_table
from pgseq.commands.lint.rules.case import Case
from pgseq.commands.lint.simulator.diagnose import holders, judge
from pgseq.commands.lint.simulator.events import Deed
from pgseq.commands.lint.simulator.state import TEMPORARY, Drawn, World


def verdict(world: World, file: str) -> Iterator[tuple[Offence, Drawn | None]]:
    """The findings that the end of `file` leaves, each with the sequence to put right."""
    for sequence in world.sequences.values():
        if sequence.schema == TEMPORARY or not any(deed.place.file == file for deed in _deeds(sequence)):
            continue
        found = tuple(holders(world, sequence))
        case = Case(file=file, sequence=sequence, diagnosis=judge(sequence, found), holders=found)
        for one in JUDGING:
            if (offence := one.check(case)) is not None:
                yield offence, sequence if case.behind or offence.severity == "unknown" else None
                break
    for counting in world.counting.values():
        if counting.deed.place.file == file:
            yield pgl005_truncate_goes_on.offence(counting), None
    for table, deed in world.strangers.items():
        if deed.place.file == file:
            yield pgl008_unknown_table.offence(table, deed, live=world.live), None
    for deed in world.opaque:
        if deed.place.file == file:
            yield pgl007_cannot_tell.opaque(deed), None


def _deeds(sequence: Drawn) -> Iterator[Deed]:
    """What moved a sequence or shaped it, what stored the ids in its columns, and what made it feed them: a file that
    did nothing of it is not to blame."""
    collision = sequence.collision
    if collision is not None:
        yield from (collision.stored_by, collision.drawn_by, *collision.turned_by)
    feeding = (deed for column in sequence.columns.values() for deed in (column.unseen, column.fed_by))
    yield from (deed for deed in (sequence.moved, sequence.reshaped, *feeding) if deed is not None)
    for column in sequence.columns.values():
        yield from (by for _, by in column.stored)
