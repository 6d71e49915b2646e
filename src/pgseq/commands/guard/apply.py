"""Carries out planned changes of definitions, and says why one was refused."""

from __future__ import annotations

from typing import Final

from pgseq.commands.guard.model import GuardItem
from pgseq.commands.guard.refuse import first
from pgseq.errors import ConnectionFailed, QueryFailed
from pgseq.model.changes import Alteration, ItemResult
from pgseq.model.limits import Limits
from pgseq.model.sequences import Problem, Refused
from pgseq.pg.apply import commit
from pgseq.pg.refusal import AGAINST_ALTERING, refusal
from pgseq.pg.session import Session

#: object_not_in_prerequisite_state: what a change raises itself when things are not as they were planned on.
CHANGED: Final = "55000"


def execute(session: Session, item: GuardItem, change: Alteration, limits: Limits) -> ItemResult:
    """Carry out the change of an item; never raises for what the server says, so that one cannot stop the others.

    One at a time, unlike moves: each takes ACCESS EXCLUSIVE locks, and may build on the one before. A busy table is
    reported with who holds it.
    """
    (answer,) = commit(session, [change])
    if isinstance(answer, ConnectionFailed):
        reason = f"{answer.message}; it may be done or not"
        return ItemResult(status="failed", reason=reason, hint="run it again", lost=True)
    if not isinstance(answer, QueryFailed):
        return ItemResult(status="done")
    try:
        why = _why(session, item, answer, limits)
    except (ConnectionFailed, QueryFailed) as error:
        why = Refused(reason=answer.message, hint=error.hint)
    return ItemResult(status="failed", reason=why.reason, hint=why.hint)


def _why(session: Session, item: GuardItem, error: QueryFailed, limits: Limits) -> Problem:
    if error.sqlstate == CHANGED:
        fix = "" if item.sequence is None else first(item.sequence, "fix")
        return Refused(reason=error.message, hint=fix if error.hint == fix else error.hint)
    if error.sqlstate == "55P03" and error.statement.endswith("NOWAIT"):
        reason = f"{error.message}: a table of another owner that draws from it, too"
        return Refused(reason=reason, hint="run it again when nobody works with that table")
    if error.sqlstate == "42501" or item.sequence is None:
        return Refused(reason=error.message, hint=error.hint or "run it as the owner of the table and the sequence")
    feeds = () if item.feed is None else (item.feed,)
    return refusal(session, item.sequence, feeds, error, AGAINST_ALTERING, limits)
