"""Which steps share a transaction."""

from __future__ import annotations

from typing import Any

import pytest

from pgseq.core.locks import joint
from pgseq.model.diagnosis import Policy
from tests.unit import factory


def test_a_short_step_may_be_taken_with_others() -> None:
    assert joint(factory.sequence(), Policy()) == factory.feed().sources


@pytest.mark.parametrize("long", [{"unrestricted": True}, {"scan_bytes": 8192}])
def test_what_is_read_otherwise_is_taken_alone(long: dict[str, Any]) -> None:
    assert joint(factory.sequence(feeds=(factory.feed(**long),)), Policy()) == ()


def test_nothing_is_taken_together_without_table_locks() -> None:
    assert joint(factory.sequence(), Policy(lock="none")) == ()
