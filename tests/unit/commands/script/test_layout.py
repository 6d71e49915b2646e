"""How the SQL of the scripts is laid out."""

from __future__ import annotations

from pgseq.commands.script.layout import WIDTH, filled


def test_what_continues_a_clause_follows_on_its_line() -> None:
    text = "SELECT a,\n       b\n  FROM t\n WHERE a > 0\n   AND b > 0"
    assert filled(text) == "SELECT a, b FROM t WHERE a > 0 AND b > 0"


def test_brackets_indent_and_a_union_keeps_its_select() -> None:
    text = "WITH x AS (\nSELECT 1\nUNION ALL\nSELECT 2\n), y AS ( -- two\nSELECT 3\n)\nSELECT 4"
    assert filled(text) == "WITH x AS (\n  SELECT 1\n  UNION ALL SELECT 2\n), y AS ( -- two\n  SELECT 3)\nSELECT 4"


def test_long_lines_are_broken_within_as_few_brackets_as_may_be() -> None:
    words = ", ".join(f"column_{number}" for number in range(6))
    lines = filled(f"SELECT first({words}), second({words}), third({words}) FROM t").splitlines()
    assert lines[0] == f"SELECT first({words}),"
    assert all(len(line) <= WIDTH for line in lines)


def test_texts_between_quotes_are_never_broken() -> None:
    text = f"'{'a, b AND ' * 20}'"
    assert text in filled(f"SELECT x, {text}, y FROM t")
