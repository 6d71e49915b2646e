"""How far a sequence is behind its counterpart, and where it has to go: cases, and a model that counts step by step."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pgseq.commands.sync import Comparison, SourceSequence
from pgseq.commands.sync.compare import Comparer, decisive
from pgseq.config import ignored
from pgseq.core.examine import Examiner
from pgseq.model.changes import Step
from pgseq.model.configuration import Config
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import Limits
from pgseq.model.sequences import NotSeen, Position, Problem, Refused, Sequence, Stored
from pgseq.sql.move import key
from tests.unit import factory

HIDDEN: Final = NotSeen(reason="no right", hint="GRANT SELECT ON SEQUENCE public.users_id_seq TO me")


def counterpart(last_value: int | Problem, *, is_called: bool = True, **overrides: Any) -> SourceSequence:
    """A sequence of the source at `last_value`."""
    position = last_value if isinstance(last_value, Problem) else Position(last_value=last_value, is_called=is_called)
    return SourceSequence(sequence=factory.sequence(**overrides), how="name", position=position)


def compared(
    source: SourceSequence, *arguments: Any, margin: int = 0, policy: Policy | None = None, **overrides: Any
) -> Comparison:
    """A sequence of the target (arguments are those of `factory.reading`) beside one of the source."""
    rules, limits = policy or Policy(), Limits()
    one = Examiner.of(rules, limits, Config(), "me")(factory.diagnosis(*arguments, **overrides))
    return Comparer(margin=margin, policy=rules, limits=limits, role="me")(one, [source])


def next_value(found: Comparison) -> int | None:
    """The next value that the step leads to; None where there is no step."""
    return None if found.report.step is None else found.report.step.next_value


@pytest.mark.parametrize(
    ("source", "target", "lag", "following"),
    [
        (counterpart(100), (3,), 97, 101),
        (counterpart(100, is_called=False), (3,), 96, 100),
        (counterpart(3), (3,), 0, None),
        (counterpart(4), (4, False), 1, 5),
        (counterpart(2), (3,), 0, None),
        (counterpart(1, is_called=False), (1, False), 0, None),
        (counterpart(1), (1, False), 1, 2),
    ],
)
def test_the_source_s_position(
    source: SourceSequence, target: tuple[Any, ...], lag: int, following: int | None
) -> None:
    last_value, *called = target
    found = compared(source, last_value, is_called=not called)
    assert (found.lag, next_value(found)) == (lag, following)


def test_the_margin_counts_from_the_source() -> None:
    source = counterpart(100)
    assert next_value(compared(source, 3, margin=50)) == 151
    assert next_value(compared(source, 120, margin=50)) == 151
    assert compared(source, 150, margin=50).lag == 0
    assert next_value(compared(source, 3, margin=50, increment=10)) == 603


def test_the_grid_is_kept() -> None:
    assert next_value(compared(counterpart(100), 3, increment=10)) == 103
    assert next_value(compared(counterpart(102), 3, increment=10)) == 103
    assert next_value(compared(counterpart(103), 3, increment=10)) == 113


def test_descending() -> None:
    down: dict[str, Any] = {"increment": -2, "min": -1000, "max": -1, "start": -1}
    found = compared(counterpart(-100, **down), -3, **down)
    assert (found.lag, next_value(found)) == (48, -101)


def test_beyond_what_is_stored() -> None:
    stored = Stored(nearest=50, furthest=150)
    assert next_value(compared(counterpart(100), 3, stored=stored)) == 151


def test_what_is_stored_behind_the_source_does_not_count() -> None:
    assert next_value(compared(counterpart(100), 3, stored=Stored(nearest=50, furthest=80))) == 101


def test_a_stray_id_is_left_to_a_fix() -> None:
    """The way to the source's position is always free; that beyond it obeys max_jump."""
    stray = Stored(nearest=50, furthest=2**31 - 10)
    assert next_value(compared(counterpart(100), 3, stored=stray)) == 101
    assert next_value(compared(counterpart(100), 3, stored=stray, policy=Policy(max_jump=1.0))) == 2**31 - 9
    assert next_value(compared(counterpart(2**31 - 100), 3)) == 2**31 - 99


def test_no_room_for_the_source_s_position() -> None:
    found = compared(counterpart(3_000_000_000, data_type="bigint", max=2**63 - 1), 3)
    assert found.report.step is None
    assert found.report.refused == Refused(
        reason="it ends at 2147483647, and the source's values go up to 3000000000",
        hint="widen it: ALTER SEQUENCE … AS bigint or MAXVALUE, and ALTER COLUMN … TYPE bigint",
    )
    assert found.left_behind


def test_an_exhausted_source_is_gone_on_from() -> None:
    wide: dict[str, Any] = {"data_type": "bigint", "max": 2**63 - 1, "feeds": ()}
    assert next_value(compared(counterpart(2**31 - 1), 3, **wide)) == 2**31


