"""PGS003, next value does not fit the column: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs003_column_too_narrow
from pgseq.core.checks.wording import REWRITES
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import BIG, BIGINT, INT, ORDERS, finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(INT, data_type="bigint", max=BIG, feeds=(feed(), BIGINT)),
        "the next INSERT fails: public.users_id_seq hands out 2147483648, "
        "beyond the last value of public.users.id (integer, 2147483647)",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint",
        id="integer",
    ),
    pytest.param(
        diagnosis(
            -9999,
            data_type="bigint",
            increment=-1,
            min=-BIG - 1,
            max=-1,
            feeds=(feed(type="numeric(4,0)", kind="numeric", lowest=-9999, highest=9999),),
        ),
        "the next INSERT fails: public.users_id_seq hands out -10000, "
        "beyond the last value of public.users.id (numeric(4,0), -9999)",
        "ALTER TABLE public.users ALTER COLUMN id TYPE numeric",
        id="numeric",
    ),
    pytest.param(
        diagnosis(INT, data_type="bigint", max=BIG, feeds=(feed(type="bigint"),)),
        "the next INSERT fails: public.users_id_seq hands out 2147483648, "
        "beyond the last value of public.users.id (bigint, 2147483647)",
        "ALTER TABLE public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass)",
        id="cast",
    ),
    pytest.param(
        diagnosis(INT + 5, data_type="bigint", max=BIG, feeds=(feed(via="identity"), ORDERS)),
        "the next INSERT fails: public.users_id_seq hands out 2147483653, "
        "beyond the last value of public.orders.id (integer, 2147483647); "
        "the next INSERT stores -2147483643 instead of failing: public.users_id_seq hands out 2147483653, "
        "beyond the last value of public.users.id (integer, 2147483647)",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint; ALTER TABLE public.orders ALTER COLUMN id TYPE bigint",
        id="identity",
    ),
    pytest.param(
        diagnosis(999, feeds=(feed(type="character varying(3)", kind="text", lowest=-99, highest=999),)),
        "the next INSERT fails: public.users_id_seq hands out 1000, "
        "beyond the last value of public.users.id (character varying(3), 999)",
        "ALTER TABLE public.users ALTER COLUMN id TYPE text",
        id="text",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(INT), id="sequence-ends-first"),
    pytest.param(diagnosis(INT - 1, data_type="bigint", max=BIG), id="last-value-fits"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS003", diagnosed)
    assert found is not None
    cost = f"; {REWRITES}" if "TYPE bigint" in hint else ""
    assert (found.message, found.hint) == (message, hint + cost)
    assert found.severity == pgs003_column_too_narrow.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS003", diagnosed) is None
