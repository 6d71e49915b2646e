"""How far a sequence of the target is behind its counterpart, and what to do about it. Pure.

The next value on the target must lie beyond the last one that the source has handed out, and `margin` values more.
Everything that the target has stored or handed out itself counts besides, as for a fix.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pgseq.commands.sync.differences import differences, draws_nothing
from pgseq.commands.sync.model import Comparison, SourceSequence
from pgseq.core.diagnose import diagnose
from pgseq.core.plan import WIDEN, barred, statements, step
from pgseq.model.arithmetic import limit, next_value
from pgseq.model.changes import Statements, Step
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Diagnosis, Policy, Position, Problem, Reading, Sequence, Stored
from pgseq.sql.move import move, reaching, up_to


def compare(
    one: SequenceReport, counterparts: Iterable[SourceSequence], margin: int, policy: Policy, limits: Limits, role: str
) -> Comparison:
    """Judge one sequence of the target beside those that it goes on from; with the step that brings it there, or why
    there is none. Where no counterpart was seen, what a fix would do stands. `role` is the target's current one.

    Whoever ignores a finding has said nothing of the source's position: a sequence that lags goes on all the same."""
    every = tuple(counterparts)
    source = decisive(one.sequence, every)
    if source is None:
        return Comparison(report=one)
    without_default = tuple(feed for each in every for feed in each.without_default)
    differing = (*differences(source, one.sequence), *draws_nothing(without_default))
    found = Comparison(report=one, source=source, differences=differing, without_default=without_default)
    if source.floor is None:
        return found
    if source.sequence.ascending != one.sequence.ascending:
        return replace(found, report=replace(one, step=None, refused=_opposite(source.sequence)))
    bar = source.floor + margin * one.sequence.increment
    lag = behind(one.diagnosis, bar)
    if lag:
        planned = _plan(one.diagnosis, source, bar, lag, policy, limits, role)
        one = replace(
            one,
            step=planned if isinstance(planned, Step) else None,
            refused=planned if isinstance(planned, Problem) else None,
        )
    return replace(found, report=one, lag=lag, remark=_remark(one, source, lag))


def decisive(sequence: Sequence, counterparts: Iterable[SourceSequence]) -> SourceSequence | None:
    """Of several counterparts the one that says how far the sequence has to go: one that was not seen or that counts
    the other way, since it leaves that open; else the one that stands furthest."""

    def rank(one: SourceSequence) -> tuple[bool, int]:
        if one.floor is None or one.sequence.ascending != sequence.ascending:
            return True, 0
        return False, one.floor if sequence.ascending else -one.floor

    return max(counterparts, key=rank, default=None)


def behind(diagnosis: Diagnosis, bar: int) -> int | None:
    """How many values of its grid a sequence has before it up to `bar`, its range aside; None where its next value is
    not known or not to be had. One that has come to its bound and begins anew (CYCLE) stands beyond every value."""
    position, following = diagnosis.reading.position, diagnosis.next_value
    if following is None or not isinstance(position, Position):
        return None
    if _begins_anew(diagnosis.sequence, position):
        return 0
    return max((bar - following) // diagnosis.sequence.increment + 1, 0)


def _plan(
    diagnosis: Diagnosis, source: SourceSequence, bar: int, lag: int, policy: Policy, limits: Limits, role: str
) -> Step | Problem:
    sequence, following = diagnosis.sequence, diagnosis.next_value
    assert following is not None
    if forbidden := barred(sequence, policy, role):
        return forbidden
    near = following + (lag - 1) * sequence.increment
    end = limit(sequence)
    after = near + sequence.increment
    if after > end if sequence.ascending else after < end:
        return Problem(
            reason=f"it ends at {end}, and the source's values go up to {source.floor}" + _beyond_margin(source, bar),
            hint=WIDEN,
        )
    further = diagnose(_arrived(diagnosis.reading, near)).repair
    goes_on = further is not None and further.possible and further.share <= policy.max_jump
    goal = further.last_value if further is not None and goes_on else near
    return step(diagnosis, goal, _Reach(bar=bar, floor=source.floor, policy=policy, limits=limits))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """Composes the step of a sync."""

    bar: int
    floor: int | None
    policy: Policy
    limits: Limits

    def __call__(self, of: Step) -> Statements:
        sequence, policy = of.sequence, self.policy
        move_to = move(sequence, goal=reaching(sequence, self.bar, policy.max_jump), allowed=up_to(sequence))
        return statements(of, move_to, policy, self.limits, remark=f", beyond the source's {self.floor}")


def _arrived(reading: Reading, last_value: int) -> Reading:
    """The reading as it would be with the sequence at `last_value`, as far as the furthest stored values go."""
    ascending = reading.sequence.ascending

    def ahead(seen: Stored | Problem) -> Stored | Problem:
        if isinstance(seen, Problem) or seen.furthest is None:
            return seen
        lies_ahead = seen.furthest > last_value if ascending else seen.furthest < last_value
        return Stored(nearest=seen.furthest, furthest=seen.furthest) if lies_ahead else Stored()

    return replace(
        reading, position=Position(last_value=last_value, is_called=True), stored=tuple(map(ahead, reading.stored))
    )


def _beyond_margin(source: SourceSequence, bar: int) -> str:
    return "" if bar == source.floor else f", with the margin to {bar}"


def _begins_anew(sequence: Sequence, position: Position) -> bool:
    return sequence.cycle and position.is_called and next_value(replace(sequence, cycle=False), position) is None


def _opposite(theirs: Sequence) -> Problem:
    return Problem(
        reason=f"it counts the other way than {theirs.sql} on the source (increment {theirs.increment})",
        hint="ALTER SEQUENCE … INCREMENT BY on the target, or leave it out with -T",
    )


def _remark(one: SequenceReport, source: SourceSequence, lag: int | None) -> str:
    if not (source.sequence.cycle or one.sequence.cycle) or lag != 0 or not isinstance(source.position, Position):
        return ""
    following = one.diagnosis.next_value
    if following is None or following == source.next_value:
        return ""
    return (
        f"CYCLE: the source stands at {source.position.last_value} and may have begun anew; "
        "the target is ahead, and no sequence is moved backwards"
    )