def test_the_other_way() -> None:
    found = compared(counterpart(-5, increment=-1, min=-1000, max=-1), 3)
    assert (found.lag, found.report.step, found.left_behind) == (None, None, True)
    assert found.report.refused is not None
    assert "counts the other way" in found.report.refused.reason


def test_a_source_that_has_begun_anew_does_not_call_the_target_back() -> None:
    cyclic: dict[str, Any] = {"cycle": True, "max": 1000}
    found = compared(counterpart(5, **cyclic), 900, **cyclic)
    assert (found.lag, found.report.step) == (0, None)
    assert "may have begun anew" in found.remark


def test_a_target_that_begins_anew_is_not_behind() -> None:
    cyclic: dict[str, Any] = {"cycle": True, "max": 1000}
    assert compared(counterpart(900, **cyclic), 1000, **cyclic).lag == 0


def test_a_source_that_was_not_seen() -> None:
    found = compared(counterpart(HIDDEN), 3)
    assert (found.unseen, found.lag, found.report.step) == (HIDDEN, None, None)


def test_rights_on_the_target() -> None:
    found = compared(counterpart(100), 3, may_update=False)
    assert found.report.refused is not None
    assert found.report.refused.hint == "GRANT UPDATE ON SEQUENCE public.users_id_seq TO me"


def test_without_a_table_to_lock() -> None:
    step = compared(counterpart(100), 3, feeds=()).report.step
    assert step is not None
    move = step.change
    assert (move.lock, step.next_value) == ("", 101)
    assert move.statements[:-1] == (f"SELECT pg_advisory_xact_lock({key(step.sequence)})",)
    assert "LOCK TABLE" not in step.sql


def test_an_ignored_finding_leaves_the_source_s_position_to_be_reached() -> None:
    """Values that cannot be compared with their columns are known to be handed out all the same."""
    fed = factory.feed(expression="'INV-' || nextval('s')", unreadable=NotSeen(reason="not plainly the value"))
    config = Config(ignore=ignored(["PGS007"]))
    one = Examiner.of(Policy(), Limits(), config, "me")(factory.diagnosis(1, feeds=(fed,), stored=HIDDEN))
    assert one.ignored is not None
    found = Comparer(margin=0, policy=Policy(), limits=Limits(), role="me")(one, [counterpart(90000)])
    assert (found.lag, next_value(found), found.left_behind) == (89999, 90001, True)


def test_several_counterparts() -> None:
    first, second, hidden = counterpart(5), counterpart(7), counterpart(HIDDEN)
    up = factory.sequence()
    assert decisive(up, [first, second]) == second
    assert decisive(factory.sequence(increment=-1), []) is None
    assert decisive(up, [first, hidden, second]) == hidden
    down = [counterpart(-5, increment=-1), counterpart(-7, increment=-1)]
    assert decisive(factory.sequence(increment=-1), down) == down[1]


def handed_out(sequence: Sequence, position: Position) -> list[int]:
    """The values that a short sequence will still hand out."""
    value = position.last_value if not position.is_called else position.last_value + sequence.increment
    values = []
    while sequence.min <= value <= sequence.max:
        values.append(value)
        value += sequence.increment
    return values


@given(st.data())
def test_as_a_model_counts(data: st.DataObject) -> None:
    """The next value is the first that the target would come to anyway and that lies beyond all that must be free."""
    increment = data.draw(st.integers(-4, 4).filter(bool))
    shape: dict[str, Any] = {"increment": increment, "min": -60, "max": 60, "start": 0}
    target = factory.sequence(**shape)
    position = Position(last_value=data.draw(st.integers(-60, 60)), is_called=data.draw(st.booleans()))
    coming = handed_out(target, position)
    assume(coming)
    stored = sorted(data.draw(st.sets(st.sampled_from(coming))), key=coming.index)
    theirs = counterpart(data.draw(st.integers(-60, 60)), is_called=data.draw(st.booleans()), **shape)
    margin = data.draw(st.integers(0, 5))
    seen = Stored(nearest=stored[0], furthest=stored[-1]) if stored else Stored()
    found = compared(
        theirs,
        position.last_value,
        is_called=position.is_called,
        margin=margin,
        policy=Policy(max_jump=1.0),
        stored=seen,
        **shape,
    )
    assert theirs.floor is not None
    bar = theirs.floor + margin * increment
    held = [value for value in coming if (value <= bar if increment > 0 else value >= bar)]
    assert found.lag == len(range(coming[0], bar + (1 if increment > 0 else -1), increment)), "whatever its range"
    behind = [
        value for value in coming if value in held or (stored and coming.index(value) <= coming.index(stored[-1]))
    ]
    free = coming[len(behind) :]
    if not behind:
        assert found.report.step is None
        assert found.report.refused is None
    elif free:
        assert isinstance(found.report.step, Step)
        assert found.report.step.next_value == free[0]
    elif len(held) < len(coming) and held:
        assert next_value(found) == coming[len(held)], "at least to the source's position"
    else:
        assert found.report.step is None
        assert found.report.refused is not None
