"""What `range` asks a server beside what `check` does: the counters of its sequences. Reads only."""

from __future__ import annotations

from pgseq.model.limits import Limits
from pgseq.pg.session import Session, transaction
from pgseq.sql import load

#: By the sequence's oid: blocks fetched since the counters began, and when that was.
Counters = dict[int, tuple[int, str | None]]


def read_counters(session: Session, limits: Limits) -> Counters:
    """The counters of every sequence. Raises QueryFailed, ConnectionFailed."""
    (answer,) = transaction(session, [load("range.counters")], settings=limits.settings)
    return {oid: (calls, since) for oid, calls, since in answer.rows}
