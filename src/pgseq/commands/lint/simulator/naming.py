"""Names as people write them in SQL, for messages. Statements are not made of these."""

from __future__ import annotations

from pgseq.commands.lint.simulator.state import UNNAMED, Name, SequenceState
from pgseq.names import quoted


def written(*parts: str) -> str:
    """Parts of a name with dots between them, quoted where they need it; the schema left out where none was given."""
    return quoted(*(part for part in parts if part != UNNAMED))


def label(sequence: SequenceState | Name) -> str:
    """A sequence's or table's name."""
    return written(*(sequence.key if isinstance(sequence, SequenceState) else sequence))
