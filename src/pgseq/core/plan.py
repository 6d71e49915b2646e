"""The plan for a diagnosis: a step, or why there is none. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Sequence as Items
from dataclasses import dataclass, replace
from functools import cache

from pgseq.core.checks.alternatives import alternatives, by_hand, free, price
from pgseq.model.arithmetic import next_value
from pgseq.model.changes import Statements, Step
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.limits import Limits
from pgseq.model.repair import Repair
from pgseq.model.sequences import Position, Problem, Sequence
from pgseq.model.server import Server
from pgseq.sql import compare, move, scripts, unchanged
from pgseq.sql.literals import bigint
from pgseq.sql.stretches import gap_after

#: What makes room where moving cannot.
WIDEN = "widen it: ALTER SEQUENCE … AS bigint or MAXVALUE, and ALTER COLUMN … TYPE bigint"

#: How the statement begins that takes the locks of a step.
LOCK = "LOCK TABLE"
#: The same where no table is locked: only against others that move the sequence.
ALONE = "SELECT pg_advisory_xact_lock"

#: Stored values ahead that are counted again when a step runs; more would be counted for too long under its lock.
RECOUNTED = 250_000

#: What is said where free stretches are asked for and were not read.
NOT_LOOKED_FOR = "free stretches were not looked for"

#: Where a fix moves sequences, in words.
BEYOND_STORED = "beyond the values stored in the columns that they feed"


def plan(diagnosis: Diagnosis, policy: Policy, limits: Limits, role: str) -> Step | Problem | None:
    """The step that repairs a sequence, why it cannot or must not be taken, or None where nothing is needed.

    `role` is the current role, for the GRANT that would help.
    """
    if diagnosis.status not in ("out_of_sync", "exhausted"):
        return None
    return _obstacle(diagnosis, policy, role) or _step(diagnosis, policy, limits)


def _obstacle(diagnosis: Diagnosis, policy: Policy, role: str) -> Problem | None:
    sequence, repair = diagnosis.sequence, diagnosis.repair
    if sequence.extension is not None:
        return replace(_extensions(sequence), hint=by_hand(diagnosis, policy.max_jump))
    if diagnosis.status == "exhausted" or repair is None:
        return Problem(reason="moving it forward cannot make room", hint=WIDEN)
    if forbidden := not_movable(sequence, policy, role):
        return forbidden
    assert repair is not None
    if not repair.within(policy.max_jump):
        return _not_into_gap(diagnosis, repair) if policy.into_gap else _too_far(diagnosis, repair)
    return None


def _not_into_gap(diagnosis: Diagnosis, repair: Repair) -> Problem | None:
    """Why a sequence does not go on in a free stretch before the furthest stored value."""
    ahead, stretch = diagnosis.reading.ahead, diagnosis.stretch
    if isinstance(ahead, Problem):
        return Problem(reason=f"{NOT_LOOKED_FOR}: {ahead.reason}", hint=ahead.hint)
    if stretch is None:
        return Problem(
            reason=f"no free stretch before {diagnosis.furthest} has room for it", hint=alternatives(diagnosis)
        )
    if stretch.here:
        return Problem(
            reason=f"it stands in the free stretch before {diagnosis.furthest} already: {free(diagnosis, stretch)}",
            hint=alternatives(diagnosis),
        )
    return None


def not_movable(sequence: Sequence, policy: Policy, role: str) -> Problem | None:
    """Why `role` must not or cannot move a sequence at all."""
    if sequence.extension is not None:
        return _extensions(sequence)
    missing: list[Problem] = []
    if not sequence.may_enter:
        missing.append(
            Problem(
                reason=f"no privilege to look into schema {sequence.schema}",
                hint=f"GRANT USAGE ON SCHEMA {sequence.schema_sql} TO {role}",
            )
        )
    if not sequence.may_update:
        missing.append(
            Problem(
                reason=f"no privilege to move {sequence.sql}",
                hint=f"GRANT UPDATE ON SEQUENCE {sequence.sql} TO {role}",
            )
        )
    if policy.lock == "table" and not sequence.in_parts:
        missing += [feed.unlockable_because for feed in sequence.readable if feed.unlockable_because is not None]
    if not missing:
        return None
    # Told together, so that nothing is left to grant when these are.
    return Problem(
        reason="; ".join(dict.fromkeys(one.reason for one in missing)),
        hint="; ".join(dict.fromkeys(one.hint for one in missing)),
    )


def _extensions(sequence: Sequence) -> Problem:
    return Problem(
        reason=f"belongs to extension {sequence.extension}, which pgseq does not change",
        hint=f"see the documentation of {sequence.extension}",
    )


def _too_far(diagnosis: Diagnosis, repair: Repair) -> Problem:
    if not repair.possible:
        reason = f"the stored value {diagnosis.furthest} leaves no room beyond it"
    else:
        reason = f"going beyond {diagnosis.furthest:,} {price(diagnosis, repair)}"
    return Problem(reason=reason, hint=alternatives(diagnosis))


def _step(diagnosis: Diagnosis, policy: Policy, limits: Limits) -> Step:
    repair = diagnosis.repair
    assert repair is not None
    if not repair.within(policy.max_jump):
        gap = diagnosis.gap
        assert gap is not None
        goal = gap.first - diagnosis.sequence.increment
        return step(diagnosis, goal, _fix(policy, limits, into_gap=True, trusted=False))
    return step(diagnosis, repair.last_value, _fix(policy, limits, into_gap=False, trusted=repair.stored > RECOUNTED))


def step(diagnosis: Diagnosis, goal: int, compose: Callable[[Step], Statements]) -> Step:
    """The step that leads to `goal`, as far as the readings tell."""
    sequence, found = diagnosis.sequence, diagnosis.reading.position
    assert isinstance(found, Position)
    assert diagnosis.next_value is not None
    following = move.landing(sequence, diagnosis.next_value, goal) + sequence.increment
    return Step(sequence=sequence, found=found, next_value=following, compose=compose)


@cache
def _fix(policy: Policy, limits: Limits, *, into_gap: bool, trusted: bool) -> _Fix:
    # One for all steps of a plan: there may be a hundred thousand.
    return _Fix(policy=policy, limits=limits, into_gap=into_gap, trusted=trusted)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fix:
    """Composes the step of a fix."""

    policy: Policy
    limits: Limits
    into_gap: bool
    #: Whether it goes as far as planned without counting the stored values again.
    trusted: bool

    def __call__(self, of: Step) -> Statements:
        sequence = of.sequence
        if sequence.in_parts:
            goal = bigint(of.goal.last_value)
        else:
            goal = gap_after(sequence, self.policy.max_jump) if self.into_gap else compare.goal(sequence)
        statement = move.move(sequence, goal=goal, allowed=self._allowed(of))
        remark = ", into a free stretch" if self.into_gap else ""
        composed = statements(of, statement, self.policy, self.limits, remark=remark)
        return replace(composed, joint=()) if self.into_gap else composed

    def _allowed(self, of: Step) -> str:
        sequence, following = of.sequence, next_value(of.sequence, of.found)
        assert following is not None
        if self.into_gap or sequence.in_parts:
            # The goal is one that costs little, or the planned one itself.
            return move.up_to(sequence)
        counted = move.countable(sequence, following)
        cheap = move.within_share(sequence, self.policy.max_jump, counted=counted)
        if counted and not self.trusted:
            return cheap
        return f"{move.up_to(sequence, of.goal.last_value)} OR {cheap}"


def statements(of: Step, move_sql: str, policy: Policy, limits: Limits, *, remark: str = "") -> Statements:
    """The description and statements of a step that runs `move_sql`."""
    sequence = of.sequence
    own, others = lockable(sequence) if policy.lock == "table" else ((), ())
    feeds = sequence.readable
    computed = "goal as read, too many tables to lock" if sequence.in_parts else "computed anew when it runs"
    foreign = ", ".join(source for feed in sequence.readable for source in feed.unlockable)
    open_to_writers = bool(foreign) and policy.lock == "table"
    unlocked = f"; LOCK TABLE takes no foreign table: rows may come into {foreign} meanwhile" if open_to_writers else ""
    return Statements(
        description=f"{sequence.sql}: next value {next_value(sequence, of.found)} → {of.next_value}{remark}",
        lock=_lock_in_words(own, others),
        guard=f"{computed}; only forward; not if the definition has changed{unlocked}",
        settings=(*limits.settings, *unchanged.opening(feeds, limits.server_version)),
        locking=before_moving(sequence, own, others, limits),
        move=move_sql,
        joint=own if _brief(sequence) and not others else (),
    )


def _brief(sequence: Sequence) -> bool:
    """Whether its step takes no long look at a table, and leads to where it is to go."""
    return compare.direct(sequence) and sequence.cache == 1 and not any(feed.scan_bytes for feed in sequence.readable)


def jointly(steps: Items[tuple[Step, Statements]], limits: Limits) -> tuple[str, ...]:
    """The statements of one transaction that takes several steps, each with its own move. Their tables are locked at
    once, or none: nothing is waited for while one is held."""
    sequences = [step.sequence for step, _ in steps]
    tables = tuple(dict.fromkeys(table for _, composed in steps for table in composed.joint))
    # Together they take no longer than one may.
    briefly = replace(limits, hold_ms=limits.hold_ms // len(steps))
    return (
        *steps[0][1].settings,
        *locking((), briefly, others=tables),
        *_as_read(sequences, limits),
        *(composed.move for _, composed in steps),
    )


def _lock_in_words(own: tuple[str, ...], others: tuple[str, ...]) -> str:
    ours = [f"SHARE ROW EXCLUSIVE on {', '.join(own)}"] if own else []
    theirs = [f"without waiting on {', '.join(others)} of other owners"] if others else []
    return ", and ".join(ours + theirs)


def before_moving(sequence: Sequence, own: tuple[str, ...], others: tuple[str, ...], limits: Limits) -> tuple[str, ...]:
    """The statements in front of a move: the locks on tables (`lockable`), or on the sequence alone where there are
    none, and behind them what makes sure that nothing of others has taken the place of what is read."""
    feeds = () if sequence.in_parts else sequence.readable
    if own or others:
        locks = locking(own, limits, others=others)
    else:
        # Another step or a guard could set the sequence between the reading and the setval().
        locks = (f"{ALONE}({move.key(sequence)})", *unchanged.share(feeds))
    return (*locks, *_as_read([sequence], limits))


def _as_read(sequences: Items[Sequence], limits: Limits) -> tuple[str, ...]:
    """The questions whether what belongs to others is still what it was when it was read."""
    feeds = [feed for sequence in sequences if not sequence.in_parts for feed in sequence.readable]
    named = [sequence for sequence in sequences if sequence.by_name]
    return unchanged.unchanged(feeds, named, limits.server_version // 10_000)


def lockable(sequence: Sequence) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The FROM items to lock, those of one owner and those of others: always in the same order, so that two repairs
    cannot block each other for good. None of them where they are too many.

    The one owner is the sequence's, or where no table is his, that of the first.
    """
    if sequence.in_parts:
        return (), ()
    feeds = sorted(sequence.readable, key=lambda feed: feed.relid)
    owners = [feed.owner for feed in feeds]
    first = sequence.owner if sequence.owner in owners else next(iter(owners), 0)
    own: list[str] = []
    others: list[str] = []
    for feed in feeds:
        items = own if feed.owner == first else others
        items += (source for source in feed.sources if source not in feed.unlockable)
    return tuple(own), tuple(others)


