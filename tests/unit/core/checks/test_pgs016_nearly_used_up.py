"""PGS016, nearly used up: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs016_nearly_used_up
from pgseq.core.checks.wording import REWRITES
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import BIG, BIGINT, HIDDEN, SMALLINT, finding
from tests.unit.factory import diagnosis

FIRES: Final = [
    pytest.param(
        diagnosis(29999, max=2**15 - 1, data_type="smallint", feeds=(SMALLINT,)),
        "public.users_id_seq has used 91 % of its values, 2768 values left up to 32767",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint; ALTER SEQUENCE public.users_id_seq AS bigint",
        id="ascending",
    ),
    pytest.param(
        diagnosis(2 * 10**9, data_type="bigint", max=BIG),
        "public.users_id_seq has used 93 % of its values, 147483647 values left up to 2147483647",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint",
        id="column",
    ),
    pytest.param(
        diagnosis(1850, min=1000, max=2000),
        "public.users_id_seq has used 85 % of its values, 150 values left up to 2000",
        "ALTER SEQUENCE public.users_id_seq NO MAXVALUE",
        id="range-of-its-own",
    ),
    pytest.param(
        diagnosis(-81, increment=-10, min=-95, max=-1),
        "public.users_id_seq has used 90 % of its values, 1 value left up to -95",
        "ALTER SEQUENCE public.users_id_seq NO MINVALUE",
        id="descending",
    ),
    pytest.param(
        diagnosis(9 * 10**18, data_type="bigint", max=BIG, feeds=(BIGINT,)),
        "public.users_id_seq has used 97 % of its values, 223372036854775807 values left up to 9223372036854775807",
        "no wider type is left: find ids that are free and continue there with ALTER SEQUENCE … RESTART WITH",
        id="bigint",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(79, min=0, max=100), id="80%"),
    pytest.param(diagnosis(99, min=0, max=100, cycle=True), id="cycle"),
    pytest.param(diagnosis(100, min=0, max=100), id="exhausted"),
    pytest.param(diagnosis(7, is_called=False, min=7, max=7), id="one-value-left"),
    pytest.param(diagnosis(HIDDEN), id="position-not-seen"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS016", diagnosed)
    assert found is not None
    cost = f"; {REWRITES}" if "TYPE bigint" in hint else ""
    assert (found.message, found.hint) == (message, hint + cost)
    assert found.severity == pgs016_nearly_used_up.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS016", diagnosed) is None
