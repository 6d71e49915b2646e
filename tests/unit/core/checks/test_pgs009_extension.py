"""PGS009, belongs to an extension: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs009_extension
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.sequences import Stored
from tests.unit.core.checks.support import finding
from tests.unit.factory import diagnosis

FIRES: Final = [
    pytest.param(
        diagnosis(3, extension="postgis"),
        "public.users_id_seq belongs to extension postgis, which pgseq does not change",
        "leave it to the maintainers of postgis",
        id="healthy",
    ),
    pytest.param(
        diagnosis(3, stored=Stored(nearest=4, furthest=10), extension="postgis"),
        "public.users_id_seq belongs to extension postgis, which pgseq does not change",
        "update postgis, or while nobody writes: SELECT pg_catalog.setval('public.users_id_seq', 10)",
        id="behind",
    ),
]

# To go beyond a stray id is no way out.
STRAY: Final = diagnosis(3, stored=Stored(nearest=10**9, furthest=10**9), extension="postgis")
FIRES.append(pytest.param(STRAY, FIRES[0].values[1], "leave it to the maintainers of postgis", id="stray"))

SILENT: Final = [
    pytest.param(diagnosis(3), id="no-extension"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS009", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs009_extension.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS009", diagnosed) is None
