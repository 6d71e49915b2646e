"""PGS007, default is not plainly the sequence's value: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs007_default_not_plain
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import HIDDEN, ODD, finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(3, stored=ODD, feeds=(feed(expression="(nextval('public.s'::regclass) + 1000)"),)),
        "public.users.id (DEFAULT (nextval('public.s'::regclass) + 1000)) does not plainly store "
        "what public.users_id_seq hands out: not compared",
        "compare by hand, the expression turned round: SELECT (SELECT max(id) FROM public.users) AS stored, "
        "last_value, is_called FROM public.users_id_seq; "
        "then ignore it in [tool.pgseq], with the reason",
        id="PGS007",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3, stored=HIDDEN), id="not-seen"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS007", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs007_default_not_plain.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS007", diagnosed) is None
