"""Names as PostgreSQL reads them, pg_dump's patterns, and what is safe to print."""

from __future__ import annotations

import shlex

import pytest

from pgseq.errors import UsageError
from pgseq.model.hints import bare, command
from pgseq.names import display, parse_pattern, parse_qualified, plural


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("users", "users"),
        ('public."Üser 🐘"', 'public."Üser 🐘"'),
        ("two\nlines\tand\rmore", "two\\nlines\\tand\\rmore"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("no\u00a0break", "no\\xa0break"),
        ("right\u202eleft", "right\\u202eleft"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_display_shows_control_characters(text: str, expected: str) -> None:
    assert display(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("users", ("users",)),
        ("Users", ("users",)),
        ('"Users"', ("Users",)),
        ("app.users_id_seq", ("app", "users_id_seq")),
        ('"My App" . "Seq"', ("My App", "Seq")),
        (' "A""b" . c ', ('A"b', "c")),
        ('"a.b"', ("a.b",)),
        ("a.b.c", ("a", "b", "c")),
        ("ÄB", ("Äb",)),
        ("12345", ("12345",)),
        ("x$1", ("x$1",)),
        ('a"b', ('a"b',)),
        ("x" * 70, ("x" * 63,)),
        ("ü" * 40, ("ü" * 31,)),
        ("\ta\n.\rb\f", ("a", "b")),
    ],
)
def test_qualified_names(text: str, expected: tuple[str, ...]) -> None:
    assert parse_qualified(text) == expected


@pytest.mark.parametrize("text", ["", " ", ".", "a.", ".a", "a..b", "a b", '"a', '"a"b', '"a" "b"'])
def test_names_that_postgresql_refuses(text: str) -> None:
    assert parse_qualified(text) is None


#: What `pg_dump -t` selects among these tables of one schema, tried on PostgreSQL 18.
TABLES = [
    "users",
    "Users",
    "user",
    "user_roles",
    "a.b",
    "a*b",
    "axb",
    "a$b",
    'quo"ted',
    "x y",
    "two\nlines",
    "über",
    "ÜBER",
]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("users", ["users"]),
        ("USERS", ["users"]),
        ('"Users"', ["Users"]),
        ('U"s"ers', ["users"]),
        ("user*", ["users", "user", "user_roles"]),
        ("user?", ["users"]),
        ("users?", []),
        ('"user*"', []),
        ("a?b", ["a.b", "a*b", "axb", "a$b"]),
        ('"a*b"', ["a*b"]),
        ('"a.b"', ["a.b"]),
        ("a$b", ["a$b"]),
        ("a[w-z]b", ["axb"]),
        ("user(s|_roles)", ["users", "user_roles"]),
        ("user|über", ["user", "über"]),
        ("us.er", []),
        ('quo"""ted"', ['quo"ted']),
        ('"quo""ted"', ['quo"ted']),
        ("x y", ["x y"]),
        ("two*", ["two\nlines"]),
        ("two?lines", ["two\nlines"]),
        ("ÜBER", []),
        ('"ÜBER"', ["ÜBER"]),
        ("*", TABLES),
    ],
)
def test_patterns(pattern: str, expected: list[str]) -> None:
    assert [name for name in TABLES if parse_pattern(pattern).matches("public", name)] == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("users", ["public.users", "app.users", "App.users"]),
        ("app.users", ["app.users"]),
        ("APP.users", ["app.users"]),
        ('"App".users', ["App.users"]),
        ("*.users", ["public.users", "app.users", "App.users"]),
        ("app.*", ["app.users"]),
        ('"app.users"', []),
    ],
)
def test_patterns_with_a_schema(pattern: str, expected: list[str]) -> None:
    schemas = ["public", "app", "App"]
    assert [f"{schema}.users" for schema in schemas if parse_pattern(pattern).matches(schema, "users")] == expected


def test_a_quoted_name_is_a_pattern_that_means_itself() -> None:
    for name in (*TABLES, "back\\slash", "(p)", "a[]", "a{2}", "^caret", "+plus", "*", "?", "$", "|", '"', "."):
        quoted = '"' + name.replace('"', '""') + '"'
        found = parse_pattern(f'"My.Schema".{quoted}')
        assert found.matches("My.Schema", name)
        assert not found.matches("My.Schema", f"{name}x")
        assert not found.matches("public", name)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ('"users', "pattern '\"users' has an unclosed double quote"),
        ("a.b.c", "pattern 'a.b.c' is not a name or schema.name"),
        ("app.", "pattern 'app.' is not a name or schema.name"),
        ("", "pattern '' is not a name or schema.name"),
        ("+users", "pattern '+users' cannot be read: nothing to repeat at position 0"),
        ("users[", "pattern 'users[' cannot be read: unterminated character set at position 5"),
    ],
)
def test_patterns_that_cannot_be_read(pattern: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_pattern(pattern)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("relation", "name"),
    [
        ("public.users", "users"),
        ('public."Order $items"', "Order $items"),
        ("""public."it's" """.strip(), "it's"),
        ('public."two\nlines"', "two\nlines"),
        ('public."\x1b[31m"', "\x1b[31m"),
    ],
)
def test_a_command_selects_what_it_names_and_is_printable(relation: str, name: str) -> None:
    words = bare(command("fix", relation, "--yes"))
    assert words.isprintable()
    start, pattern, end = words.partition("-t ")[0], shlex.split(words)[3], shlex.split(words)[4:]
    assert (start, end) == ("pgseq fix ", ["--yes"])
    assert parse_pattern(pattern).matches("public", name)


def test_plural() -> None:
    assert [plural(count, "insert") for count in (0, 1, 2)] == ["0 inserts", "1 insert", "2 inserts"]
