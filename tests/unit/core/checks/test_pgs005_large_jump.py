"""PGS005, repair would give up much of the range: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs005_large_jump
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.repair import Ahead, Gap
from pgseq.model.sequences import NotSeen, Stored
from tests.unit.core.checks.support import AT_BOUND, ORDERS, USERS, finding
from tests.unit.factory import diagnosis

STRAY: Final = Stored(nearest=10**9, furthest=10**9)
BEYOND: Final = "moving public.users_id_seq beyond 1000000000, stored in public.users.id, "

FIRES: Final = [
    pytest.param(
        diagnosis(3, stored=STRAY, ahead=Ahead(stored=1, alone=True, gap=Gap(first=4, last=10**9 - 1, here=True))),
        BEYOND + "would give up 46.6 % of the free values left",
        "delete or renumber the row in public.users WHERE id = 1000000000; "
        "or leave it: the sequence stands below it, and 999,999,996 values are free there; "
        "or give them up: pgseq fix -t public.users --max-jump 47%",
        id="PGS005",
    ),
    pytest.param(
        diagnosis(3, stored=STRAY),
        BEYOND + "may give up as much as 46.6 % of the values left: not all that are stored could be counted",
        "give them up: pgseq fix -t public.users --max-jump 47%",
        id="not-counted",
    ),
    pytest.param(
        diagnosis(3, stored=STRAY, ahead=NotSeen(reason="canceling statement due to statement timeout")),
        BEYOND + "may give up as much as 46.6 % of the values left: not all that are stored could be counted "
        "(canceling statement due to statement timeout)",
        "give them up: pgseq fix -t public.users --max-jump 47%",
        id="too-slow",
    ),
    pytest.param(
        diagnosis(
            0,
            max=1000,
            stored=(Stored(nearest=5, furthest=5), Stored(nearest=9, furthest=500)),
            feeds=(USERS, ORDERS),
            ahead=Ahead(stored=300, gap=Gap(first=10, last=99, here=False)),
        ),
        "moving public.users_id_seq beyond 500, stored in public.orders.id, "
        "would give up 28.6 % of the free values left",
        "continue below it: pgseq fix -t public.orders --into-gap; "
        "or give them up: pgseq fix -t public.orders --max-jump 29%",
        id="shared, the end of a run",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(0, max=1000, stored=Stored(nearest=100, furthest=100)), id="10%"),
    pytest.param(
        diagnosis(0, max=32767, stored=Stored(nearest=1, furthest=9000), ahead=Ahead(stored=9000)), id="dense"
    ),
    pytest.param(diagnosis(3, stored=AT_BOUND), id="left-to-PGS004"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS005", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs005_large_jump.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS005", diagnosed) is None


def test_large_jump_is_a_matter_of_policy() -> None:
    stray = diagnosis(3, stored=Stored(nearest=4, furthest=10**9))
    generous = Policy(max_jump=0.5)
    assert finding("PGS005", stray, generous) is None
    found = finding("PGS001", stray, generous)
    assert found is not None
    assert found.hint == "pgseq fix -t public.users"
