"""How a sequence got out of sync: what can still be seen of it, ranked, and what could not be looked at.

`inquiry` asks the server, `witnesses` judge what it answered. A cause is named only for a sequence in which something
is wrong, and only with what speaks for it.
"""

from pgseq.commands.why.model import Answer, Cause, Evidence, Inquiry

__all__ = ["Answer", "Cause", "Evidence", "Inquiry"]
