"""PGS014, named only as text: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs014_named_as_text
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import LOOSE, ODD, finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(3, feeds=(feed(via="text-default", owns=False),)),
        "the default of public.users.id names public.users_id_seq as text: "
        "it may be renamed or dropped unnoticed, and search_path may lead elsewhere",
        "ALTER TABLE public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass)",
        id="PGS014",
    ),
    pytest.param(
        diagnosis(3, stored=ODD, feeds=(feed(via="text-default", expression="(nextval((…)) + 1)"),)),
        "the default of public.users.id names public.users_id_seq as text: "
        "it may be renamed or dropped unnoticed, and search_path may lead elsewhere",
        "write 'public.users_id_seq'::regclass in its place",
        id="expression",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3, feeds=(LOOSE,)), id="regclass"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS014", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs014_named_as_text.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS014", diagnosed) is None
