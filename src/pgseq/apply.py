"""The only writer: carries out steps, one short transaction each."""

from __future__ import annotations

import random
import time

from pgseq.errors import ConnectionFailed, QueryFailed
from pgseq.model import Applied, Position, Step, Unseen, undo
from pgseq.questions import readable
from pgseq.refusals import AGAINST_LOCKING, BUSY, refusal
from pgseq.session import Limits, Session, transaction

#: Attempts at a busy table, and the longest pause before the second one (doubled before each further one), in seconds.
ATTEMPTS = 3
PAUSE = 0.25
#: Repeats without a table lock, until nothing is left behind.
ROUNDS = 20


def apply(session: Session, step: Step, limits: Limits) -> Applied:
    """Carry out one step; never raises for what the server says, so that one step cannot stop the others.

    A busy table is tried again with growing pauses, then reported with who holds it.
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0.5, 1) * PAUSE * 2 ** (attempt - 1))
        try:
            return _carry_out(session, step)
        except ConnectionFailed as error:
            return Applied(
                result="failed",
                before=step.found,
                reason=f"{error.message}; it may have moved or not",
                hint="run pgseq fix again: a step that was carried out is not repeated",
                lost=True,
            )
        except QueryFailed as error:
            refused = error
            if error.sqlstate not in BUSY:
                break
    try:
        why = refusal(session, step.sequence, readable(step.sequence), refused, AGAINST_LOCKING, limits)
    except (ConnectionFailed, QueryFailed) as error:
        why = Unseen(reason=error.message, remedy=error.hint)
    return _failed(step, why)


def _carry_out(session: Session, step: Step) -> Applied:
    moved = _move(session, step)
    rounds = 0 if step.locking else ROUNDS
    while moved.result == "moved" and rounds:
        # Without a lock others may have stored explicit values ahead meanwhile.
        again = _move(session, step)
        if again.result != "moved":
            break
        moved = Applied(result="moved", before=moved.before, after=again.after, undo=moved.undo)
        rounds -= 1
    return moved


def _move(session: Session, step: Step) -> Applied:
    rows = transaction(session, [*step.locking, step.move], settings=step.settings, mode="write")[-1].rows
    if not rows:
        return _failed(
            step, Unseen(reason="its definition has changed since it was read", remedy="run pgseq fix again")
        )
    last_value, is_called, goal, moved = rows[0]
    before = Position(last_value=last_value, is_called=is_called)
    if moved is not None:
        after = Position(last_value=moved, is_called=True)
        return Applied(result="moved", before=before, after=after, undo=undo(step.sequence, before))
    if goal is None:
        return Applied(result="unchanged", before=before, after=before, reason="nothing is stored ahead of it any more")
    if step.sequence.ascending == (goal < last_value):
        return Applied(result="unchanged", before=before, after=before, reason="it has run past by itself")
    return Applied(
        result="skipped",
        before=before,
        after=before,
        reason=f"{goal}, stored meanwhile, leaves no room or would give up too many values",
        hint="run pgseq fix again to see the choices",
    )


def _failed(step: Step, why: Unseen) -> Applied:
    return Applied(result="failed", before=step.found, reason=why.reason, hint=why.remedy)
