"""PGS008, feeds no column: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs008_feeds_nothing
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import finding
from tests.unit.factory import diagnosis

FIRES: Final = [
    pytest.param(
        diagnosis(3, feeds=()),
        "no column draws from public.users_id_seq: there is nothing to compare it with",
        "if an application or a trigger fills a column from it, let that column own it: "
        "ALTER SEQUENCE public.users_id_seq OWNED BY …; or declare it (pgseq explain PGS008)",
        id="PGS008",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3), id="feeds"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS008", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs008_feeds_nothing.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS008", diagnosed) is None
