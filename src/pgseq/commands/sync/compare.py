"""How far a sequence of the target is behind the source, and the step that brings it level. Pure.

The next value on the target must lie beyond the last one that the source has handed out, and `margin` values more.
Everything that the target has stored or handed out itself counts besides, as for a fix.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pgseq.commands.sync.model import Comparison, SourceSequence
from pgseq.core.diagnose import diagnose
from pgseq.core.plan import WIDEN, change, not_movable, step
from pgseq.frozen import frozen
from pgseq.model.arithmetic import next_value
from pgseq.model.changes import Move, Step
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.limits import Limits
from pgseq.model.repair import Ahead
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, Position, Problem, Reading, Refused, Sequence, Stored
from pgseq.sql.move import countable, move, reaching, up_to


def compare(
    report: SequenceReport,
    sources: Iterable[SourceSequence],
    margin: int,
    policy: Policy,
    limits: Limits,
    role: str,
) -> Comparison:
    """Compare a sequence of the target with the source's `sources`; plan the step that brings it level, or say why
    there is none. Where no position on the source was read, the step of a fix stays. `role` is the target's.

    An ignored finding says nothing of the source's position: a sequence that lags is moved all the same."""
    candidates = tuple(sources)
    source = decisive(report.sequence, candidates)
    if source is None:
        return Comparison(report=report)
    without_default = tuple(feed for candidate in candidates for feed in candidate.without_default)
    differing = (*differences(source, report.sequence), *draws_nothing(without_default))
    comparison = Comparison(report=report, source=source, differences=differing, without_default=without_default)
    if source.floor is None:
        return comparison
    if source.sequence.ascending != report.sequence.ascending:
        return replace(comparison, report=replace(report, plan=_opposite(source.sequence)))
    bar = source.floor + margin * report.sequence.increment
    lag = behind(report.diagnosis, bar)
    if lag:
        report = replace(report, plan=_plan(report.diagnosis, source, bar, lag, policy, limits, role))
    return replace(comparison, report=report, lag=lag, remark=_remark(report, source, lag))


def differences(source: SourceSequence, target: Sequence) -> tuple[str, ...]:
    """The options of CREATE SEQUENCE in which both differ; START only where the source was never called, since it does
    not matter after the first value."""
    sequence, position = source.sequence, source.position
    called = not isinstance(position, Position) or position.is_called
    parts = (
        ("type", sequence.data_type, target.data_type),
        ("START", target.start if called else sequence.start, target.start),
        ("increment", sequence.increment, target.increment),
        ("MINVALUE", sequence.min, target.min),
        ("MAXVALUE", sequence.max, target.max),
        ("CYCLE", _yes(sequence.cycle), _yes(target.cycle)),
        ("CACHE", sequence.cache, target.cache),
    )
    return tuple(f"{name}: {left} on the source, {right} on the target" for name, left, right in parts if left != right)


def draws_nothing(feeds: Iterable[Feed]) -> tuple[str, ...]:
    """The columns that draw from the sequence only on the source."""
    return tuple(f"{feed.label}: draws from it on the source, from nothing on the target" for feed in feeds)


def decisive(sequence: Sequence, sources: Iterable[SourceSequence]) -> SourceSequence | None:
    """The one of `sources` that decides how far the sequence goes: one whose position is unknown or that counts the
    other way, since it leaves that open; else the furthest."""

    def rank(source: SourceSequence) -> tuple[bool, int]:
        if source.floor is None or source.sequence.ascending != sequence.ascending:
            return True, 0
        return False, source.floor if sequence.ascending else -source.floor

    return max(sources, key=rank, default=None)


def behind(diagnosis: Diagnosis, bar: int) -> int | None:
    """How many values of its grid a sequence has left up to `bar`, its range aside; None where it has no next value or
    that is unknown. A sequence that has reached its bound and starts over (CYCLE) is beyond every value."""
    position, following = diagnosis.reading.position, diagnosis.next_value
    if following is None or not isinstance(position, Position):
        return None
    if _starts_over(diagnosis.sequence, position):
        return 0
    return max((bar - following) // diagnosis.sequence.increment + 1, 0)


def _plan(
    diagnosis: Diagnosis, source: SourceSequence, bar: int, lag: int, policy: Policy, limits: Limits, role: str
) -> Step | Problem:
    sequence, following = diagnosis.sequence, diagnosis.next_value
    assert following is not None
    if forbidden := not_movable(sequence, policy, role):
        return forbidden
    near = following + (lag - 1) * sequence.increment
    end = sequence.end
    after = near + sequence.increment
    if after > end if sequence.ascending else after < end:
        return Refused(
            reason=f"it ends at {end}, and the source's values go up to {source.floor}" + _beyond_margin(source, bar),
            hint=WIDEN,
        )
    further = diagnose(_arrived(diagnosis.reading, near, lag)).repair
    goes_on = further is not None and further.within(policy.max_jump)
    goal = further.last_value if further is not None and goes_on else near
    return step(diagnosis, goal, _Reach(bar=bar, floor=source.floor, policy=policy, limits=limits))


@frozen
class _Reach:
    """Composes the step of a sync."""

    bar: int
    floor: int | None
    policy: Policy
    limits: Limits

    def __call__(self, of: Step) -> Move:
        sequence, policy = of.sequence, self.policy
        following = next_value(sequence, of.found)
        assert following is not None
        goal = reaching(sequence, self.bar, policy.max_jump, counted=countable(sequence, following))
        move_to = move(sequence, goal=goal, allowed=up_to(sequence))
        return change(of, move_to, policy, self.limits, remark=f", beyond the source's {self.floor}")


def _arrived(reading: Reading, last_value: int, lag: int) -> Reading:
    """The reading as it would be with the sequence at `last_value`, `lag` values further on, as far as the furthest
    stored values go."""
    sequence, following = reading.sequence, last_value + reading.sequence.increment

    def ahead(feed: Feed, stored: Stored | Problem) -> Stored | Problem:
        if isinstance(stored, Problem) or stored.furthest is None:
            return stored
        first, last = feed.offsets
        is_ahead = stored.furthest >= following + first if sequence.ascending else stored.furthest <= following + last
        return Stored(nearest=stored.furthest, furthest=stored.furthest) if is_ahead else Stored()

    counted = reading.ahead
    if isinstance(counted, Ahead):
        # All values on the way may be stored; the others are beyond.
        counted = Ahead(stored=max(counted.stored - lag, 0))
    return replace(
        reading,
        position=Position(last_value=last_value, is_called=True),
        stored=tuple(map(ahead, sequence.feeds, reading.stored)),
        ahead=counted,
    )


def _beyond_margin(source: SourceSequence, bar: int) -> str:
    return "" if bar == source.floor else f", with the margin to {bar}"


def _starts_over(sequence: Sequence, position: Position) -> bool:
    return sequence.cycle and position.is_called and next_value(replace(sequence, cycle=False), position) is None


def _opposite(source: Sequence) -> Problem:
    return Refused(
        reason=f"it counts the other way than {source.sql} on the source (increment {source.increment})",
        hint="ALTER SEQUENCE … INCREMENT BY on the target, or leave it out with -T",
    )


def _remark(report: SequenceReport, source: SourceSequence, lag: int | None) -> str:
    if not (source.sequence.cycle or report.sequence.cycle) or lag != 0 or not isinstance(source.position, Position):
        return ""
    following = report.diagnosis.next_value
    if following is None or following == source.next_value:
        return ""
    return (
        f"CYCLE: the source stands at {source.position.last_value} and may have begun anew; "
        "the target is ahead, and no sequence is moved backwards"
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"
