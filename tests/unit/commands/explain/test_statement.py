"""What a failed statement's text shows: privileges and sequences."""

from __future__ import annotations

from pgseq.commands.explain.parse.statement import names, privilege_on_sequence, privilege_on_table, qualifier
from pgseq.names import literal, quoted


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
