"""PGS006, could not look: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs006_not_seen
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.sequences import MissingPrivilege
from tests.unit.core.checks.support import HIDDEN, ODD, finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(3, stored=HIDDEN),
        "no privilege to read public.users.id",
        "GRANT SELECT ON public.users TO me",
        id="column",
    ),
    pytest.param(
        diagnosis(
            MissingPrivilege(reason="no privilege to read the position", hint="GRANT SELECT ON SEQUENCE s TO me"),
            stored=(HIDDEN, HIDDEN, ODD),
            feeds=(feed(), feed(), feed(expression="f()")),
        ),
        "no privilege to read the position; no privilege to read public.users.id",
        "GRANT SELECT ON SEQUENCE s TO me; GRANT SELECT ON public.users TO me",
        id="both",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3), id="seen"),
    pytest.param(diagnosis(3, stored=ODD, feeds=(feed(expression="f()"),)), id="default"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS006", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs006_not_seen.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS006", diagnosed) is None
