"""Names as people write them in SQL, for messages; never for statements."""

from __future__ import annotations

from pgseq.commands.lint.simulator.relations import UNNAMED, Name, SequenceState
from pgseq.names import quoted


def written(*parts: str) -> str:
    """A qualified name, quoted where necessary, without a schema that the file does not write."""
    return quoted(*(part for part in parts if part != UNNAMED))


def label(sequence: SequenceState | Name) -> str:
    """The name of a sequence or table."""
    return written(*(sequence.key if isinstance(sequence, SequenceState) else sequence))
