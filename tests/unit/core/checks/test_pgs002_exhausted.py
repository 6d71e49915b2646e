"""PGS002, exhausted: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs002_exhausted
from pgseq.core.checks.wording import REWRITES
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import BIG, BIGINT, HIDDEN, INT, finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(INT),
        "nextval() fails: public.users_id_seq has reached 2147483647, "
        "and the next value would be beyond its MAXVALUE 2147483647",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint; ALTER SEQUENCE public.users_id_seq AS bigint",
        id="serial",
    ),
    pytest.param(
        diagnosis(INT - 1, feeds=(feed(), feed(column="version", column_sql="version", via="default"))),
        "the next INSERT fails: it takes 2 values, and public.users_id_seq has 1 left up to its MAXVALUE 2147483647",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint; "
        "ALTER TABLE public.users ALTER COLUMN version TYPE bigint; "
        "ALTER SEQUENCE public.users_id_seq AS bigint",
        id="two-a-row",
    ),
    pytest.param(
        diagnosis(INT, feeds=(feed(via="identity"),)),
        "nextval() fails: public.users_id_seq has reached 2147483647, "
        "and the next value would be beyond its MAXVALUE 2147483647",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint",
        id="identity",
    ),
    pytest.param(
        diagnosis(-95, increment=-10, min=-100, max=-5),
        "nextval() fails: public.users_id_seq has reached -95, and the next value would be beyond its MINVALUE -100",
        "ALTER SEQUENCE public.users_id_seq NO MINVALUE",
        id="descending",
    ),
    pytest.param(
        diagnosis(BIG, data_type="bigint", max=BIG, feeds=(BIGINT,)),
        "nextval() fails: public.users_id_seq has reached 9223372036854775807, "
        "and the next value would be beyond its MAXVALUE 9223372036854775807",
        "no wider type is left: find ids that are free and continue there with ALTER SEQUENCE … RESTART WITH",
        id="bigint",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(INT, cycle=True), id="cycle"),
    pytest.param(diagnosis(INT, is_called=False), id="last-value-left"),
    pytest.param(diagnosis(HIDDEN), id="position-not-seen"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS002", diagnosed)
    assert found is not None
    cost = f"; {REWRITES}" if "TYPE bigint" in hint else ""
    assert (found.message, found.hint) == (message, hint + cost)
    assert found.severity == pgs002_exhausted.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS002", diagnosed) is None
