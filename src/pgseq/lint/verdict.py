"""What a file has done to the sequences, once all of it has run."""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.lint.codes import JUDGING, pgl005_truncate_goes_on, pgl007_cannot_tell, pgl008_unknown_table
from pgseq.lint.codes.case import Case
from pgseq.lint.facts import Offence
from pgseq.lint.judging import holders, judge
from pgseq.lint.world import TEMPORARY, Deed, Drawn, World


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
            yield pgl008_unknown_table.offence(table, deed), None
    for deed in world.opaque:
        if deed.place.file == file:
            yield pgl007_cannot_tell.opaque(deed), None


def _deeds(sequence: Drawn) -> Iterator[Deed]:
    """What moved a sequence, and what stored the ids in its columns: a file that did nothing of it is not to blame."""
    collision = sequence.collision
    for deed in (sequence.moved, *((collision.stored_by, collision.moved_by) if collision else ())):
        if deed is not None:
            yield deed
    for column in sequence.columns.values():
        if column.unseen is not None:
            yield column.unseen
        for span in column.ids.values():
            yield span.low_by
            yield span.high_by
