"""SQL files by somebody who means ill: an answer for each, soon, and one that forges nothing."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from typing import Final

import pytest

from pgseq.commands.lint import FileReport
from tests.support.commandline import Pgseq
from tests.support.lint_situations import SITUATIONS, UNTRIED
from tests.support.linting import blocks, codes, lint, reader

TABLE: Final = "CREATE TABLE users (id serial PRIMARY KEY, name text);\n"
ROW: Final = "INSERT INTO users VALUES (7, 'a');\n"
#: Seconds within which anything here is answered by a machine that is not stuck.
SOON: Final = 60
LONG: Final = "9" * 6000

#: What two files in a row made of it when nothing ended them.
SEEDS: Final = [text for text, _ in (*SITUATIONS.values(), *UNTRIED.values())]
#: What mutants get thrown in.
SALT: Final = [
    *"'\"$;()\\:,*-/\n\t\r\x1b\x7f\x9b é€",
    *("''", "$$", "$x$", "--", "/*", "*/", "E'", "\\'", "U&'", "\\;", "\\g\n", "\\gexec", "\\.\n", "\n\\.\n", "\\r\n"),
    *(LONG, f"'{LONG}'", f"1e{LONG}", f"-{LONG}.{LONG}", f"0x{LONG}", "1e999999999999999999", "'NaN'"),
    *("'--5'", "²", "٣"),
    *("(" * 5000, "[" * 5000, "(SELECT " * 200, "- " * 5000, "NOT " * 5000, "a." * 2000, "1+" * 5000, "::int" * 3000),
    *("INCREMENT 0", "CACHE 0", "INCREMENT 1.5", f"MAXVALUE {LONG}", f"INCREMENT {2**62}", "MINVALUE 9 MAXVALUE 1"),
    *("DEFAULT", "NULL", "VALUES", "RETURNING", "ON CONFLICT DO NOTHING", "nextval()", "setval('users_id_seq')"),
    *("\\connect postgresql://[", "\\connect 'a", "\\copy users from 'x", "\\i /etc/passwd\n", "\\! id\n"),
    *("\\c a b c\n", "\\if"),
    *("SET standard_conforming_strings = off;", "COPY users FROM stdin;\n", "BEGIN ATOMIC", "END", "CASE", "DO $$"),
    *("-- pgseq: ignore", "-- pgseq: ignore PGL001 (x)", "-- +goose Down\n", "-- PostgreSQL database dump\n", "\ufeff"),
]  # fmt: skip


def mutant(chance: random.Random) -> str:
    """A file made of others: cut, repeated, put together, salted."""
    text = chance.choice(SEEDS)
    for _ in range(chance.randint(1, 6)):
        at, end = sorted(chance.randint(0, len(text)) for _ in range(2))
        match chance.randrange(6):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:at] + chance.choice(SALT) + text[at:]
            case 2:
                text = text[:at] + text[at:end] * chance.randint(2, 4) + text[end:]
            case 3:
                text = text[:at] + chance.choice(SEEDS) + text[at:]
            case 4:
                text = text[:at] + chance.choice(SALT) + text[end:]
            case _:
                text = re.sub(r"\d+", chance.choice([LONG, "0", "-1", str(2**63), "1.5"]), text, count=1)
    return text[:200_000]


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.sampled(15)
def test_mutants_are_answered(seed: int) -> None:
    chance = random.Random(seed)
    for number in range(100):
        text = mutant(chance)
        begun = time.monotonic()
        linting = reader()
        report = linting.read("a.sql", blocks(text.encode(errors="replace"), chance.choice([1, 100, 2**20])))
        assert isinstance(report, FileReport), number
        # What it left behind disturbs no other file.
        again = linting.read(
            "b.sql", blocks("CREATE SCHEMA z;\nCREATE TABLE z.t (id serial);\nINSERT INTO z.t VALUES (7);")
        )
        assert again.statements == 3
        assert time.monotonic() - begun < SOON


#: Half a megabyte of each, alone and within other things: nothing is read again for each of its repetitions.
REPEATED: Final = [
    "+", "@", "=-", "*/+", "@-", "|/", "=/*", "\n/*", "/*\n", "'\n'", "' \n", "1\n+", "U&'", "1e", "1.", "..",
    "'", '"', "$", "$$", "$a$", "(", ")", "[", ";", "\\", "/*", "*/", "/", "-", "--", ",", ".", ":", "é", " ", "\n",
    "\r", "\t", "e", "E'", "''", "\\;", "\\g ", "\\x\\\\", "\\r\\\\", "$a", "$a$b", "$1", "a ", "1 ", "1a",
    "SELECT 1;", "SELEC 1;", "SELECT\n", "COPY t FROM stdin;\n", "\\copy ", "copy ", "copy from ", "insert into ",
    "insert into t (", "update t set ", "update t set a,", "a,", "alter table ", "alter table t alter ",
    "alter table a alter b generated ", "setval(", "/* ", "-- pgseq: ignore PGL001 ", "\n-- pgseq: ignore x",
    "CREATE FUNCTION f() BEGIN ATOMIC ", "BEGIN ATOMIC;", "BEGIN;", "CASE ", "END ", "INSERT INTO t VALUES (1),",
    "(1),", ",(1", "VALUES ", "1,'a',", "('", "'), (", "-1 ", "1::int", "::int", " UNION ALL SELECT 1", "||'x'", "${",
    ":a ", "\\i x\n", "\\connect ", "\\.", "\n\\.x", "NOT ", "CREATE TABLE t (id serial);",
    "INSERT INTO t VALUES (1);", "\\echo '", "\\echo ` ",
]  # fmt: skip
AROUND: Final = {
    "alone": "{}",
    "in a statement": TABLE + "SELECT {};" + ROW,
    "in a block": TABLE + "DO $xyz$ {} $xyz$;\n" + ROW,
    "in rows": TABLE + "INSERT INTO users VALUES (1, 'a'), {}, (2, 'b');\n" + ROW,
    "in a routine": "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC {} END;\n" + ROW,
    "in data": TABLE + "COPY users FROM stdin;\n{}\n\\.\n" + ROW,
    "in csv": TABLE + "COPY users FROM stdin CSV;\n{}\n\\.\n" + ROW,
    "in a command": TABLE + "\\copy {} from x\n" + ROW,
    "not conforming": "SET standard_conforming_strings = off;\nSELECT {};",
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.slow
def test_what_is_repeated_is_read_once(around: str) -> None:
    for one in REPEATED:
        text = AROUND[around].replace("{}", one * (2**17 // len(one)))
        begun = time.monotonic()
        lint(text)
        assert time.monotonic() - begun < SOON, one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"SELECT setval('users_id_seq', {LONG});", ("PGL001",)),
        (f"SELECT setval('users_id_seq', -{LONG});", ("PGL001",)),
        (f"SELECT setval('users_id_seq', '{LONG}');", ("PGL001",)),
        (f"SELECT setval('users_id_seq', {LONG} - {LONG});", ("PGL001",)),
        ("SELECT setval('users_id_seq', '--5');", ("PGL007",)),
        (f"SELECT setval('users_id_seq', greatest(max(id), {LONG})) FROM users;", ()),
        (f"INSERT INTO users VALUES ({LONG}, 'a'), ('{LONG}', 'b'), (0x{LONG}, 'c'), (-{LONG}.5, 'd');", ("PGL001",)),
        (f"INSERT INTO users VALUES (1e{LONG}, 'a'), (1e-{LONG}, 'b'), (1e999999999999999999, 'c');", ("PGL001",)),
        (f"INSERT INTO users SELECT generate_series(1, {LONG});", ("PGL001",)),
        (f"INSERT INTO users SELECT generate_series({LONG}, {LONG}, {LONG});", ("PGL001",)),
        (f"ALTER SEQUENCE users_id_seq RESTART WITH {LONG};", ("PGL001", "PGL000")),
        (f"ALTER SEQUENCE users_id_seq MAXVALUE {LONG} RESTART 100;", ("PGL001", "PGL000")),
        ("ALTER SEQUENCE users_id_seq INCREMENT 1.5;", ("PGL001", "PGL000")),
        ("ALTER SEQUENCE users_id_seq INCREMENT 0;", ("PGL001", "PGL000")),
        ("ALTER SEQUENCE users_id_seq CACHE 0;", ("PGL001", "PGL000")),
        (f"CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START {LONG}));", ("PGL001", "PGL000")),
        (f"CREATE TABLE t (id varchar({LONG}) DEFAULT nextval('users_id_seq'));", ("PGL001", "PGL000")),
        (f"CREATE TABLE t (id text DEFAULT nextval('users_id_seq'));\nINSERT INTO t VALUES ('{LONG}');", ("PGL001",)),
        (f"COPY users FROM stdin;\n{LONG}\ta\n9\tb\n\\.\n", ("PGL003",)),
        (f"SELECT 1 LIMIT {LONG};\nSELECT ${LONG[:9]};", ("PGL001",)),
    ],
)  # fmt: skip
def test_numbers_of_any_length(text: str, expected: tuple[str, ...]) -> None:
    """What fits no bigint is no sequence's value; the server refuses what would make it one."""
    assert set(codes(lint(TABLE + ROW + text + "\n"))) == set(expected)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT " + "(" * 100_000 + "1" + ")" * 100_000,
        "SELECT " + "(SELECT " * 20_000 + "1" + ")" * 20_000,
        "INSERT INTO users VALUES (8, " + "(" * 50_000 + "'a'" + ")" * 50_000 + ")",
        "INSERT INTO users VALUES (8, " + "coalesce(" * 5_000 + "'a'" + ")" * 5_000 + ")",
        "INSERT INTO users VALUES (8, 'a')," * 2000 + "(8, " + "lower(" * 5_000 + "'a'" + ")" * 5_000 + "), (9, 'c')",
        "SELECT 1" + " + 1" * 50_000,
        "SELECT " + "NOT " * 50_000 + "true",
        "SELECT 1" + "::int" * 50_000,
        "CREATE VIEW v AS SELECT 1" + " UNION SELECT 1" * 20_000,
        "SELECT ARRAY" + "[" * 50_000 + "]" * 50_000,
    ],
    ids=range(10),
)
def test_nesting_of_any_depth(text: str) -> None:
    """The statement is told of, and the next one read."""
    report = lint(f"{TABLE}{text};\n{ROW}")
    assert codes(report)[-1] == "PGL001"
    assert set(codes(report)) <= {"PGL000", "PGL001", "PGL007"}
    assert all(len(one.message) < 300 for one in report.findings)


