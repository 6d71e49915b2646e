"""Which sequences a selection asks for."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.selection import Scope, scope
from pgseq.errors import UsageError
from tests.unit.factory import feed, sequence

USERS: Final = sequence()
ORDERS: Final = sequence(schema="app", name="order_no", feeds=(feed(schema="shop", table="Orders"),))
LONELY: Final = sequence(schema="app", name="lonely", feeds=())
SHARED: Final = sequence(name="ids", feeds=(feed(table="a"), feed(schema="app", table="b")))
PARTED: Final = sequence(
    name="events_id_seq", feeds=(feed(table="events", below=(("parts", "y2024"), ("parts", "y2025"))),)
)
ALL: Final = (USERS, ORDERS, LONELY, SHARED)


def selected(asked: Scope) -> list[str]:
    """Names of the sequences asked for."""
    return [one.name for one in ALL if asked.selects(one)]


def test_nothing_asked_is_everything() -> None:
    assert selected(scope()) == ["users_id_seq", "order_no", "lonely", "ids"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(scope(table=["users"]), ["users_id_seq"], id="table"),
        pytest.param(scope(table=["public.users"]), ["users_id_seq"], id="table-in-schema"),
        pytest.param(scope(table=["app.users"]), [], id="table-in-other-schema"),
        pytest.param(scope(table=["orders"]), [], id="table-folded"),
        pytest.param(scope(table=['"Orders"']), ["order_no"], id="table-quoted"),
        pytest.param(scope(table=["users_id_seq"]), ["users_id_seq"], id="sequence"),
        pytest.param(scope(table=["lonely"]), ["lonely"], id="sequence-that-feeds-nothing"),
        pytest.param(scope(table=["b"]), ["ids"], id="one-of-several-tables"),
        pytest.param(scope(table=["users", "lonely"]), ["users_id_seq", "lonely"], id="either-table"),
        pytest.param(scope(schema=["public"]), ["users_id_seq", "ids"], id="schema"),
        pytest.param(scope(schema=["shop"]), ["order_no"], id="schema-of-the-table"),
        pytest.param(scope(schema=["app"]), ["order_no", "lonely", "ids"], id="schema-of-any"),
        pytest.param(scope(schema=["a*", "shop"]), ["order_no", "lonely", "ids"], id="either-schema"),
        pytest.param(scope(schema=["app"], table=["ids"]), ["ids"], id="schema-and-table"),
        pytest.param(scope(schema=["shop"], table=["ids"]), [], id="schema-but-other-table"),
        pytest.param(scope(exclude_schema=["public"]), ["order_no", "lonely", "ids"], id="not-schema"),
        pytest.param(scope(exclude_schema=["app"]), ["users_id_seq", "order_no", "ids"], id="not-schema-in-part"),
        pytest.param(scope(exclude_schema=["app", "shop"]), ["users_id_seq", "ids"], id="not-schemas"),
        pytest.param(scope(exclude_table=["users"]), ["order_no", "lonely", "ids"], id="not-table"),
        pytest.param(scope(exclude_table=["b", "lonely"]), ["users_id_seq", "order_no"], id="not-tables"),
        pytest.param(scope(schema=["app"], exclude_table=["ids"]), ["order_no", "lonely"], id="schema-not-table"),
        pytest.param(scope(table=["*"], exclude_schema=["*"]), [], id="exclusion-wins"),
    ],
)
def test_selects(asked: Scope, expected: list[str]) -> None:
    assert selected(asked) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (scope(table=["y2024"]), True),
        (scope(table=["parts.y*"]), True),
        (scope(table=["y2023"]), False),
        (scope(schema=["parts"]), False),
        (scope(exclude_table=["y2024"]), True),
        (scope(exclude_table=["events"]), False),
    ],
)
def test_a_partition_selects_what_feeds_it(asked: Scope, expected: bool) -> None:
    assert asked.selects(PARTED) is expected
    assert asked.unmatched_tables([PARTED]) == (asked.tables if asked.tables and not expected else ())


def test_unmatched_patterns_are_told() -> None:
    asked = scope(schema=["public", "nowhere"], table=["users", "user", "lonely"], exclude_table=["nothing"])
    assert [pattern.text for pattern in asked.unmatched_schemas(ALL)] == ["nowhere"]
    assert [pattern.text for pattern in asked.unmatched_tables(ALL)] == ["user"]
    assert scope().unmatched_schemas(ALL) == scope().unmatched_tables(ALL) == ()


def test_a_schema_pattern_has_no_dot() -> None:
    asked = scope(schema=["public.users"])
    assert selected(asked) == []
    assert [pattern.text for pattern in asked.unmatched_schemas(ALL)] == ["public.users"]


def test_patterns_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(UsageError, match="unclosed double quote"):
        scope(exclude_table=['"users'])
