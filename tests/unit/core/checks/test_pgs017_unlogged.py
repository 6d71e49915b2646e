"""PGS017, unlogged sequence of a permanent table: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs017_unlogged
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import ORDERS, finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(3, persistence="u", feeds=(feed(persistence="u"), ORDERS)),
        "public.users_id_seq is unlogged, but feeds public.orders.id, whose rows outlive a crash: "
        "it would start anew and be out of sync",
        "ALTER SEQUENCE public.users_id_seq SET LOGGED",
        id="PGS017",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3), id="logged"),
    pytest.param(diagnosis(3, persistence="u", feeds=(feed(persistence="u"),)), id="both"),
    pytest.param(diagnosis(3, persistence="u", feeds=()), id="feeds-nothing"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS017", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs017_unlogged.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS017", diagnosed) is None
