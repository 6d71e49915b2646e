"""What helps where a sequence of an extension is out of sync: pgseq leaves what an extension made alone. Pure."""

from __future__ import annotations

from pgseq.model.sequences import Diagnosis


def by_hand(diagnosis: Diagnosis) -> str:
    """The statement that moves an extension's sequence, to be run by hand; words where moving cannot repair it."""
    sequence, repair = diagnosis.sequence, diagnosis.repair
    if repair is None or not repair.possible:
        return f"leave it to the maintainers of {sequence.extension}"
    return (
        f"update {sequence.extension}, or while nobody writes: "
        f"SELECT pg_catalog.setval({sequence.literal}, {repair.last_value})"
    )
