"""PGS010, cached values outlive a fix: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs010_cache
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.sequences import Stored
from tests.unit.core.checks.support import AT_BOUND, finding
from tests.unit.factory import diagnosis

FIRES: Final = [
    pytest.param(
        diagnosis(3, stored=Stored(nearest=4, furthest=10), cache=50),
        "public.users_id_seq has CACHE 50: after any fix, other sessions go on handing out "
        "the values that they took before",
        "after the fix let them reconnect, or run DISCARD SEQUENCES in each",
        id="PGS010",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3, cache=50), id="in-sync"),
    pytest.param(diagnosis(3, stored=AT_BOUND), id="no-cache"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS010", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs010_cache.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS010", diagnosed) is None
