"""What a failed statement's text shows."""

from __future__ import annotations

import pytest

from pgseq.commands.explain.parse.statement import gives, names, privilege_on_sequence, privilege_on_table, qualifier
from pgseq.names import literal, quoted


@pytest.mark.parametrize(
    ("behind_into", "value"),
    [
        ("users (id, n) VALUES (5, 1)", 5),
        ("users(n,id)VALUES(1,5)", 5),
        ("public.users AS u (n, \"id\") VALUES ('a, (b', -5), ($$ ) $$, 7)", -5),
        ("users (id) OVERRIDING SYSTEM VALUE VALUES ('5'::int) RETURNING (id)", 5),
        ("users (id, n) VALUES ((5), f(1, 2)) ON CONFLICT (id) DO NOTHING", 5),
        ("users (id, n) VALUES (E'it\\'s', 1), (5, 2), (6", 5),
        ("users (id /* the (key) */, n) -- , (\n VALUES (5, 1)", 5),
    ],
)
def test_given(behind_into: str, value: int) -> None:
    assert gives(f"WITH x AS (SELECT 1) INSERT INTO {behind_into}", "users", "id", value)


@pytest.mark.parametrize(
    "behind_into",
    [
        "users (id, n) VALUES (DEFAULT, 5)",
        "users (id, n) VALUES (nextval('users_id_seq'), 5)",
        "users (id, n) VALUES ($1, 5)",
        "users (id, n) VALUES (5 + 0, 1)",
        "users (id, n) VALUES (55, 1), (DEFAULT, 5)",
        "users (id, n) VALUES (5, 1), (DEFAULT, 5)",
        "users (n, name) VALUES (5, '(5, 5)')",
        "users (id) OVERRIDING USER VALUE VALUES (5)",
        "users (id) SELECT 5",
        "users VALUES (5)",
        'users ("ID") VALUES (5)',
        "posts (id) VALUES (5)",
        "users (id, n) VALUES",
        "users (",
        "",
    ],
)
def test_not_given(behind_into: str) -> None:
    assert not gives(f"INSERT INTO {behind_into}", "users", "id", 5)


def test_rights() -> None:
    assert privilege_on_sequence("SELECT pg_catalog.setval ('s', 1)", "s") == "UPDATE"
    assert privilege_on_sequence('SELECT last_value FROM public."S"', "S") == "SELECT"
    assert privilege_on_sequence("INSERT INTO t SELECT 'setval(' FROM s", "s") == "USAGE"
    assert privilege_on_sequence("", "s") == "USAGE"
    assert privilege_on_table("  SELECT 1") == "SELECT"
    assert privilege_on_table("INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET n = 1") is None
    assert privilege_on_table("") is None


def test_what_is_named() -> None:
    assert names("""SQL statement "SELECT nextval('public."Numbers"')\"""", "Numbers")
    assert names("nextval(('numbers'::text)::regclass)", "numbers")
    assert not names("INSERT INTO nosuch VALUES (nextval('s'))", "nosuch")
    assert qualifier("INSERT INTO t1.users (n) VALUES (1)", "users") == "t1"
    assert qualifier("SELECT nextval('t1.s')", "s") == "t1"
    assert qualifier("SELECT nextval('s')", "s") == ""


def test_quoting() -> None:
    assert quoted("", "users") == "users"
    assert quoted("Shop", 'a"b') == '"Shop"."a""b"'
    assert literal('public."it\'s"') == "'public.\"it''s\"'"
