"""Which keys without a default are worth a word, by their names and by what else is there."""

from __future__ import annotations

from typing import Final

import pytest

from pgseq.core.keys import missing_defaults, numbers_its_table
from pgseq.model.keys import Key
from tests.unit.factory import feed, sequence


def key(table: str, column: str = "id", *, primary: bool = True) -> Key:
    """A key of schema public."""
    return Key(
        schema="public",
        table=table,
        column=column,
        table_sql=f"public.{table}",
        column_sql=column,
        type="integer",
        primary=primary,
        nullable=not primary,
    )


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("users", "id"),
        ("Users", "Id"),
        ("users", "user_id"),
        ("Artist", "ArtistId"),
        ("shop_order_items", "order_item_id"),
        ("shop_orders", "id_order"),
        ("categories", "category_id"),
    ],
)
def test_it_numbers_its_table(table: str, column: str) -> None:
    assert numbers_its_table(key(table, column))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("calendar", "year"),
        ("schema_migrations", "version"),
        ("flyway_schema_history", "installed_rank"),
        ("order_details", "product_id"),
        ("user_profile", "user_id"),
        ("bids", "bid"),
        ("zip_codes", "zip"),
    ],
)
def test_it_does_not(table: str, column: str) -> None:
    assert not numbers_its_table(key(table, column))


USERS: Final = ("public", "users")


@pytest.mark.parametrize(
    ("about", "sequences", "tables", "named"),
    [
        pytest.param(key("users"), [], [USERS], True, id="nothing else is there"),
        pytest.param(key("users"), [sequence(feeds=(feed(table="users"),))], [USERS], False, id="declared"),
        pytest.param(key("users"), [sequence(name="users_seq", feeds=())], [USERS], False, id="an idle sequence"),
        pytest.param(key("users"), [sequence(name="hibernate_sequence", feeds=())], [USERS], False, id="Hibernate"),
        pytest.param(key("users"), [sequence(name="other_seq", feeds=())], [USERS], True, id="another's sequence"),
        pytest.param(key("databasechangeloglock"), [], [USERS], False, id="Liquibase's lock"),
        pytest.param(
            key("batch_job_instance", "job_instance_id"),
            [sequence(name="batch_job_seq", feeds=())],
            [USERS],
            False,
            id="Spring Batch",
        ),
        pytest.param(
            key("order_details"),
            [sequence(name="order_seq", feeds=())],
            [("public", "orders"), ("public", "order_details")],
            True,
            id="a sequence of another table",
        ),
        pytest.param(key("users"), [], [USERS, ("public", "hibernate_sequences")], False, id="a table of positions"),
        pytest.param(key("users", primary=False), [], [USERS], True, id="no primary key"),
        pytest.param(key("users_2024", primary=False), [], [USERS, ("public", "users_2024")], False, id="a copy"),
        pytest.param(key("tmp_user", primary=False), [], [USERS, ("public", "tmp_user")], False, id="another copy"),
        pytest.param(key("users_2024"), [], [USERS, ("public", "users_2024")], True, id="a copy with a key"),
        pytest.param(key("old_users", primary=False), [], [("other", "users")], True, id="of another schema"),
    ],
)
def test_where_it_is_worth_a_word(
    about: Key, sequences: list[object], tables: list[tuple[str, str]], named: bool
) -> None:
    assert bool(missing_defaults([about], sequences, tables)) is named  # type: ignore[arg-type]
