"""PGS011, sequence narrower than its column: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs011_sequence_narrower
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import BIGINT, INT, finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(3, feeds=(BIGINT, feed())),
        "public.users_id_seq ends at 2147483647 as integer, before what it feeds: "
        "public.users.id (bigint, 9223372036854775807)",
        "ALTER SEQUENCE public.users_id_seq AS bigint",
        id="ascending",
    ),
    pytest.param(
        diagnosis(-3, increment=-1, min=-(2**15), max=-1, data_type="smallint"),
        "public.users_id_seq ends at -32768 as smallint, before what it feeds: public.users.id (integer, -2147483648)",
        "ALTER SEQUENCE public.users_id_seq AS bigint",
        id="descending",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3), id="same-type"),
    pytest.param(diagnosis(-3, increment=-1, min=-INT - 1, max=-1), id="same-type-descending"),
    pytest.param(diagnosis(3, max=1000, feeds=(BIGINT,)), id="maxvalue-chosen"),
    pytest.param(diagnosis(3, feeds=(feed(kind="numeric", lowest=None, highest=None),)), id="numeric"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS011", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs011_sequence_narrower.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS011", diagnosed) is None
