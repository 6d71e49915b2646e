"""What a file has done to the sequences, once all of it has run."""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.lint.codes import JUDGING, pgl005_truncate_goes_on, pgl008_unknown_table
from pgseq.lint.codes.case import Case
from pgseq.lint.facts import Offence
from pgseq.lint.judging import holders, judge
from pgseq.lint.world import TEMPORARY, Drawn, World


def verdict(world: World, file: str) -> Iterator[tuple[Offence, Drawn | None]]:
    """The findings that the end of `file` leaves, each with the sequence to put right."""
    for sequence in world.sequences.values():
        if sequence.schema == TEMPORARY:
            continue
        case = Case(
            file=file,
            sequence=sequence,
            diagnosis=judge(world, sequence),
            holders=tuple(holders(world, sequence)),
        )
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