@pytest.mark.parametrize(
    "text",
    ["SELECT 'a" + "b" * 10**6, "'" * (10**6 + 1), 'SELECT "\x1b[2J\n::error::x' + "y" * 10**6, "$$\x9b" * 99_999],
)
def test_a_syntax_error_quotes_a_line(text: str) -> None:
    (finding,) = lint(text).findings
    assert finding.code == "PGL000"
    assert len(finding.message) < 200
    assert finding.message.isprintable()


@pytest.mark.parametrize("behind", ["", " -- pgseq: ignore PGL000 (known)"])
def test_of_very_many_errors_the_first_are_listed(behind: str) -> None:
    """No comment ignores the ones that are only counted."""
    report = lint("SELEC 1;\n" * 1000 + f"SELEC 1;{behind}\n" + "SELECT :x y z;\nSELEC 1;\n" * 1499)
    assert codes(report) == ("PGL000", "PGL007")
    assert len(report.findings) == 1002
    error, variable = report.findings[-2:]
    assert error.message == (
        'syntax error at or near "SELEC": not PostgreSQL 18\'s grammar; 1499 more findings of this kind below'
    )
    assert (error.place.line, error.ignored) == (1001, None)
    assert variable.message == "cannot tell what 1,499 statements do: :x has no value"


