"""PGS018, names the sequence, but may not draw from it: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs018_owner_may_not_draw
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(3, unprivileged=(feed(table_sql="mal.t", via="text-default", owner_name="mal"),)),
        "mal.t.id names public.users_id_seq in its default, but the table's owner mal has no privilege to draw from "
        "it: not counted",
        "if it is to draw: GRANT USAGE ON SCHEMA public TO mal; GRANT USAGE ON SEQUENCE public.users_id_seq TO mal; "
        "or declare the feed (pgseq explain PGS018)",
        id="PGS018",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3, feeds=(feed(owner=17, owner_name="mal"),)), id="another-owner"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS018", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs018_owner_may_not_draw.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS018", diagnosed) is None
