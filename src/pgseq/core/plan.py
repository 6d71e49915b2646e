"""The plan for a diagnosis: a step, or why there is none. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from msgspec import field
from msgspec.structs import replace

from pgseq.core.checks.alternatives import alternatives, by_hand, free, price
from pgseq.core.locks import before_moving, in_words, joint, lockable
from pgseq.core.step_templates import Templates, Texts
from pgseq.model.arithmetic import next_value
from pgseq.model.changes import Move, Step
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.limits import Limits
from pgseq.model.repair import Repair
from pgseq.model.sequences import MissingPrivilege, Position, Problem, Refused, Sequence
from pgseq.model.server import Server
from pgseq.sql import compare, move, scripts, unchanged
from pgseq.sql.literals import bigint
from pgseq.sql.stretches import gap_after
from pgseq.values import Value

#: What makes room where moving cannot.
WIDEN = "widen it: ALTER SEQUENCE … AS bigint or MAXVALUE, and ALTER COLUMN … TYPE bigint"


#: Stored values ahead that are counted again when a step runs; more would be counted for too long under its lock.
RECOUNTED = 250_000

#: What is said where free stretches are asked for and were not read.
NOT_LOOKED_FOR = "free stretches were not looked for"

#: Where a fix moves sequences, in words.
BEYOND_STORED = "beyond the values stored in the columns that they feed"


class Planner(Value, frozen=True, kw_only=True):
    """Plans the steps of a run."""

    unshown: ClassVar = ("_fixes",)
    uncompared: ClassVar = ("_fixes",)

    policy: Policy
    limits: Limits
    #: The current role, for the GRANT that would help.
    role: str
    #: What composes the steps: into a gap or not, trusted or not (`_Fix`).
    _fixes: dict[tuple[bool, bool], _Fix] = field(default_factory=dict)

    def __call__(self, diagnosis: Diagnosis) -> Step | Problem | None:
        """The step that repairs a sequence, why it cannot or must not be taken, or None where nothing is needed."""
        if diagnosis.status not in ("out_of_sync", "exhausted"):
            return None
        return _obstacle(diagnosis, self.policy, self.role) or self._step(diagnosis)

    def _step(self, diagnosis: Diagnosis) -> Step:
        repair = diagnosis.repair
        assert repair is not None
        if not repair.within(self.policy.max_jump):
            gap = diagnosis.gap
            assert gap is not None
            return step(diagnosis, gap.first - diagnosis.sequence.increment, self._fix(into_gap=True, trusted=False))
        return step(diagnosis, repair.last_value, self._fix(into_gap=False, trusted=repair.stored > RECOUNTED))

    def _fix(self, *, into_gap: bool, trusted: bool) -> _Fix:
        # One for all steps of a plan: there may be a hundred thousand.
        if (fix := self._fixes.get((into_gap, trusted))) is None:
            fix = _Fix(policy=self.policy, limits=self.limits, into_gap=into_gap, trusted=trusted)
            self._fixes[into_gap, trusted] = fix
        return fix


def _obstacle(diagnosis: Diagnosis, policy: Policy, role: str) -> Problem | None:
    sequence, repair = diagnosis.sequence, diagnosis.repair
    if sequence.extension is not None:
        return replace(_extensions(sequence), hint=by_hand(diagnosis, policy.max_jump))
    if diagnosis.status == "exhausted" or repair is None:
        return Refused(reason="moving it forward cannot make room", hint=WIDEN)
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
        return Refused(reason=f"{NOT_LOOKED_FOR}: {ahead.reason}", hint=ahead.hint)
    if stretch is None:
        return Refused(
            reason=f"no free stretch before {diagnosis.furthest} has room for it", hint=alternatives(diagnosis)
        )
    if stretch.here:
        return Refused(
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
            MissingPrivilege(
                reason=f"no privilege to look into schema {sequence.schema}",
                hint=f"GRANT USAGE ON SCHEMA {sequence.schema_sql} TO {role}",
            )
        )
    if not sequence.may_update:
        missing.append(
            MissingPrivilege(
                reason=f"no privilege to move {sequence.sql}",
                hint=f"GRANT UPDATE ON SEQUENCE {sequence.sql} TO {role}",
            )
        )
    if policy.lock == "table" and not sequence.in_parts:
        missing += [feed.unlockable_because for feed in sequence.readable if feed.unlockable_because is not None]
    if not missing:
        return None
    # Told together, so that nothing is left to grant when these are.
    return MissingPrivilege(
        reason="; ".join(dict.fromkeys(one.reason for one in missing)),
        hint="; ".join(dict.fromkeys(one.hint for one in missing)),
    )


def _extensions(sequence: Sequence) -> Problem:
    return Refused(
        reason=f"belongs to extension {sequence.extension}, which pgseq does not change",
        hint=f"see the documentation of {sequence.extension}",
    )


def _too_far(diagnosis: Diagnosis, repair: Repair) -> Problem:
    if not repair.possible:
        reason = f"the stored value {diagnosis.furthest} leaves no room beyond it"
    else:
        reason = f"going beyond {diagnosis.furthest:,} {price(diagnosis, repair)}"
    return Refused(reason=reason, hint=alternatives(diagnosis))


def step(diagnosis: Diagnosis, goal: int, compose: Callable[[Step], Move]) -> Step:
    """The step that leads to `goal`, as far as the readings tell."""
    sequence, found = diagnosis.sequence, diagnosis.reading.position
    assert isinstance(found, Position)
    assert diagnosis.next_value is not None
    following = move.landing(sequence, diagnosis.next_value, goal) + sequence.increment
    return Step(sequence=sequence, found=found, next_value=following, compose=compose)


class _Fix(Value, frozen=True, kw_only=True):
    """Composes the step of a fix."""

    unshown: ClassVar = ("templates",)
    uncompared: ClassVar = ("templates",)

    policy: Policy
    limits: Limits
    into_gap: bool
    #: Whether it goes as far as planned without counting the stored values again.
    trusted: bool

    templates: Templates = field(default_factory=Templates)

    def __call__(self, of: Step) -> Move:
        sequence, following = of.sequence, next_value(of.sequence, of.found)
        assert following is not None
        counted = move.countable(sequence, following)
        goal = of.last_value
        condition = bigint(goal) if sequence.in_parts else move.up_to(sequence, goal)
        filled = self.templates.filled(partial(self._texts, counted=counted), sequence, condition, variant=counted)
        return change(of, filled, ", into a free stretch" if self.into_gap else "")

    def _texts(self, sequence: Sequence, condition: str, *, counted: bool) -> Texts:
        if sequence.in_parts:
            goal, allowed = condition, move.up_to(sequence)
        elif self.into_gap:
            # One that costs little.
            goal, allowed = gap_after(sequence, self.policy.max_jump), move.up_to(sequence)
        else:
            goal = compare.furthest_stored(sequence)
            allowed = move.within_share(sequence, self.policy.max_jump, counted=counted)
            if self.trusted or not counted:
                allowed = f"{condition} OR {allowed}"
        move_sql = move.move(sequence, goal=goal, allowed=allowed)
        return texts(sequence, move_sql, self.policy, self.limits, alone=self.into_gap)


def change(of: Step, texts: Texts, remark: str = "") -> Move:
    """The change of a step with these texts; `remark` stands behind what it does."""
    return Move(
        step=of,
        description=f"{of.sequence.sql}: next value {next_value(of.sequence, of.found)} → {of.next_value}{remark}",
        lock=texts.lock,
        guard=texts.guard,
        settings=texts.settings,
        statements=texts.statements,
        joint=texts.joint,
    )


def texts(sequence: Sequence, move_sql: str, policy: Policy, limits: Limits, *, alone: bool = False) -> Texts:
    """What `move_sql` needs around it. `alone`: it is not made in one transaction with others."""
    own, others = lockable(sequence) if policy.lock == "table" else ((), ())
    feeds = sequence.readable
    computed = "goal as read, too many tables to lock" if sequence.in_parts else "computed anew when it runs"
    foreign = ", ".join(source for feed in sequence.readable for source in feed.unlockable)
    open_to_writers = bool(foreign) and policy.lock == "table"
    unlocked = f"; LOCK TABLE takes no foreign table: rows may come into {foreign} meanwhile" if open_to_writers else ""
    return Texts(
        lock=in_words(own, others),
        guard=f"{computed}; only forward; not if the definition has changed{unlocked}",
        settings=(*limits.settings, *unchanged.opening(feeds, limits.server_version)),
        statements=(*before_moving(sequence, own, others, limits), move_sql),
        joint=() if alone else joint(sequence, policy),
    )


def script(steps: Iterable[Step], purpose: str = BEYOND_STORED, server: Server | None = None) -> str:
    """The steps as a script for `psql -f`: it computes every move anew under its lock, moves only forward, and goes on
    after a step that fails; psql ends with 3 where one did. `purpose` says where it moves sequences, `server` which
    database it is for."""
    comments = (
        f"pgseq: moves sequences {purpose}.",
        "Every step computes its move anew under a lock and never moves backwards; it may be run again.",
    )
    return scripts.script(server, comments, (step.change for step in steps))