def test_placeholders_of_very_many_names() -> None:
    report = lint("".join(f"SELECT :x{number} y z;\n" for number in range(1500)))
    assert len(report.findings) == 1001
    assert report.findings[-1].message == "cannot tell what 500 statements do: another placeholder has no value"


NAME: Final = "\x1b[31m\r\n::error::x\u2028\u202e%0A"


@pytest.mark.parametrize("format", ["text", "github", "gitlab", "sarif", "json"])
def test_names_forge_no_output(format: str, pgseq: Pgseq, tmp_path: Path) -> None:
    file = "a\x1b]0;x\x07\n::warning::b.sql"
    (tmp_path / file).write_text(
        f'CREATE TABLE "{NAME}" (id serial);\nINSERT INTO "{NAME}" VALUES (7); -- pgseq: ignore \x1b[0m\n'
        f'SELECT "{NAME}\n\\i \x1b[1m\n'
    )
    (tmp_path / "b.sql").write_text(f'INSERT INTO "{NAME}2" VALUES (7);\n:\x1b[3m;\n\\i \x1b\u202e\n')
    done = pgseq("lint", file, "b.sql", "--format", format)
    assert done.code == 1
    for text in (done.out, done.err):
        assert all(line.isprintable() for line in text.split("\n")), text
    lines = done.out.split("\n")
    if format == "github":
        # Each line is a command of ours, about one of these files.
        assert all(re.match(r"::(?:error|warning|notice) file=(?:a\\x1b|b\.sql)", line) for line in lines[:-1])
        assert not any(re.search(r"%0[AD]", line) for line in lines)
    elif format == "text":
        assert not any(line.lstrip().startswith("::") for line in lines)
    else:
        document = done.json()
        if format == "sarif":
            (run,) = document["runs"]
            assert all(one["message"]["text"].isprintable() for one in run["results"])


def test_fix_writes_a_comment_of_one_line(pgseq: Pgseq, tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_text(f'CREATE TABLE "{NAME}" (id serial);\nINSERT INTO "{NAME}" VALUES (7);\n')
    assert pgseq("lint", "--fix", "a.sql").code == 0
    (comment,) = [line for line in path.read_text().splitlines() if line.startswith("-- pgseq: resync")]
    assert comment.isprintable()
    assert pgseq("lint", "a.sql").code == 0
    assert path.read_text().count("-- pgseq: resync") == 1


def test_a_file_whose_name_is_no_text(pgseq: Pgseq, tmp_path: Path) -> None:
    name = "\udce9.sql"
    (tmp_path / name).write_text(TABLE + ROW)
    for format in ("text", "github", "gitlab", "sarif", "json"):
        assert pgseq("lint", name, "--format", format).code == 1


def test_sent_again() -> None:
    r"""\g where nothing has been typed since: it sends what was sent before, or nothing."""
    assert codes(lint(f"{TABLE}SELECT 1;\n\\g\n\\gx (format=csv) x\n{ROW}")) == ("PGL001",)
