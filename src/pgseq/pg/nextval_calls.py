"""How often nextval() was called. Reads only."""

from __future__ import annotations

from pgseq.model.limits import Limits
from pgseq.pg.session import Session, transaction
from pgseq.sql import load


def read_nextval_calls(session: Session, limits: Limits) -> dict[int, int]:
    """Calls of nextval() since the statistics were reset, by the oid of the sequence: with CACHE n one call hands out n
    values, and looks at a position count, too. Raises QueryFailed, ConnectionFailed."""
    (answer,) = transaction(session, [load("pg.nextval_calls")], settings=limits.settings)
    return dict(answer.rows)
