"""PGS020, referring column narrower than the key: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Final

import pytest
from msgspec.structs import replace

from pgseq.core.checks.wording import REWRITES
from pgseq.model.diagnosis import Diagnosis, Severity
from pgseq.model.obstacles import ColumnLimit
from tests.unit.core.checks.support import BIG, BIGINT, INT, finding
from tests.unit.factory import diagnosis, feed

ITEMS: Final = ColumnLimit(
    schema="public",
    table="items",
    column="user_id",
    table_sql="public.items",
    column_sql="user_id",
    type="integer",
    lowest=-INT - 1,
    highest=INT,
    refers_to="public.users.id",
    referred_table="public.users",
    referred_type="bigint",
)
CHECKED: Final = replace(ITEMS, lowest=None, highest=999, constraint="few", type="bigint")


def of(last_value: int, *limits: ColumnLimit, **overrides: object) -> Diagnosis:
    """A bigint sequence with what limits it."""
    wide: dict[str, object] = {"data_type": "bigint", "max": BIG, "feeds": (BIGINT,)}
    return diagnosis(last_value, **(wide | overrides), limits=limits)


FIRES: Final = [
    pytest.param(
        of(3, ITEMS),
        "info",
        "public.items.user_id (integer) refers to public.users.id (bigint): from 2147483648 on its INSERT fails, "
        "not that of public.users",
        f"ALTER TABLE public.items ALTER COLUMN user_id TYPE bigint; {REWRITES}",
        id="ascending",
    ),
    pytest.param(
        of(-3, ITEMS, increment=-1, min=-BIG - 1, max=-1),
        "info",
        "public.items.user_id (integer) refers to public.users.id (bigint): from -2147483649 on its INSERT fails, "
        "not that of public.users",
        f"ALTER TABLE public.items ALTER COLUMN user_id TYPE bigint; {REWRITES}",
        id="descending",
    ),
    pytest.param(
        of(INT, ITEMS),
        "warning",
        "public.items.user_id (integer) refers to public.users.id (bigint): its INSERT fails now, not that of "
        "public.users",
        f"ALTER TABLE public.items ALTER COLUMN user_id TYPE bigint; {REWRITES}",
        id="passed",
    ),
    pytest.param(
        of(3, CHECKED),
        "info",
        "public.items.user_id (bigint) refers to public.users.id (bigint): from 1000 on its INSERT fails by the CHECK "
        "few, not that of public.users",
        "make room in the CHECK few of public.items.user_id",
        id="check",
    ),
]

SILENT: Final = [
    pytest.param(of(3), id="nothing-refers-to-it"),
    pytest.param(of(3, ITEMS, data_type="integer", max=INT, feeds=(feed(),)), id="same-type"),
    pytest.param(of(3, ITEMS, max=1000), id="the-sequence-ends-before"),
    pytest.param(of(3, replace(ITEMS, refers_to=None)), id="a-check-of-the-column-itself"),
    pytest.param(of(3, ITEMS, max=1000, cycle=True), id="wraps-before"),
]


@pytest.mark.parametrize(("diagnosed", "severity", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, severity: Severity, message: str, hint: str) -> None:
    found = finding("PGS020", diagnosed)
    assert found is not None
    assert (found.severity, found.message, found.hint) == (severity, message, hint)


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS020", diagnosed) is None
