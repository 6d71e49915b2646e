"""Defaults as PostgreSQL prints them: these texts come from pg_get_expr() of PostgreSQL 18."""

from __future__ import annotations

import pytest

from pgseq.core.defaults import Lookup, mentioned, parse_default
from tests.unit.factory import sequence_row


@pytest.mark.parametrize(
    ("expression", "cast"),
    [
        ("nextval('public.s'::regclass)", None),
        ("nextval('public.\"Mixed ''q'' \\ b\"'::regclass)", None),
        ("nextval('public.\"two\nlines\"'::regclass)", None),
        ("(nextval('public.s'::regclass))::smallint", "smallint"),
        ("(nextval('public.s'::regclass))::integer", "integer"),
        ("(nextval('public.s'::regclass))::bigint", "bigint"),
        ("(nextval('public.s'::regclass))::numeric", None),
        ("(nextval('public.s'::regclass))::text", None),
        ("(nextval('public.s'::regclass))::character varying", None),
        ("nextval(('s'::text)::regclass)", None),
        ("(nextval(('s'::text)::regclass))::integer", "integer"),
    ],
)
def test_plain(expression: str, cast: str | None) -> None:
    default = parse_default(expression)
    assert default.plain
    assert default.cast == cast


@pytest.mark.parametrize(
    "expression",
    [
        "(nextval('public.s'::regclass) + 0)",
        "(1000 + nextval('public.s'::regclass))",
        "(+ nextval('public.s'::regclass))",
        "(- nextval('public.s'::regclass))",
        "('INV-'::text || nextval('public.s'::regclass))",
        "COALESCE(nextval('public.s'::regclass))",
        "to_char(nextval('public.s'::regclass), 'fm000'::text)",
        "lpad((nextval('public.s'::regclass))::text, 5, '0'::text)",
        "((nextval('public.s'::regclass))::integer)::bigint",
        "(nextval('public.s'::regclass))::character varying(3)",
        "(nextval('public.s'::regclass))::character(3)",
        "(nextval('public.s'::regclass))::numeric(5,0)",
        "(nextval('public.s'::regclass))::public.d",
        "(nextval('public.s'::regclass) + nextval('public.t'::regclass))",
        "nextval(((current_schema())::text || '.s'::text)::regclass)",
        "public.nextval('s'::text)",
        "public.next_id()",
        "gen_random_uuid()",
        "nextval('public.s'::regclass) ",
        "",
    ],
)
def test_not_plain(expression: str) -> None:
    assert not parse_default(expression).plain


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("nextval(('s'::text)::regclass)", ("s",)),
        ("nextval(('public.s'::text)::regclass)", ("public.s",)),
        ("nextval(('\"Mixed ''q'' \\ b\"'::text)::regclass)", ("\"Mixed 'q' \\ b\"",)),
        ("(nextval(('s'::text)::regclass) + nextval(('t'::text)::regclass))", ("s", "t")),
        ("nextval('public.s'::regclass)", ()),
    ],
)
def test_names_given_as_text(expression: str, names: tuple[str, ...]) -> None:
    assert parse_default(expression).names == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("BEGIN RETURN nextval('s'); END", ("s",)),
        ("EXECUTE 'SELECT nextval(''public.\"S\"'')'", ("SELECT nextval(", 'public."S"', ")")),
        ("x := '' || 's' || 't'; y := 's'", (" || ", "s", "t", "; y := ")),
        ("nextval", ()),
    ],
)
def test_texts_in_the_body_of_a_function(body: str, names: tuple[str, ...]) -> None:
    assert mentioned(body) == names


def lookup(*homes: tuple[int, str, str], search_path: tuple[str, ...] = ("public",)) -> Lookup:
    """A lookup among sequences given as oid, schema and name."""
    return Lookup((sequence_row(oid=oid, schema=schema, name=name) for oid, schema, name in homes), search_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("public.s", {1}, id="qualified"),
        pytest.param("app.s", {2}, id="qualified-elsewhere"),
        pytest.param('APP."S"', {4}, id="folded-and-quoted"),
        pytest.param("app.t", set(), id="qualified-but-not-there"),
        pytest.param("t", {3}, id="one-of-that-name"),
        pytest.param('"S"', {4}, id="one-of-that-name-elsewhere"),
        pytest.param("s", {1}, id="search-path-and-table-agree"),
        pytest.param("gone", set(), id="dropped"),
        pytest.param("a..b", set(), id="no-name"),
    ],
)
def test_lookup(text: str, expected: set[int]) -> None:
    known = lookup((1, "public", "s"), (2, "app", "s"), (3, "public", "t"), (4, "app", "S"))
    assert known.find(text, "public") == expected


def test_lookup_is_not_sure_where_search_path_and_table_disagree() -> None:
    two = lookup((1, "public", "s"), (2, "app", "s"), search_path=("public", "app"))
    assert two.find("s", "app") == {1, 2}
    assert two.find("s", "other") == {1}


def test_lookup_takes_the_first_schema_of_the_path() -> None:
    assert lookup((1, "b", "s"), (2, "a", "s"), search_path=("a", "b")).find("s", "c") == {2}


def test_lookup_is_not_sure_where_nothing_tells() -> None:
    assert lookup((1, "a", "s"), (2, "b", "s")).find("s", "c") == {1, 2}
