"""How a sequence got out of sync: the causes with their evidence, ranked, and the sources that could not be read.

`workflow` reads the facts from the server, `evidence/` judges them. A cause is named only for a sequence in which
something is wrong, and only with evidence for it.
"""

from pgseq.commands.why.model import Cause, Evidence, SequenceCauses, WhyReport

__all__ = ["Cause", "Evidence", "SequenceCauses", "WhyReport"]
