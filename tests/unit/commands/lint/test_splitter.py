"""Where statements begin and end, as psql sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgseq.commands.lint.parse.pieces import Comment, InsertedRows, PsqlCommand, Statement
from pgseq.commands.lint.parse.splitter import Splitter
from tests.support.linting import blocks

#: Routines whose own words a body in quotes, a comment or a parameter does not change.
ROUTINES = [
    "CREATE FUNCTION f() RETURNS void AS $$ BEGIN CASE WHEN a THEN b; END CASE; END; $$ LANGUAGE plpgsql",
    "CREATE FUNCTION f() RETURNS void AS $$ BEGIN; BEGIN; $$ LANGUAGE plpgsql",
    "CREATE FUNCTION f() RETURNS void AS $f$ BEGIN x := $$ BEGIN $$; CASE; $f$ LANGUAGE plpgsql",
    "CREATE FUNCTION f() RETURNS void AS 'BEGIN ''CASE''; CASE;' LANGUAGE plpgsql",
    r"CREATE FUNCTION f() RETURNS void AS E'BEGIN \' CASE; BEGIN;' LANGUAGE plpgsql",
    "CREATE FUNCTION f() /* don't BEGIN; /* BEGIN */ ; */ RETURNS int AS 'SELECT 1' LANGUAGE sql",
    "CREATE FUNCTION f() -- don't BEGIN;\nRETURNS int AS 'SELECT 1' LANGUAGE sql",
    "CREATE FUNCTION f(begin int, e int) RETURNS int AS 'SELECT 1' LANGUAGE sql",
    "CREATE FUNCTION f(a int DEFAULT CASE WHEN true THEN 1 END) RETURNS int RETURN CASE WHEN a = 1 THEN 2 END",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; /* don't */ SELECT '; END;'; SELECT $$ END; $$; END",
    "CREATE\nOR REPLACE\nPROCEDURE p() BEGIN ATOMIC SELECT (CASE WHEN a THEN b END), CASE c WHEN d THEN e END; END",
]


def split(text: str, size: int = 2**20) -> tuple[Splitter, Iterator[Statement | PsqlCommand | Comment]]:
    """A splitter for which no INSERT is long, and its pieces."""
    splitter = Splitter(blocks(text, size), "f", lambda statement: None)
    return splitter, (piece for piece in splitter if not isinstance(piece, InsertedRows))


def pieces(text: str, size: int = 2**20) -> list[str]:
    """The pieces as texts, those that are not statements with their kind."""
    found = []
    for piece in split(text, size)[1]:
        kind = {Statement: "", PsqlCommand: "command ", Comment: "comment "}[type(piece)]
        found.append(f"{kind}{piece.text}")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
        (";;  ;\n", []),
        ("SELECT ';'; 2", ["SELECT ';'", "2"]),
        ("SELECT 'it''s;'; 2", ["SELECT 'it''s;'", "2"]),
        (r"SELECT 'a\'; 2", [r"SELECT 'a\'", "2"]),
        (r"SELECT E'a\';'; 2", [r"SELECT E'a\';'", "2"]),
        (r"SELECT e'a\\'; 2", [r"SELECT e'a\\'", "2"]),
        (r"SELECT nameE'a\'; 2", [r"SELECT nameE'a\'", "2"]),
        ("SELECT E'a\n\\'\n;'; 2", ["SELECT E'a\n\\'\n;'", "2"]),
        ('SELECT "a;""b"; 2', ['SELECT "a;""b"', "2"]),
        ("SELECT $$a;b$$; 2", ["SELECT $$a;b$$", "2"]),
        ("SELECT $x$ $$;$y$ $x$; 2", ["SELECT $x$ $$;$y$ $x$", "2"]),
        ("SELECT $x$\n;\n$x$; 2", ["SELECT $x$\n;\n$x$", "2"]),
        ("SELECT a$b$; 2; 3 $b$", ["SELECT a$b$", "2", "3 $b$"]),
        ("SELECT $1; 2", ["SELECT $1", "2"]),
        ("/* a; /* b; */ c; */ SELECT 1", ["SELECT 1"]),
        ("SELECT /* a;\n/* b; */\n c; */ 1; 2", ["SELECT /* a;\n/* b; */\n c; */ 1", "2"]),
        ("-- a;\nSELECT 1 -- b;\n, 2; 3", ["SELECT 1 -- b;\n, 2", "3"]),
        ("SELECT 1 - -1, 4 / 2; 2", ["SELECT 1 - -1, 4 / 2", "2"]),
        ("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT ')'); 2",
         ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT ')')", "2"]),
        ("SELECT 'é'; ü", ["SELECT 'é'", "ü"]),
        ("SELECT 1 \\g\nSELECT 2 \\gset x_\n3", ["SELECT 1", "SELECT 2", "3"]),
        ("SELECT 1 \\; SELECT 2; 3", ["SELECT 1", "SELECT 2", "3"]),
        ("\\set x 'a;b'\nSELECT 1;", ["command \\set x 'a;b'", "SELECT 1"]),
        ("SELECT\n\\timing\n1;", ["command \\timing", "SELECT\n\n1"]),
        ("SELECT 1\n\\r\nSELECT 2;", ["command \\r", "SELECT 2"]),
        ("\\connect app\n", ["command \\connect app"]),
        ("-- pgseq: ignore\n-- other\n1", ["comment -- pgseq: ignore", "1"]),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN b END; END; 2",
         ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN b END; END", "2"]),
        ("BEGIN; SELECT 1; END;", ["BEGIN", "SELECT 1", "END"]),
        *((f"{routine}; 2", [routine, "2"]) for routine in ROUTINES),
        ("SELECT 'open;", ["SELECT 'open;"]),
    ],
)  # fmt: skip
def test_pieces(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected
    assert pieces(text, 1) == expected


def test_places() -> None:
    text = "\n  SELECT 1;\n/* é */ SELECT\n 2; SELECT 'é', 3;\n\\i x\n"
    found = [piece.place for piece in split(text)[1]]
    assert [(one.line, one.column, one.end) for one in found] == [(2, 3, 2), (3, 9, 4), (4, 5, 4), (5, 1, 5)]


@pytest.mark.parametrize("size", [1, 7, 2**20])
@pytest.mark.parametrize("end", ["\\.\n", "\\.\r\n", "\\."])
def test_data_are_handed_on_and_passed_over(size: int, end: str) -> None:
    splitter, found = split(f"COPY t FROM stdin;\n1\t;'\n\\\\.\n\\.x\n{end}", size)
    assert isinstance(next(found), Statement)
    assert b"".join(splitter.data()) == b"1\t;'\n\\\\.\n\\.x\n"
    assert list(found) == []
    assert splitter.ended_in == ""


def test_no_data() -> None:
    splitter, found = split("COPY t FROM stdin;\n\\.\nSELECT 1;")
    next(found)
    assert list(splitter.data()) == []
    assert next(found).place.line == 3


@pytest.mark.parametrize(
    ("text", "ended_in"),
    [("SELECT 1;", ""), ("SELECT 1", "statement"), ("SELECT '", "quoted"), ("SELECT 1; /* a", "quoted"), ("-- a", "")],
)
def test_what_a_file_ends_in(text: str, ended_in: str) -> None:
    splitter, found = split(text)
    list(found)
    assert splitter.ended_in == ended_in


def test_data_behind_a_routine_with_case_are_handed_on() -> None:
    text = f"{ROUTINES[0]};\nCOPY t FROM stdin;\n1\t;'\n\\.\nSELECT 1;"
    splitter, found = split(text)
    assert [next(found).text, next(found).text] == [ROUTINES[0], "COPY t FROM stdin"]
    assert b"".join(splitter.data()) == b"1\t;'\n"
    assert [piece.text for piece in found] == ["SELECT 1"]
