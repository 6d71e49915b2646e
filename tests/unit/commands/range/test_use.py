"""Use told from jumps and steps back, and which samples belong together."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from pgseq.commands.range.model import Sample, Stretch
from pgseq.commands.range.use import history, stretches
from pgseq.model.sequences import Sequence
from tests.unit.factory import sequence

HERE: Final = ("db1", 5432)
BESIDE: Final = ("db2", 5432)


def sample(time: float, last: int, calls: int | None = 0, **others: Any) -> Sample:
    """A sample of public.users_id_seq on db1."""
    return Sample(time=time, last=last, calls=calls, **({"address": HERE, "name": "public.users_id_seq"} | others))


def only(of: Sequence, *samples: Sample) -> Stretch:
    (stretch,) = stretches(of, samples)
    return stretch


def test_use_is_the_lesser_of_moved_and_possible() -> None:
    assert only(sequence(), sample(0, 5, 10), sample(9, 8, 13)) == Stretch(start=0, end=9, used=3)
    assert only(sequence(), sample(0, 5, 10), sample(9, 5, 14)).used == 0  # Our own looks.
    jump = only(sequence(), sample(0, 5, 10), sample(9, 1005, 13))
    assert (jump.used, jump.jumped) == (3, 997)


def test_cache_and_increment_and_direction() -> None:
    assert only(sequence(cache=50), sample(0, 50, 1), sample(9, 150, 3)).used == 100
    assert only(sequence(increment=10), sample(0, 1, 0), sample(9, 101, 10)).used == 10
    assert only(sequence(increment=-1, min=-99, max=-1), sample(0, -1, 0), sample(9, -7, 6)).used == 6


def test_a_step_back_is_no_use() -> None:
    back = only(sequence(), sample(0, 500, 10), sample(9, 1, 12))
    assert (back.used, back.back) == (None, 499)


def test_a_cycle_goes_on_at_its_beginning() -> None:
    assert only(sequence(min=1, max=10, cycle=True), sample(0, 9, 0), sample(9, 2, 3)).used == 3


def test_counters_that_began_anew_tell_nothing() -> None:
    for second in (sample(9, 40, 2), sample(9, 40, 99, stats_reset="x"), sample(9, 40, None)):
        stretch = only(sequence(), sample(0, 5, 10), second)
        assert (stretch.used, stretch.jumped, stretch.counted) == (35, 0, False)


def test_a_promoted_standby_may_have_been_ahead() -> None:
    stretch = only(sequence(), sample(0, 33, None), sample(9, 5, 4))
    assert (stretch.used, stretch.back) == (0, 0)


def test_calls_reported_late_were_use() -> None:
    first, second = stretches(sequence(), [sample(0, 0, 0), sample(9, 10, 4), sample(18, 10, 10)])
    assert (first.used, first.jumped, second.used) == (10, 0, 0)


def test_another_increment_begins_anew() -> None:
    past = history(sequence(), [sample(0, 10, increment=5), sample(5, 20)], sample(9, 30))
    assert [one.time for one in past.samples] == [5, 9]
    assert past.remarks == ("public.users_id_seq: its increment was another before, so its history begins after that",)


def test_a_renamed_sequence_goes_on() -> None:
    past = history(sequence(), [sample(0, 10, name="public.old")], sample(9, 30))
    assert len(past.samples) == 2
    assert past.remarks == ("public.users_id_seq was public.old: its history goes on",)


def test_a_server_that_moved_goes_on() -> None:
    past = history(sequence(), [sample(0, 10, address=BESIDE), sample(5, 20)], sample(9, 30))
    assert len(past.samples) == 3
    assert past.remarks == ()


def test_two_servers_restored_from_one_backup_are_two() -> None:
    samples = [sample(0, 10), sample(1, 900, address=BESIDE), sample(2, 20), sample(3, 950, address=BESIDE)]
    past = history(sequence(), samples, sample(9, 30))
    assert [one.time for one in past.samples] == [0, 2, 9]
    assert past.remarks == ("samples of another server with the same system identifier are left out: db2:5432",)


def test_a_clock_that_was_set_back() -> None:
    past = history(sequence(), [sample(0, 10), sample(500, 20)], sample(9, 30))
    assert [one.time for one in past.samples] == [0, 9]
    assert past.remarks == ("the server's clock was set back: samples later than now are left out",)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 3), st.booleans()), max_size=20), st.integers(1, 50))
def test_as_a_model_of_nextval_and_setval(hours: list[tuple[int, int, bool]], cache: int) -> None:
    """Sessions that take whole blocks: what they were given is use, what setval() skipped is not."""
    of = sequence(cache=cache, max=2**63 - 1)
    last = calls = used = skipped = 0
    samples = [sample(0, last, calls)]
    for number, (drawn, looks, skips) in enumerate(hours, start=1):
        last += drawn * cache
        calls += drawn
        used += drawn * cache
        if skips:
            # It is a call, too, and may be taken for one.
            last += 10**6
            calls += 1
            skipped += 10**6
        samples.append(sample(number, last, calls + looks))
        calls += looks
    found = stretches(of, samples)
    assert sum(one.used or 0 for one in found) + sum(one.jumped for one in found) == used + skipped
    assert used <= sum(one.used or 0 for one in found) <= used + cache * sum(looks + skips for _, looks, skips in hours)
    assert all(one._replace(jumped=0).used is not None for one in found)
