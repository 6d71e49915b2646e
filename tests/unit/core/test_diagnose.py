"""Judgement, situation by situation; tests/unit/core/test_diagnose_model.py has the general proof."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.diagnose import too_narrow
from pgseq.model.diagnosis import Diagnosis, Status
from pgseq.model.repair import Repair
from pgseq.model.sequences import MissingPrivilege, Stored
from tests.unit.factory import diagnosis, feed

INT: Final = 2**31 - 1
BIG: Final = 2**63 - 1
HIDDEN: Final = MissingPrivilege(reason="no privilege to read", hint="GRANT SELECT")
TWO: Final = (feed(), feed(table="orders", table_sql="public.orders"))
PAIR: Final = (feed(), feed(column="version", column_sql="version", via="default"))
NARROW: Final = feed(type="smallint", lowest=-(2**15), highest=2**15 - 1)


def ahead(nearest: int, furthest: int | None = None) -> Stored:
    """Stored values ahead of a sequence."""
    return Stored(nearest=nearest, furthest=nearest if furthest is None else furthest)


@pytest.mark.parametrize(
    ("of", "status", "next_value", "inserts", "furthest", "fix"),
    [
        pytest.param(diagnosis(3), "ok", 4, None, None, None, id="in-sync"),
        pytest.param(diagnosis(3, feeds=()), "ok", 4, None, None, None, id="feeds-nothing"),
        pytest.param(diagnosis(3, stored=ahead(4, 10)), "out_of_sync", 4, 0, 10, 11, id="behind"),
        pytest.param(diagnosis(3, is_called=False, stored=ahead(3)), "out_of_sync", 3, 0, 3, 4, id="not-called"),
        pytest.param(diagnosis(3, stored=ahead(50)), "out_of_sync", 4, 46, 50, 51, id="gap"),
        pytest.param(diagnosis(1, increment=10, stored=ahead(31, 91)), "out_of_sync", 11, 2, 91, 101, id="grid"),
        pytest.param(
            diagnosis(-3, increment=-1, min=-1000, max=-1, stored=ahead(-7, -9)),
            *("out_of_sync", -4, 3, -9, -10),
            id="descending",
        ),
        pytest.param(
            diagnosis(20, cycle=True, max=20, stored=ahead(3, 5)), "out_of_sync", 1, 2, 5, 6, id="cycle-at-the-wrap"
        ),
        pytest.param(
            diagnosis(3, stored=(ahead(9, 12), ahead(5, 7)), feeds=TWO), "out_of_sync", 4, 1, 12, 13, id="shared"
        ),
        pytest.param(
            diagnosis(3, stored=(HIDDEN, ahead(5)), feeds=TWO), "out_of_sync", 4, 1, 5, 6, id="seen-beside-unseen"
        ),
        pytest.param(
            diagnosis(3, stored=(Stored(), HIDDEN), feeds=TWO), *("unknown", 4, None, None, None), id="unseen"
        ),
        pytest.param(diagnosis(HIDDEN), "unknown", None, None, None, None, id="position-unseen"),
        pytest.param(diagnosis(INT), "exhausted", None, None, None, None, id="exhausted"),
        pytest.param(diagnosis(INT, stored=HIDDEN), "exhausted", None, None, None, None, id="exhausted-unseen"),
        pytest.param(diagnosis(3, stored=ahead(5, 9), feeds=PAIR), "out_of_sync", 4, 0, 9, 10, id="two-a-row"),
        pytest.param(diagnosis(3, stored=ahead(6, 9), feeds=PAIR), "out_of_sync", 4, 1, 9, 10, id="two-a-row-later"),
        pytest.param(diagnosis(INT - 1, feeds=PAIR), "exhausted", INT, None, None, None, id="two-a-row-and-one-left"),
        pytest.param(diagnosis(INT - 1, feeds=PAIR, cycle=True), "ok", INT, None, None, None, id="two-a-row-cycle"),
        pytest.param(diagnosis(INT - 2, feeds=PAIR), "ok", INT - 1, None, None, None, id="two-a-row-and-two-left"),
        pytest.param(diagnosis(2**15 - 1, feeds=(NARROW,)), "exhausted", 2**15, None, None, None, id="too-narrow"),
    ],
)
def test_situations(
    of: Diagnosis,
    status: Status,
    next_value: int | None,
    inserts: int | None,
    furthest: int | None,
    fix: int | None,
) -> None:
    assert of.status == status
    assert of.next_value == next_value
    assert of.inserts_until_collision == inserts
    assert of.furthest == furthest
    assert (of.repair and of.repair.next_value) == fix
    assert of.repair is None or of.repair.possible


def test_reason_is_given_only_where_it_decides() -> None:
    assert diagnosis(3, stored=HIDDEN).reason == HIDDEN
    assert diagnosis(HIDDEN).reason == HIDDEN
    assert diagnosis(3, stored=(HIDDEN, ahead(5)), feeds=TWO).reason is None


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(diagnosis(3, stored=ahead(INT)), id="past-MAXVALUE"),
        pytest.param(diagnosis(1, increment=10, max=95, stored=ahead(91)), id="past-MAXVALUE-on-the-grid"),
        pytest.param(diagnosis(3, stored=ahead(2**15 - 1), feeds=(NARROW,)), id="past-the-column"),
        pytest.param(
            diagnosis(3, stored=(ahead(4, 2**15), Stored()), feeds=(feed(), NARROW)), id="past-another-column"
        ),
        pytest.param(diagnosis(-3, increment=-1, min=-9, max=-1, stored=ahead(-9)), id="past-MINVALUE"),
        pytest.param(diagnosis(20, cycle=True, max=20, stored=ahead(20)), id="cycle-full"),
    ],
)
def test_no_room_beyond(of: Diagnosis) -> None:
    assert of.status == "out_of_sync"
    assert of.repair is not None
    assert not of.repair.possible


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(diagnosis(3, stored=ahead(INT - 1)), id="ascending"),
        pytest.param(diagnosis(-3, increment=-1, min=-9, max=-1, stored=ahead(-8)), id="descending"),
        pytest.param(diagnosis(3, stored=ahead(2**15 - 2), feeds=(NARROW,)), id="column"),
    ],
)
def test_the_last_value_is_room_enough(of: Diagnosis) -> None:
    assert of.repair is not None
    assert of.repair.possible


def test_a_repair_counts_what_it_gives_up() -> None:
    assert diagnosis(0, max=1000, stored=ahead(100)).repair == Repair(
        last_value=100, next_value=101, skipped=100, left=1000, possible=True
    )
    assert diagnosis(1, increment=10, max=1000, stored=ahead(501)).repair == Repair(
        last_value=501, next_value=511, skipped=50, left=99, possible=True
    )
    repair = diagnosis(0, data_type="bigint", max=BIG, stored=ahead(9999), feeds=(NARROW,)).repair
    assert repair is not None
    assert (repair.skipped, repair.left) == (9999, 32767)
    assert repair.share == pytest.approx(0.305, abs=0.001)


def test_too_narrow_names_the_columns() -> None:
    assert too_narrow(diagnosis(2**15 - 1, feeds=(feed(), NARROW))) == (NARROW,)
    assert too_narrow(diagnosis(3, feeds=(feed(), NARROW))) == ()
    assert too_narrow(diagnosis(INT)) == ()
