"""Carries out changes: each in one short transaction."""

from __future__ import annotations

from typing import Final

from pgseq.commands.guard.model import Change, GuardItem, ItemResult
from pgseq.errors import ConnectionFailed, QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.sequences import Problem
from pgseq.pg.apply import ATTEMPTS, pause
from pgseq.pg.refusal import AGAINST_ALTERING, busy, refusal
from pgseq.pg.session import Session, transaction

#: object_not_in_prerequisite_state: what a change raises itself when things are not as they were planned on.
CHANGED: Final = "55000"


def execute(session: Session, item: GuardItem, limits: Limits) -> ItemResult:
    """Carry out a planned change; never raises for what the server says, so that one cannot stop the others.

    A busy table is tried again with growing pauses, then reported with who holds it.
    """
    change = item.change
    assert change is not None
    try:
        _with_retries(session, change)
    except ConnectionFailed as error:
        return ItemResult(
            status="failed", reason=f"{error.message}; it may be done or not", hint="run it again", lost=True
        )
    except QueryFailed as error:
        refused = error
    else:
        return ItemResult(status="done")
    try:
        why = _why(session, item, refused, limits)
    except (ConnectionFailed, QueryFailed) as error:
        why = Problem(reason=refused.message, hint=error.hint)
    return ItemResult(status="failed", reason=why.reason, hint=why.hint)


def _with_retries(session: Session, change: Change) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            transaction(session, change.statements, settings=change.settings, mode="write")
            return
        except QueryFailed as error:
            if not busy(error) or attempt == ATTEMPTS:
                raise
        pause(attempt)


def _why(session: Session, item: GuardItem, error: QueryFailed, limits: Limits) -> Problem:
    if error.sqlstate == CHANGED:
        return Problem(reason=error.message, hint=error.hint)
    if error.sqlstate == "55P03" and error.statement.endswith("NOWAIT"):
        reason = f"{error.message}: a table of another owner that draws from it, too"
        return Problem(reason=reason, hint="run it again when nobody works with that table")
    if error.sqlstate == "42501" or item.sequence is None:
        return Problem(reason=error.message, hint=error.hint or "run it as the owner of the table and the sequence")
    feeds = () if item.feed is None else (item.feed,)
    return refusal(session, item.sequence, feeds, error, AGAINST_ALTERING, limits)