def locking(
    tables: tuple[str, ...], limits: Limits, mode: str = "SHARE ROW EXCLUSIVE", others: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The statements that take a bounded lock on `tables`, and bound what follows while it is held. For tables of
    `others` nobody waits: whoever holds one of them would keep the writers of the first ones waiting."""
    # lock_timeout holds for each table, statement_timeout for all of them together.
    first = (f"{LOCK} {', '.join(tables)} IN {mode} MODE",) if tables else ()
    second = (f"{LOCK} {', '.join(others)} IN {mode} MODE NOWAIT",) if others else ()
    return (
        f"SET LOCAL statement_timeout = {limits.lock_ms}",
        *first,
        *second,
        f"SET LOCAL statement_timeout = {limits.hold_ms}",
    )


def script(steps: Iterable[Step], purpose: str = BEYOND_STORED, server: Server | None = None) -> str:
    """The steps as a script for `psql -f`: it computes every move anew under its lock, moves only forward, and goes on
    after a step that fails; psql ends with 3 where one did. `purpose` says where it moves sequences, `server` which
    database it is for."""
    comments = (
        f"pgseq: moves sequences {purpose}.",
        "Every step computes its move anew under a lock and never moves backwards; it may be run again.",
    )
    return scripts.script(server, comments, map(_part, steps))


def _part(of: Step) -> scripts.Part:
    composed, name = of.statements, of.sequence.sql
    move_sql = scripts.outcome(name, composed.move, ascending=of.sequence.ascending)
    return scripts.Part(
        name=name,
        comments=(composed.description, f"undo: {of.undo}"),
        statements=(*composed.settings, *composed.locking, move_sql),
    )
