"""Names that would be a formula in a spreadsheet, or write on a terminal: in CSV, and in comments of scripts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from pgseq.render.csv.cells import cell
from tests.support.clients import psql
from tests.support.commandline import Pgseq
from tests.support.database import Database, Server, fresh_database

#: Names of tables; a serial's sequence is called after it.
NAMES: Final = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "-5",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    '"=1+1',
    "＝1+1",
    "x;=HYPERLINK(1)",
    'x;"=1+1',
    "esc \x1b[31m\x9b31m",
    "line\n\\! touch ran",
    "line\u2028\u202eback",
    "::error::x",
)


@pytest.fixture(scope="module")
def hostile(server: Server) -> Iterator[Database]:
    """A database with a sequence that is behind for each name."""
    with fresh_database(server) as database:
        for name in NAMES:
            quoted = '"' + name.replace('"', '""') + '"'
            database.run(
                f"CREATE SCHEMA {quoted}; CREATE TABLE {quoted}.{quoted} (id serial PRIMARY KEY);"
                f"INSERT INTO {quoted}.{quoted} VALUES (1), (2)"
            )
        yield database


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def harmless(text: str) -> bool:
    """Whether no cell is a formula, also where a semicolon separates cells, and nothing is a control character."""
    cells = [cell for separator in ",;" for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row]
    formulas = [one for one in cells if one.lstrip(" \"'")[:1] in tuple("=+-@＝＋－＠") and not _begins_as_text(one)]
    return not formulas and all(c.isprintable() or c == "\n" for c in text)


def _begins_as_text(text: str) -> bool:
    return text.lstrip(' "')[:1] == "'" or text.lstrip("-").isdigit()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-5", "'-5"),
        (-5, -5),
        (5, 5),
        (None, None),
        ("@x", "'@x"),
        ("a=b", "a=b"),
        ("a - b", "a - b"),
        ("\t=1", "\\t=1"),
        (" =1", " '=1"),
        ("a; =1", "a; '=1"),
        ("users_id_seq", "users_id_seq"),
        ("SELECT setval('s', -5, true)", "SELECT setval('s', -5, true)"),
    ],
)
@pytest.mark.sampled(2)
def test_a_cell(value: object, shown: object) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize("words", [("check",), ("fix", "--yes"), ("fix", "--dry-run")])
@pytest.mark.sampled(3)
def test_check_and_fix(words: tuple[str, ...], hostile: Database, pgseq: Pgseq) -> None:
    done = pgseq(*words, hostile.dsn, "--format", "csv")
    found = rows(done.out)
    assert len(found) == len(NAMES)
    assert harmless(done.out)
    assert "'=cmd|' /C calc'!A0_id_seq" in {row["name"] for row in found}
    assert {row["next_value"] for row in found} <= {"1", "2", "3"}


def test_sync(hostile: Database, server: Server, pgseq: Pgseq) -> None:
    with fresh_database(server) as target:
        target.run('CREATE TABLE own (id int PRIMARY KEY); CREATE SEQUENCE "-own"')
        done = pgseq("sync", hostile.dsn, target.dsn, "--verify-only", "--format", "csv")
    assert len(rows(done.out)) == len(NAMES) + 1
    assert harmless(done.out)


def test_negative_numbers_stay_numbers(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE SEQUENCE s INCREMENT -1; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));")
    database.run("INSERT INTO t VALUES (-1), (-5)")
    (row,) = rows(pgseq("check", database.dsn, "--format", "csv").out)
    assert (row["next_value"], row["furthest"], row["fix_next_value"]) == ("-1", "-5", "-6")


@pytest.mark.parametrize(
    "words",
    [
        ("fix", "--sql=script.sql"),
        ("guard", "trigger", "--sql=script.sql"),
        ("guard", "identity", "--sql=script.sql"),
        ("guard", "trigger", "--yes", "--undo-file=script.sql"),
    ],
)
@pytest.mark.slow
def test_comments_of_scripts(words: tuple[str, ...], server: Server, pgseq: Pgseq, tmp_path: Path) -> None:
    """Names are exact in SQL, and shown with escapes in the comments; psql runs nothing but the SQL."""
    with fresh_database(server) as database:
        for name in NAMES:
            quoted = '"' + name.replace('"', '""') + '"'
            database.run(f"CREATE TABLE {quoted} (id serial PRIMARY KEY)")
            rows = "VALUES (1), (2)" if words[0] == "fix" else "DEFAULT VALUES"
            database.run(f"INSERT INTO {quoted} {rows}")
        done = pgseq(*words, database.dsn)
        assert done.code in (0, 1), done.err
        script = (tmp_path / "script.sql").read_text("utf-8")
        comments = [line for line in script.split("\n") if line.startswith("--")]
        assert comments
        assert all(line.isprintable() for line in comments)
        ran = psql(database.dsn, "-q", "-f", tmp_path / "script.sql")
        assert ran.code == 0
        assert not (tmp_path / "ran").exists()
        if words[0] == "fix":
            assert pgseq("check", database.dsn).code == 0


@pytest.mark.slow
def test_comments_of_missing_sequences(hostile: Database, server: Server, pgseq: Pgseq) -> None:
    with fresh_database(server) as target:
        done = pgseq("sync", hostile.dsn, target.dsn, "--create-missing")
    assert all(line.isprintable() for line in done.out.split("\n") if line.startswith("--"))
