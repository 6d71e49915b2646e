"""PGS004, cannot be repaired by moving: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs004_cannot_be_moved
from pgseq.model.sequences import Diagnosis, Stored
from tests.unit.core.checks.support import AT_BOUND, BIG, BIGINT, INT, TEXT, finding
from tests.unit.factory import diagnosis

FIRES: Final = [
    pytest.param(
        diagnosis(3, stored=AT_BOUND),
        "public.users_id_seq cannot be moved beyond 2147483647, stored in public.users.id: "
        "there is no room for 2147483648",
        "delete or renumber the row in public.users WHERE id = 2147483647; "
        "or make room: ALTER TABLE public.users ALTER COLUMN id TYPE bigint "
        "and ALTER SEQUENCE public.users_id_seq AS bigint; "
        "or continue below it: pgseq fix -t public.users --into-gap",
        id="serial",
    ),
    pytest.param(
        diagnosis(3, stored=Stored(nearest=50, furthest=BIG), data_type="bigint", max=BIG, feeds=(BIGINT,)),
        "public.users_id_seq cannot be moved beyond 9223372036854775807, stored in public.users.id: "
        "there is no room for 9223372036854775808",
        "delete or renumber the row in public.users WHERE id = 9223372036854775807; "
        "or continue below it: pgseq fix -t public.users --into-gap",
        id="bigint",
    ),
    pytest.param(
        diagnosis(3, stored=Stored(nearest=1000, furthest=1000), max=1000, feeds=(TEXT,)),
        "public.users_id_seq cannot be moved beyond 1000, stored in public.users.id: there is no room for 1001",
        "delete or renumber the row in public.users WHERE id = '1000'; "
        "or make room: ALTER SEQUENCE public.users_id_seq NO MAXVALUE; "
        "or continue below it: pgseq fix -t public.users --into-gap",
        id="maxvalue",
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
