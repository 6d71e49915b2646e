"""PGS012, column narrower than its sequence: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest
from msgspec.structs import replace

from pgseq.core.checks import pgs012_column_narrower
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import BIG, BIGINT, ODD, SMALLINT, finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(3, data_type="bigint", max=BIG, feeds=(feed(), SMALLINT, BIGINT)),
        "public.users_id_seq goes on to 9223372036854775807, beyond the last value of "
        "public.users.id (integer, 2147483647), public.users.id (smallint, 32767): "
        "INSERT will fail there, and not nextval()",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint",
        id="ascending",
    ),
    pytest.param(
        diagnosis(-3, data_type="bigint", increment=-1, min=-BIG - 1, max=-1),
        "public.users_id_seq goes on to -9223372036854775808, beyond the last value of "
        "public.users.id (integer, -2147483648): INSERT will fail there, and not nextval()",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint",
        id="descending",
    ),
    pytest.param(
        diagnosis(3, data_type="bigint", max=BIG, feeds=(replace(SMALLINT, via="identity"),)),
        "public.users_id_seq goes on to 9223372036854775807, beyond the last value of "
        "public.users.id (smallint, 32767): INSERT will not fail there, but store other values: 32768 as -32768",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint, "
        "or let nextval() fail there: ALTER SEQUENCE public.users_id_seq MAXVALUE 32767",
        id="identity",
    ),
    pytest.param(
        diagnosis(-3, data_type="bigint", increment=-1, min=-BIG - 1, max=-1, feeds=(feed(via="identity"),)),
        "public.users_id_seq goes on to -9223372036854775808, beyond the last value of public.users.id "
        "(integer, -2147483648): INSERT will not fail there, but store other values: -2147483649 as 2147483647",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint, "
        "or let nextval() fail there: ALTER SEQUENCE public.users_id_seq MINVALUE -2147483648",
        id="identity-descending",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3), id="same-type"),
    pytest.param(diagnosis(3, data_type="bigint"), id="bounded-to-the-column"),
    pytest.param(
        diagnosis(3, stored=ODD, data_type="bigint", max=BIG, feeds=(feed(expression="f()"),)), id="default-not-plain"
    ),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS012", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs012_column_narrower.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS012", diagnosed) is None
