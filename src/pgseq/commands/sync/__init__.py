"""Cut-over: the sequences of one database brought to where those of another stand, and never backwards.

`source` reads the database that is left, `pairing` says which sequence goes on from which, `judgement` how far one is
behind and what is to be done; `sync` is the sentence: read both → pair → judge → plan → apply → read again → judge.
"""

from pgseq.commands.sync.model import Comparison, Cutover, Source, SourceSequence

__all__ = ["Comparison", "Cutover", "Source", "SourceSequence"]
