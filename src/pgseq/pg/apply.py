"""Carries out planned changes in short transactions, several in one round trip. Nothing else moves a sequence."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from collections.abc import Sequence as Items
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pgseq.core.locks import before_moving, jointly, lockable
from pgseq.errors import ConnectionFailed, QueryFailed
from pgseq.model.changes import Applied, Change, Move, Step, UndoResult, undo
from pgseq.model.limits import Limits
from pgseq.model.sequences import Position, Problem, Refused, Sequence
from pgseq.model.server import Server
from pgseq.names import display
from pgseq.pg.database import Database
from pgseq.pg.read import packed
from pgseq.pg.refusal import AGAINST_LOCKING, AGAINST_MOVING, NAMED, busy, refusal
from pgseq.pg.session import Answer, Rows, Session, commit_each, in_one_message, transaction
from pgseq.sql import load
from pgseq.sql.move import WALK, restore
from pgseq.sql.unchanged import opening
from pgseq.undo_file import UndoEntry

#: Attempts at a busy table, and the longest pause before the second one (doubled before each further one), in seconds.
ATTEMPTS = 3
PAUSE = 0.25
#: A step need not wait for the disk: `flush` makes them all durable before anything is reported as done. Should the
#: server crash in between, rows stored meanwhile have taken the move to disk with them, since WAL is written in order.
_UNFLUSHED = ("SET LOCAL synchronous_commit = off",)
_FORCE = "--force puts it back all the same"
#: Values that the steps of one transaction may go by nextval() together, and how many steps that may be.
TOGETHER, MOST = WALK, 10
#: Repeats without a table lock, until nothing is left behind.
ROUNDS = 20


def commit(session: Session, changes: Items[Change], settings: Items[str] = ()) -> Iterator[Answer]:
    """Run changes, each a transaction that is committed, in one round trip; what became of each, in order.

    A busy table is tried again with growing pauses. `settings` go behind each change's own. Never raises for an error
    of the server, so that one change cannot stop the others.
    """
    transactions = [(*change.settings, *settings, *change.statements) for change in changes]
    for statements, answer in zip(transactions, commit_each(session, transactions), strict=True):
        for attempt in range(1, ATTEMPTS):
            if not (isinstance(answer, QueryFailed) and busy(answer)):
                break
            time.sleep(random.uniform(0.5, 1) * PAUSE * 2 ** (attempt - 1))
            (answer,) = commit_each(session, [statements])
        yield answer


def apply(session: Session, steps: Items[Step], limits: Limits) -> list[Applied]:
    """Apply steps, short ones some in a transaction; the result of each, in order. A busy table is reported with who
    holds it."""
    moves = [step.change for step in steps]
    answers = _jointly(session, moves, limits) if in_one_message(session) else [None] * len(moves)
    alone = commit(session, [move for move, answer in zip(moves, answers, strict=True) if answer is None], _UNFLUSHED)
    return [
        _settled(session, move, next(alone) if answer is None else answer, limits)
        for move, answer in zip(moves, answers, strict=True)
    ]


def _jointly(session: Session, moves: Items[Move], limits: Limits) -> list[Answer | None]:
    """The answers to moves that were made in transactions of several; None for those that are to be made alone, such as
    where not all tables of a transaction are free."""
    groups = [group for _, own in groupby(moves, _owner) for group in packed(own, _share, TOGETHER)]
    several = [group for group in groups if len(group) > 1]
    answers = commit_each(session, [(*_UNFLUSHED, *jointly(group, limits)) for group in several]) if several else []
    answered = iter(answers)
    return [
        each for group in groups for each in (_apart(group, next(answered)) if len(group) > 1 else [None] * len(group))
    ]


def _owner(move: Move) -> int:
    return next((feed.owner for feed in move.step.sequence.readable), 0)


def _share(move: Move) -> int:
    """How much of a transaction of several moves a move takes, of TOGETHER: all where it is to be alone."""
    way = abs(move.step.last_value - move.step.found.last_value) + 1
    # A longer way is gone by setval().
    return max(TOGETHER // MOST, way if way <= WALK else 0) if move.joint else TOGETHER


def _apart(group: Items[Move], answer: Answer) -> list[Answer | None]:
    """The answer to each move of a transaction. What a move has returned is done, also where one after it failed:
    nextval() and setval() are not rolled back."""
    if isinstance(answer, ConnectionFailed):
        return [answer] * len(group)
    if not isinstance(answer, QueryFailed):
        return [[rows] for rows in answer[-len(group) :]]
    statements = [move.statements[-1] for move in group]
    number = statements.index(answer.statement) if answer.statement in statements else 0
    done = answer.rows[len(answer.rows) - number :]
    return [*([rows] for rows in done), *[None] * (len(group) - number)]


def _settled(session: Session, move: Move, answer: Answer, limits: Limits) -> Applied:
    step = move.step
    if isinstance(answer, QueryFailed):
        against = AGAINST_LOCKING if move.lock else AGAINST_MOVING
        try:
            return _failed(step, refusal(session, step.sequence, step.sequence.readable, answer, against, limits))
        except ConnectionFailed as error:
            answer = error
    if isinstance(answer, ConnectionFailed):
        return Applied(
            result="failed",
            before=step.found,
            reason=f"{answer.message}; it may have moved or not",
            hint="run it again: a step that was carried out is not repeated",
            lost=True,
        )
    moved = _outcome(step, answer)
    if moved.result == "moved" and not move.lock:
        moved = _repeated(session, move, moved)
    return _warned(session, step, moved, limits)


def flush(session: Session) -> None:
    """Wait until every move made so far is on disk, whatever synchronous_commit the server, the database or the role
    has. Raises QueryFailed, ConnectionFailed.

    A commit that has written WAL is flushed with all WAL before it, whoever wrote it (PostgreSQL documentation,
    "Asynchronous Commit"). Inside a caller's transaction that is the caller's own commit.
    """
    # A transaction that has written nothing is not flushed, even with an xid (RecordTransactionCommit() in xact.c).
    transaction(
        session,
        ["SELECT pg_catalog.pg_logical_emit_message(true, 'pgseq', '')"],
        settings=["SET LOCAL synchronous_commit = on"],
        mode="write",
    )


class UndoMove(Struct, frozen=True, kw_only=True):
    """Puts sequences back to where they stood before a move; with `force` even if they have been used since, or would
    hand out values that are stored. `rehearse`: reads only, and tells what would come of it."""

    session: Session
    server: Server
    limits: Limits
    force: bool
    rehearse: bool

    def undo(self, sequence: Sequence | None, entry: UndoEntry) -> UndoResult:
        """The result of one move; `sequence` is what now has the oid that the entry tells of. Raises
        ConnectionFailed."""
        if sequence is None:
            return UndoResult(name=entry.sequence, applied=Applied(result="failed", reason="dropped since"))
        if sequence.sql != entry.sequence:
            by_hand = f"if nobody has drawn from it since: {undo(sequence, entry.before)}"
            renamed = Applied(result="failed", reason=f"renamed since: it is {sequence.sql} now", hint=by_hand)
            return UndoResult(name=entry.sequence, applied=renamed)
        return UndoResult(name=entry.sequence, applied=self._put_back(sequence, entry))

    def _put_back(self, sequence: Sequence, entry: UndoEntry) -> Applied:
        if not self.force and (doubt := _unsure(sequence, entry)):
            return Applied(result="skipped", reason=doubt, hint=_FORCE)
        question = restore(sequence, entry.before, None if self.force else entry.after, rehearse=self.rehearse)
        try:
            ((last_value, is_called, held, restored),) = self._ask(sequence, question)
        except QueryFailed as error:
            why = refusal(self.session, sequence, sequence.readable, error, AGAINST_LOCKING, self.limits)
            return Applied(result="failed", reason=why.reason, hint=why.hint)
        position = Position(last_value=last_value, is_called=is_called)
        if restored is not None:
            return Applied(result="moved", before=position, after=entry.before)
        return _left_alone(sequence, entry, position, held)

    def _ask(self, sequence: Sequence, question: str) -> list[tuple[Any, ...]]:
        limits = self.limits.on(self.session.server_version)
        if self.rehearse:
            named = [sequence] if sequence.by_name else []
            database = Database(session=self.session, server=self.server, limits=limits)
            return database.read([question], sequence.readable, named)[-1].rows
        settings = (*limits.settings, *opening(sequence.readable, limits.server_version))
        locks = before_moving(sequence, *lockable(sequence), limits)
        return transaction(self.session, [*locks, question], settings=settings, mode="write")[-1].rows


def _left_alone(sequence: Sequence, entry: UndoEntry, position: Position, held: int | None) -> Applied:
    """Why a sequence at `position` was not put back; `held` is the stored value that it would hand out."""
    if held is not None:
        where = " or ".join(feed.label for feed in sequence.readable)
        reason = f"from {entry.before.last_value} on it would hand out {held}, which is stored in {where}"
        return Applied(result="skipped", before=position, after=position, reason=reason, hint=_FORCE)
    if position == entry.before:
        reason = "the interrupted step had not moved it" if entry.interrupted else "it stands there already"
        return Applied(result="unchanged", before=position, after=position, reason=reason)
    if entry.interrupted:
        reason = (
            f"interrupted on its way to {entry.after.last_value}, or used since: it stands at {position.last_value}"
        )
    else:
        reason = f"used since: it stands at {position.last_value}, the fix left it at {entry.after.last_value}"
    return Applied(
        result="skipped",
        before=position,
        after=position,
        reason=reason,
        hint=f"values handed out since would be handed out again; {_FORCE}",
    )


def _unsure(sequence: Sequence, entry: UndoEntry) -> str:
    """Why it cannot be known whether undoing a move is harmless; empty: it can be checked."""
    way = entry.before.last_value - entry.after.last_value
    if not sequence.cycle and (way > 0 if sequence.ascending else way < 0):
        # An undo file of pgseq does not say so.
        return f"{entry.before.last_value} lies ahead of {entry.after.last_value}, where the move is said to have led"
    for feed in sequence.feeds:
        if feed.unreadable is not None:
            return f"what {feed.label} holds cannot be compared: {feed.unreadable.reason}"
    if sequence.in_parts:
        return "the tables that it feeds have more partitions than one transaction may lock: they were not compared"
    return ""


def _repeated(session: Session, move: Move, moved: Applied) -> Applied:
    """Repeat a step that took no lock until no values are left ahead: others may have stored some meanwhile."""
    for _ in range(ROUNDS):
        (answer,) = commit(session, [move], _UNFLUSHED)
        if isinstance(answer, QueryFailed | ConnectionFailed):
            lost = isinstance(answer, ConnectionFailed)
            return replace(moved, result="failed", reason=answer.message, hint="run it again", lost=lost)
        again = _outcome(move.step, answer)
        if again.result != "moved":
            break
        moved = Applied(result="moved", before=moved.before, after=again.after, sequence=moved.sequence)
    return moved


def _warned(session: Session, step: Step, moved: Applied, limits: Limits) -> Applied:
    """The result, with a warning about sessions that may still hold a cached block of old values."""
    if moved.result != "moved" or step.sequence.cache == 1:
        return moved
    try:
        others = transaction(session, [load("older_sessions")], settings=limits.settings)[0].rows
    except (ConnectionFailed, QueryFailed) as error:
        unseen = f"CACHE {step.sequence.cache}: which other sessions hold older values was not seen: {error.message}"
        return replace(moved, reason=unseen, hint="let them reconnect, or run DISCARD SEQUENCES in them")
    if not others:
        return moved
    names = ", ".join(f"pid {pid}" + (f" ({display(name)})" if name else "") for pid, name in others[:NAMED])
    more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
    return replace(
        moved,
        reason=f"CACHE {step.sequence.cache}: sessions opened before may go on with values they hold: {names}{more}",
        hint="let them reconnect, or run DISCARD SEQUENCES in them",
    )


def _outcome(step: Step, answer: list[Rows]) -> Applied:
    rows = answer[-1].rows
    if not rows:
        return _failed(step, Refused(reason="its definition has changed since it was read", hint="run it again"))
    last_value, is_called, goal, moved = rows[0]
    before = Position(last_value=last_value, is_called=is_called)
    if moved is not None:
        after = Position(last_value=moved, is_called=True)
        return Applied(result="moved", before=before, after=after, sequence=step.sequence)
    if goal is None or (is_called and goal == last_value):
        return Applied(result="unchanged", before=before, after=before, reason="nothing is stored ahead of it any more")
    if step.sequence.ascending == (goal < last_value):
        return Applied(result="unchanged", before=before, after=before, reason="it has run past by itself")
    return Applied(
        result="skipped",
        before=before,
        after=before,
        reason=f"{goal}, stored meanwhile, leaves no room or would give up too many values",
        hint="run it again to see the choices",
    )


def _failed(step: Step, why: Problem) -> Applied:
    return Applied(result="failed", before=step.found, reason=why.reason, hint=why.hint)
