"""Patterns of names match in time linear in the name, and as PostgreSQL's regular expressions do."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgseq.errors import UsageError
from pgseq.names import parse_pattern
from pgseq.text import regular
from tests.support.commandline import Pgseq
from tests.support.database import Database, Server

#: Each takes a backtracking matcher ages on LETTERS.
SLOW: Final = {
    "(a+)+b": "aab",
    "(a|a)+b": "aab",
    "(a|aa)+b": "aab",
    "(a{1,20}){1,20}b": "aab",
    "((a+)+)+b": "aab",
    "*a*a*a*a*a*a*a*a*a*a*a*a*b": "aaaaaaaaaaaaaab",
    "(*a)+b": "aab",
    "(a?)+b": "aab",
    "(|a)+b": "aab",
    "([ab]+[ac]+)+d": "acad",
    '("a"+)+b': "aab",
    "a{1,30}a{1,30}a{1,30}a{1,30}b": "aaaaab",
}
LETTERS: Final = "a" * 62
NAMES: Final = [
    "",
    "a",
    "b",
    "ab",
    "aab",
    "abc",
    "a.b",
    "a*b",
    "a-b",
    "a]b",
    "a\\b",
    "x1",
    "x_1",
    "^a",
    "a{2}",
    " ",
    "\n",
]
EXPRESSIONS: Final = [
    "a|b|",
    "(a|ab)(c|)",
    "a{0}b{1,2}",
    "a{2,}b",
    "[^a]",
    "[]a]",
    "a[]*-]b",
    "[a-]*",
    "[[:alpha:]]",
    "[[:digit:]x]+",
    "[^[:space:]]",
    r"\w+",
    r"x\d",
    r"\s",
    r"a\.b",
    r"a[\\]b",
    r"[\w]+",
    "^a",
    "a^b",
    "(^a|b)",
    ".",
    ".*",
    "a{",
    "a{x",
    "()",
    "(((a)))+b",
    "[a-c]+",
]


@pytest.mark.parametrize("pattern", SLOW)
def test_no_pattern_burns_time(pattern: str) -> None:
    start = time.monotonic()
    found = parse_pattern(pattern)
    for number in range(100):
        assert not found.matches("public", LETTERS[:-2] + f"{number:02}")
    assert found.matches("public", SLOW[pattern])
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a" * 1001, "more than 1000 characters"),
        ("(" * 51 + ")" * 51, "more than 50 parentheses"),
        ("(" * 900, "parentheses"),
        ("(((a{255}){255}){255}){255}", "its repetitions come to too much"),
        ("((((){255}){255}){255}){255}", "its repetitions come to too much"),
        ("((((){255}b+){255}+c){255})", "multiple repeat"),
        ("a{256}", "bounds that are not from 0 to 255"),
        ("a{3,2}", "bounds"),
        ("a{999999999999}", "bounds"),
        ("a{1}{2}", "multiple repeat"),
        ("a++", "multiple repeat"),
        (r"(a)\1", r"bad escape \1"),
        (r"\y", "bad escape"),
        ("a)", "unbalanced parenthesis"),
        ("(a", "missing )"),
        ("[a", "unterminated character set"),
        ("[z-a]", "bad character range"),
        ("[[:nonsense:]]", "unknown character class"),
        ("[[=a=]]", "collating element"),
        ("a\\", "bad escape"),
    ],
)
def test_what_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_pattern(pattern)
    assert message in told.value.message
    assert len(told.value.message) < 200


@pytest.mark.slow
def test_expressions_mean_what_they_mean_to_the_server(server: Server) -> None:
    for expression in EXPRESSIONS:
        if expression in ("a{", "a{x"):
            continue  # The server's wants a letter escaped there that psql leaves as it is.
        matcher = regular.compile(expression)
        literal = expression.replace("'", "''")
        for name in NAMES:
            ((meant,),) = server.admin(f"SELECT '{name.replace(chr(39), chr(39) * 2)}' ~ '^({literal})$'")
            assert matcher.fullmatch(name) is meant, (expression, name)


PARTS: Final = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", "a", ""]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "{2}", "{0,2}", "{1,}"])).map(lambda pair: f"({pair[0]}){pair[1]}"),
    ),
    max_leaves=8,
)


@given(PARTS, st.lists(st.text("abc", max_size=6), min_size=1, max_size=5))
def test_as_pythons_where_that_ends(expression: str, names: list[str]) -> None:
    matcher = regular.compile(expression)
    for name in names:
        assert matcher.fullmatch(name) is (re.fullmatch(expression, name, re.DOTALL) is not None)


@pytest.mark.slow
def test_a_hostile_configuration(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    name = LETTERS + "x"
    database.run(f"CREATE TABLE {name[:50]} (id serial PRIMARY KEY); CREATE SEQUENCE {name} OWNED BY {name[:50]}.id")
    database.run(f"ALTER TABLE {name[:50]} ALTER id SET DEFAULT nextval('{name}'); INSERT INTO {name[:50]} VALUES (1)")
    (tmp_path / "pgseq.toml").write_text('ignore = [{code = "PGS001", sequence = "(a+)+b", reason = "x"}]')
    told = pgseq("check", database.dsn, cwd=tmp_path, timeout=60)
    assert told.code == 1
    assert "next insert fails" in told.out
    told = pgseq("check", database.dsn, "-t", "(a+)+b", "-N", "(p+u?)+c", timeout=60)
    assert told.code == 2
    assert "(a+)+b" in told.err


def test_patterns_that_are_told_do_not_fill_the_screen() -> None:
    with pytest.raises(UsageError) as told:
        parse_pattern("a." * 100_000)
    assert len(told.value.message) < 200
