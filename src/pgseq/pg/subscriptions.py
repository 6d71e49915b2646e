"""Which tables logical replication fills. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.model.limits import Limits
from pgseq.model.server import Subscribed
from pgseq.pg.session import Session, transaction
from pgseq.sql import braced, load


def read_subscribed(session: Session, major: int, relids: Iterable[int], limits: Limits) -> list[Subscribed]:
    """Those of the tables `relids` that are part of a subscription; everybody may see them. Raises QueryFailed,
    ConnectionFailed."""
    question = load("pg.subscribed", major, relids=braced(relids))
    (answer,) = transaction(session, [question], settings=limits.settings)
    return answer.into(Subscribed)
