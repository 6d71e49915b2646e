"""What to do about a diagnosis: a step as a value, or the reason why there is none. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pgseq import moves, questions
from pgseq.model import Diagnosis, Policy, Position, Sequence, Step, Unseen
from pgseq.session import Limits


def plan(diagnosis: Diagnosis, policy: Policy, limits: Limits, role: str) -> Step | Unseen | None:
    """The step that repairs a sequence, why it cannot or must not be taken, or None where nothing is needed.

    `role` is the current role, for the GRANT that would help.
    """
    if diagnosis.status not in ("out_of_sync", "exhausted"):
        return None
    return _obstacle(diagnosis, policy, role) or _step(diagnosis, policy, limits)


def _obstacle(diagnosis: Diagnosis, policy: Policy, role: str) -> Unseen | None:
    sequence, repair = diagnosis.sequence, diagnosis.repair
    if sequence.extension is not None:
        return Unseen(
            reason=f"belongs to extension {sequence.extension}, which pgseq does not change",
            remedy=f"see the documentation of {sequence.extension}",
        )
    if diagnosis.status == "exhausted" or repair is None:
        return Unseen(
            reason="moving it forward cannot make room",
            remedy="widen it: ALTER SEQUENCE … AS bigint or MAXVALUE, and ALTER COLUMN … TYPE bigint",
        )
    if not sequence.may_update:
        return Unseen(
            reason=f"no right to move {sequence.sql}",
            remedy=f"GRANT UPDATE ON SEQUENCE {sequence.sql} TO {role}",
        )
    if policy.lock == "table":
        for feed in sequence.feeds:
            if feed.barrier is None and feed.lock_barrier is not None:
                return feed.lock_barrier
    if not repair.possible or repair.share > policy.max_jump:
        if not policy.into_gap:
            return _too_far(diagnosis)
        if diagnosis.reading.gap_after is None:
            return Unseen(
                reason="no free stretch ahead is wider than the one at its next value, or has room for it",
                remedy=f"it collides with {repair.last_value} in the end: delete or renumber that row",
            )
    return None


def _too_far(diagnosis: Diagnosis) -> Unseen:
    repair = diagnosis.repair
    assert repair is not None
    if not repair.possible:
        reason = f"the stored value {repair.last_value} leaves no room beyond it"
    else:
        reason = f"going beyond {repair.last_value} would give up {repair.share:.0%} of the values left"
    way = "" if not repair.possible else ", or --max-jump to go beyond it all the same"
    return Unseen(
        reason=reason,
        remedy=f"delete or renumber that row, or --into-gap to continue in the free stretch below it{way}",
    )


def _step(diagnosis: Diagnosis, policy: Policy, limits: Limits) -> Step:
    sequence, repair, found = diagnosis.sequence, diagnosis.repair, diagnosis.reading.position
    assert repair is not None
    assert isinstance(found, Position)
    into_gap = not repair.possible or repair.share > policy.max_jump
    goal = diagnosis.reading.gap_after if into_gap else repair.last_value
    assert goal is not None
    assert diagnosis.next_value is not None
    following = moves.landing(sequence, diagnosis.next_value, goal) + sequence.increment
    tables = lockable(sequence)
    return Step(
        sequence=sequence,
        found=found,
        next_value=following,
        description=(
            f"{sequence.sql}: next value {diagnosis.next_value} → {following}"
            + (", into the widest free stretch" if into_gap else "")
        ),
        lock=f"SHARE ROW EXCLUSIVE on {', '.join(tables)}" if policy.lock == "table" else "",
        guard="computed anew when it runs; only forward; not if the definition has changed",
        settings=limits.settings,
        locking=_locking(tables, limits) if policy.lock == "table" else (),
        move=moves.move(
            sequence,
            goal=moves.gap_after(sequence) if into_gap else questions.furthest(sequence),
            max_jump=None if into_gap else policy.max_jump,
        ),
    )


def lockable(sequence: Sequence) -> tuple[str, ...]:
    """The FROM items to lock, always in the same order, so that two repairs cannot block each other for good."""
    feeds = sorted(questions.readable(sequence), key=lambda feed: feed.relid)
    return tuple(source for feed in feeds for source in feed.sources)


def _locking(tables: tuple[str, ...], limits: Limits) -> tuple[str, ...]:
    # lock_timeout holds for each table, statement_timeout for all of them together.
    return (
        f"SET LOCAL statement_timeout = {limits.lock_ms}",
        f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE",
        f"SET LOCAL statement_timeout = {limits.hold_ms}",
    )


def script(steps: Iterable[Step]) -> str:
    """The steps as a script for `psql -f`: it computes every move anew under its lock, moves only forward, and goes on
    after a step that fails."""
    head = (
        "-- pgseq: moves sequences beyond the values stored in the columns that they feed.\n"
        "-- Every step computes its move anew under a lock and never moves backwards; it may be run again.\n"
        "\\set ON_ERROR_STOP off\n"
        "\\encoding UTF8\n"
    )
    parts = [f"-- {_comment(step.description)}\n-- undo: {_comment(step.undo)}\n{step.sql}\n" for step in steps]
    return "\n".join((head, *parts))


def _comment(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")
