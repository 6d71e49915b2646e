"""PGS001, out of sync: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs001_out_of_sync
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.sequences import Stored
from tests.unit.core.checks.support import AT_BOUND, HIDDEN, ORDERS, USERS, finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(3, stored=Stored(nearest=4, furthest=10)),
        "the next INSERT fails: public.users_id_seq hands out 4, which is already stored in public.users.id",
        "pgseq fix -t public.users",
        id="next",
    ),
    pytest.param(
        diagnosis(3, stored=Stored(nearest=5, furthest=10), feeds=(USERS,)),
        "INSERT fails after 1 more value: public.users_id_seq hands out 5, "
        'which is already stored in public."Users"."ID"',
        "pgseq fix -t 'public.\"Users\"'",
        id="quoted",
    ),
    pytest.param(
        diagnosis(
            3,
            stored=(Stored(nearest=54, furthest=60), Stored(nearest=50, furthest=50), HIDDEN),
            feeds=(feed(), ORDERS, feed()),
        ),
        "INSERT fails after 46 more values: public.users_id_seq hands out 50, "
        "which is already stored in public.orders.id",
        "pgseq fix -t public.orders",
        id="later",
    ),
    pytest.param(
        diagnosis(3, stored=Stored(nearest=4, furthest=4), feeds=(feed(table_sql='public."two\nli""nes\x1b[31m"'),)),
        "the next INSERT fails: public.users_id_seq hands out 4, "
        'which is already stored in public."two\\nli""nes\\x1b[31m".id',
        """pgseq fix -t 'public."two"?"li""nes"?"[31m"'""",
        id="hostile",
    ),
    pytest.param(
        diagnosis(3, stored=Stored(nearest=4, furthest=4), extension="postgis"),
        "the next INSERT fails: public.users_id_seq hands out 4, which is already stored in public.users.id",
        "update postgis, or while nobody writes: SELECT pg_catalog.setval('public.users_id_seq', 4)",
        id="extension",
    ),
    pytest.param(
        diagnosis(3, stored=AT_BOUND),
        "INSERT fails after 2147483643 more values: public.users_id_seq hands out 2147483647, "
        "which is already stored in public.users.id",
        "pgseq explain PGS004",
        id="no-room",
    ),
    pytest.param(
        diagnosis(3, stored=Stored(nearest=4, furthest=10**9)),
        "the next INSERT fails: public.users_id_seq hands out 4, which is already stored in public.users.id",
        "pgseq explain PGS005",
        id="large-jump",
    ),
    pytest.param(
        diagnosis(0, max=1000, stored=Stored(nearest=1, furthest=100)),
        "the next INSERT fails: public.users_id_seq hands out 1, which is already stored in public.users.id",
        "pgseq fix -t public.users",
        id="jump-within-the-limit",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3), id="nothing-ahead"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS001", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs001_out_of_sync.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS001", diagnosed) is None
