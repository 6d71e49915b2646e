"""docs/guarantees.md holds the tables that the tests wrote last."""

from __future__ import annotations

from tests.support.guarantees import PAGE, filled


def test_tables_are_in_place() -> None:
    assert filled() == PAGE.read_text("utf-8")
