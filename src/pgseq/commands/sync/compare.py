"""How far a sequence of the target is behind the source, and the step that brings it level. Pure.

The next value on the target must lie beyond the last one that the source has handed out, and `margin` values more.
Everything that the target has stored or handed out itself counts besides, as for a fix.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Items
from functools import partial
from typing import ClassVar

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq.commands.sync.model import Comparison, SourceSequence
from pgseq.core.diagnose import diagnose
from pgseq.core.plan import WIDEN, change, not_movable, step, texts
from pgseq.core.step_templates import Templates, Texts
from pgseq.model.arithmetic import next_value
from pgseq.model.changes import Move, Step
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.limits import Limits
from pgseq.model.repair import Ahead
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, Position, Problem, Reading, Refused, Sequence, Stored
from pgseq.sql.literals import bigint
from pgseq.sql.move import countable, move, reaching, up_to
from pgseq.values import Value


class Comparer(Value, frozen=True, kw_only=True):
    """Compares sequences of the target with those of the source, and plans the steps of a cut-over."""

    unshown: ClassVar = ("templates",)
    uncompared: ClassVar = ("templates",)

    #: How many values of the target are to be free behind the source's position.
    margin: int
    policy: Policy
    limits: Limits
    #: The role on the target.
    role: str
    templates: Templates = field(default_factory=Templates)

    def __call__(self, report: SequenceReport, sources: Items[SourceSequence]) -> Comparison:
        """Compare a sequence with the source's `sources`; plan the step that brings it level, or say why there is none.
        Where no position on the source was read, the step of a fix stays.

        An ignored finding says nothing of the source's position: a sequence that lags is moved all the same."""
        source = decisive(report.sequence, sources)
        if source is None:
            return Comparison(report=report)
        lag, remark = None, ""
        if source.floor is not None:
            if source.sequence.ascending != report.sequence.ascending:
                report = replace(report, plan=_opposite(source.sequence))
            else:
                bar = source.floor + self.margin * report.sequence.increment
                lag = behind(report.diagnosis, bar)
                if lag:
                    report = replace(report, plan=_plan(report.diagnosis, source, bar, lag, self))
                remark = _remark(report, source, lag)
        without_default = tuple([feed for candidate in sources for feed in candidate.without_default])
        return Comparison(
            report=report,
            source=source,
            lag=lag,
            differences=(*differences(source, report.sequence), *draws_nothing(without_default)),
            without_default=without_default,
            remark=remark,
        )


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


def decisive(sequence: Sequence, sources: Items[SourceSequence]) -> SourceSequence | None:
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


def _plan(diagnosis: Diagnosis, source: SourceSequence, bar: int, lag: int, comparer: Comparer) -> Step | Problem:
    sequence, following = diagnosis.sequence, diagnosis.next_value
    assert following is not None
    if forbidden := not_movable(sequence, comparer.policy, comparer.role):
        return forbidden
    near = following + (lag - 1) * sequence.increment
    end = sequence.end
    after = near + sequence.increment
    if after > end if sequence.ascending else after < end:
        return Refused(
            reason=f"it ends at {end}, and the source's values go up to {source.floor}" + _beyond_margin(source, bar),
            hint=WIDEN,
        )
    arrived = _arrived(diagnosis.reading, near, lag)
    further = None if arrived is None else diagnose(arrived).repair
    goes_on = further is not None and further.within(comparer.policy.max_jump)
    goal = further.last_value if further is not None and goes_on else near
    return step(diagnosis, goal, _Reach(bar=bar, floor=source.floor, comparer=comparer))


class _Reach(Struct, frozen=True, kw_only=True):
    """Composes the step of a sync."""

    bar: int
    floor: int | None
    comparer: Comparer

    def __call__(self, of: Step) -> Move:
        following = next_value(of.sequence, of.found)
        assert following is not None
        counted = countable(of.sequence, following)
        compose = partial(self._texts, counted=counted)
        filled = self.comparer.templates.filled(compose, of.sequence, bigint(self.bar), variant=counted)
        return change(of, filled, f", beyond the source's {self.floor}")

    def _texts(self, sequence: Sequence, bar: str, *, counted: bool) -> Texts:
        policy, limits = self.comparer.policy, self.comparer.limits
        goal = reaching(sequence, bar, policy.max_jump, counted=counted)
        return texts(sequence, move(sequence, goal=goal, allowed=up_to(sequence)), policy, limits)


def _arrived(reading: Reading, last_value: int, lag: int) -> Reading | None:
    """The reading as it would be with the sequence at `last_value`, `lag` values further on, as far as the furthest
    stored values go; None where none of those lies ahead then."""
    sequence, following = reading.sequence, last_value + reading.sequence.increment

    def ahead(feed: Feed, stored: Stored | Problem) -> Stored | Problem:
        if isinstance(stored, Problem) or stored.furthest is None:
            return stored
        first, last = feed.offsets
        is_ahead = stored.furthest >= following + first if sequence.ascending else stored.furthest <= following + last
        return Stored(nearest=stored.furthest, furthest=stored.furthest) if is_ahead else Stored()

    beyond = tuple(map(ahead, sequence.feeds, reading.stored))
    if not any(isinstance(stored, Stored) and stored.furthest is not None for stored in beyond):
        return None
    counted = reading.ahead
    if isinstance(counted, Ahead):
        # All values on the way may be stored; the others are beyond.
        counted = Ahead(stored=max(counted.stored - lag, 0))
    return replace(
        reading,
        position=Position(last_value=last_value, is_called=True),
        stored=beyond,
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
