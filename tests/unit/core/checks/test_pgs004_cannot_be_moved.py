"""PGS004, cannot be repaired by moving: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs004_cannot_be_moved
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.repair import Ahead, Gap
from pgseq.model.sequences import NotSeen, Stored
from tests.unit.core.checks.support import AT_BOUND, BIG, BIGINT, INT, TEXT, finding
from tests.unit.factory import diagnosis

NO_ROOM = "public.users_id_seq cannot be moved beyond {0}, stored in public.users.id: there is no room for {1}"
WIDER = (
    "make room, which rewrites the table: "
    "ALTER TABLE public.users ALTER COLUMN id TYPE bigint; ALTER SEQUENCE public.users_id_seq AS bigint"
)

FIRES: Final = [
    pytest.param(
        diagnosis(3, stored=AT_BOUND, ahead=Ahead(stored=9, alone=True, gap=Gap(first=12, last=INT - 1, here=False))),
        NO_ROOM.format(INT, INT + 1),
        f"delete or renumber the row in public.users WHERE id = 2147483647; or {WIDER}; "
        "or continue below it: pgseq fix -t public.users --into-gap",
        id="serial",
    ),
    pytest.param(
        diagnosis(3, stored=AT_BOUND, ahead=Ahead(stored=1, alone=True, gap=Gap(first=4, last=INT - 1, here=True))),
        NO_ROOM.format(INT, INT + 1),
        f"delete or renumber the row in public.users WHERE id = 2147483647; or {WIDER}; "
        "or leave it: the sequence stands below it, and 2,147,483,643 values are free there",
        id="in-the-gap",
    ),
    pytest.param(
        diagnosis(INT - 5, stored=AT_BOUND, ahead=Ahead(stored=5)),
        NO_ROOM.format(INT, INT + 1),
        WIDER,
        id="full",
    ),
    pytest.param(
        diagnosis(3, stored=AT_BOUND, ahead=NotSeen(reason="canceled", hint="more time")),
        NO_ROOM.format(INT, INT + 1),
        WIDER,
        id="not-looked-for",
    ),
    pytest.param(
        diagnosis(
            BIG - 1,
            stored=Stored(nearest=BIG, furthest=BIG),
            data_type="bigint",
            max=BIG,
            feeds=(BIGINT,),
            ahead=Ahead(stored=1),
        ),
        NO_ROOM.format(BIG, BIG + 1),
        "no wider type is left: find ids that are free and continue there with ALTER SEQUENCE … RESTART WITH",
        id="bigint",
    ),
    pytest.param(
        diagnosis(
            3, stored=Stored(nearest=1000, furthest=1000), max=1000, feeds=(TEXT,), ahead=Ahead(stored=1, alone=True)
        ),
        NO_ROOM.format(1000, 1001),
        "delete or renumber the row in public.users WHERE id = '1000'; "
        "or make room: ALTER SEQUENCE public.users_id_seq NO MAXVALUE",
        id="maxvalue",
    ),
    pytest.param(
        diagnosis(
            -3,
            stored=Stored(nearest=-9, furthest=-1000),
            increment=-1,
            min=-1000,
            max=-1,
            ahead=Ahead(stored=2, gap=Gap(first=-10, last=-998, here=False)),
        ),
        NO_ROOM.format(-1000, -1001),
        "make room: ALTER SEQUENCE public.users_id_seq NO MINVALUE; "
        "or continue above it: pgseq fix -t public.users --into-gap",
        id="descending",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3, stored=Stored(nearest=4, furthest=INT - 1)), id="one-left"),
    pytest.param(diagnosis(3), id="in-sync"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS004", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs004_cannot_be_moved.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS004", diagnosed) is None
