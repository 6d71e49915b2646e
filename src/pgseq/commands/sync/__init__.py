"""Cut-over: brings the sequences of one database level with those of another, and never backwards.

`read` reads the source, `match` pairs sequences, `compare` plans the steps, `ddl` writes what the target does not have;
`workflow` runs them all: read both → match → compare → apply → read again → compare.
"""

from pgseq.commands.sync.model import Comparison, Cutover, Source, SourceSequence

__all__ = ["Comparison", "Cutover", "Source", "SourceSequence"]
