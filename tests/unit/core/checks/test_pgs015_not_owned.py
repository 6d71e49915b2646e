"""PGS015, not owned by the column it feeds: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.checks import pgs015_not_owned
from pgseq.model.diagnosis import Diagnosis
from tests.unit.core.checks.support import LOOSE, ORDERS, finding
from tests.unit.factory import diagnosis, feed

FIRES: Final = [
    pytest.param(
        diagnosis(3, feeds=(LOOSE,)),
        "public.users.id draws from public.users_id_seq without owning it: "
        "DROP TABLE leaves it behind, and pg_get_serial_sequence() does not find it",
        "ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id",
        id="PGS015",
    ),
    pytest.param(
        diagnosis(3, feeds=(feed(schema="app", table_sql="app.users", via="default", owns=False),)),
        "app.users.id draws from public.users_id_seq without owning it: "
        "DROP TABLE leaves it behind, and pg_get_serial_sequence() does not find it",
        "if it may move to the schema of its table: "
        "ALTER SEQUENCE public.users_id_seq SET SCHEMA …, then OWNED BY app.users.id",
        id="elsewhere",
    ),
    pytest.param(
        diagnosis(3, feeds=(LOOSE, ORDERS)),
        "public.users.id, public.orders.id draw from public.users_id_seq without owning it: "
        "DROP TABLE leaves it behind, and pg_get_serial_sequence() does not find it",
        "nothing to do while they share it on purpose; only one column can own a sequence",
        id="shared",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3, feeds=(feed(), ORDERS)), id="one-owns"),
    pytest.param(diagnosis(3, feeds=(feed(via="text-default", owns=False),)), id="text"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS015", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs015_not_owned.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS015", diagnosed) is None
