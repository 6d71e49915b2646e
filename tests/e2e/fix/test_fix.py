"""`pgseq fix` and `pgseq undo` as a shell sees them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.support.binaries import binaries
from tests.support.commandline import Pgseq
from tests.support.database import Database

SCHEMA = Path(__file__).parents[3] / "docs" / "check.schema.json"

BROKEN = """
CREATE TABLE "Users" (id serial PRIMARY KEY, name text);
INSERT INTO "Users" SELECT g, 'x' FROM generate_series(1, 10) AS g;
CREATE TABLE fine (id serial PRIMARY KEY);
"""
POSITION = 'SELECT last_value FROM "Users_id_seq"'


@pytest.fixture
def broken(database: Database) -> Database:
    """A database with one sequence that is out of sync."""
    database.run(BROKEN)
    return database


def test_yes(broken: Database, pgseq: Pgseq) -> None:
    done = pgseq("fix", broken.dsn, "--yes")
    assert (done.code, done.err) == (0, "")
    assert '  public."Users".id  next 1 → 11  next insert fails, stored up to 10\n\nrepairs 1; -v shows' in done.out
    assert '✓ public."Users".id  moved 1 → 10  next 11\n' in done.out
    assert """\nSELECT pg_catalog.setval('public."Users_id_seq"', 1, false) WHERE pg_catalog.current""" in done.out
    assert "2 in sync\n→ pgseq verify" in done.out
    assert broken.value("""INSERT INTO "Users" (name) VALUES ('y') RETURNING id""") == 11
    again = pgseq("fix", broken.dsn, "--yes")
    assert again.code == 0
    assert "moved" not in again.out


@pytest.mark.parametrize("options", [(), ("--format", "json"), ("--quiet",)])
def test_nobody_to_ask(options: tuple[str, ...], broken: Database, pgseq: Pgseq) -> None:
    done = pgseq("fix", broken.dsn, *options, input="y\n")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("pgseq: error: there is no terminal to ask on\nhint: --yes ")
    assert broken.value(POSITION) == 1


def test_dry_run_changes_nothing(broken: Database, pgseq: Pgseq) -> None:
    done = pgseq("fix", broken.dsn, "--dry-run")
    assert done.code == 1
    assert "BEGIN;\n" not in done.out
    assert "BEGIN;\n" in pgseq("fix", broken.dsn, "--dry-run", "-v").out
    assert "Nothing was changed.\n" in done.out
    assert done.out.splitlines()[-1].startswith("→ pgseq fix ")
    assert broken.value(POSITION) == 1
    assert pgseq("fix", broken.dsn, "-t", "fine", "--dry-run").code == 0


def test_only_the_document_is_on_stdout(broken: Database, pgseq: Pgseq) -> None:
    schema = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    rehearsed = pgseq("fix", broken.dsn, "--dry-run", "--format", "json")
    schema.validate(rehearsed.json())
    assert rehearsed.code == 1
    assert "applied" not in rehearsed.json()["databases"][0]["sequences"][0]
    planned = rehearsed.json()["databases"][0]["sequences"][0]["fix"]
    assert (planned["sql"].startswith("BEGIN;"), rehearsed.err) == (True, "")
    done = pgseq("fix", broken.dsn, "--yes", "--format", "json")
    schema.validate(done.json())
    assert done.code == 0
    by_name = {one["name"]: one for one in done.json()["databases"][0]["sequences"]}
    assert by_name["Users_id_seq"]["applied"] == {
        "result": "moved",
        "from": 1,
        "to": 10,
        "reason": None,
        "hint": None,
        "undo": """SELECT pg_catalog.setval('public."Users_id_seq"', 1, false)"""
        f" WHERE pg_catalog.current_database() = '{broken.name}'",
    }
    assert (by_name["Users_id_seq"]["status"], by_name["Users_id_seq"]["next_value"]) == ("ok", 11)
    assert "applied" not in by_name["fine_id_seq"]


def test_left_unfixed_is_exit_1_with_the_reason(broken: Database, pgseq: Pgseq) -> None:
    broken.run('INSERT INTO "Users" VALUES (2147483000)')
    done = pgseq("fix", broken.dsn, "--yes")
    assert done.code == 1
    assert "skipped" in done.out
    assert "--into-gap" in done.out
    assert broken.value(POSITION) == 1
    assert pgseq("fix", broken.dsn, "--yes", "--into-gap").code == 1
    assert broken.value(POSITION) == 10


@pytest.mark.parametrize(
    "options",
    [
        ("--yes", "--dry-run"),
        ("--sql", "--yes"),
        ("--dry-run", "--sql"),
        ("--sql", "--all"),
        ("--sql", "--format", "json"),
    ],
)
def test_what_excludes_each_other(options: tuple[str, ...], broken: Database, pgseq: Pgseq) -> None:
    done = pgseq("fix", broken.dsn, *options)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 2


def test_a_script_for_psql(broken: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    printed = pgseq("fix", broken.dsn, "--sql")
    assert printed.code == 1
    assert printed.err == "1 change; 1 in sync, 1 out of sync\n"
    script = tmp_path / "fix.sql"
    written = pgseq("fix", broken.dsn, "--sql", script)
    assert (written.code, written.out) == (1, "")
    assert script.read_text("utf-8") == printed.out
    assert broken.value(POSITION) == 1
    psql = shutil.which("psql") or str(binaries(18) / "psql")
    # Rows stored since are seen, since the script computes its move anew; and it may be run again.
    broken.run('INSERT INTO "Users" VALUES (20)')
    for _ in range(2):
        subprocess.run(
            [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", broken.dsn, "-f", str(script)],
            check=True,
            capture_output=True,
        )
        assert broken.value(POSITION) == 20
    assert pgseq("check", broken.dsn).code == 0


def test_a_script_that_cannot_be_written(broken: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    done = pgseq("fix", broken.dsn, f"--sql={tmp_path / 'nosuch' / 'fix.sql'}")
    assert done.code == 2
    assert done.err.startswith("pgseq: error: cannot write ")


@pytest.mark.slow
def test_undo_puts_back_what_was_not_used(broken: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    notes = tmp_path / "moves.jsonl"
    assert pgseq("fix", broken.dsn, "--yes", "--undo-file", notes).code == 0
    assert pgseq("undo", notes, broken.dsn).code == 2
    done = pgseq("undo", notes, broken.dsn, "--yes", "--force")
    assert done.code == 0
    assert '✓ public."Users_id_seq"  moved 10 → 1\n' in done.out
    assert broken.rows('SELECT last_value, is_called FROM "Users_id_seq"') == [(1, False)]
    assert pgseq("fix", broken.dsn, "--yes", "--undo-file", notes).code == 0
    broken.run("""INSERT INTO "Users" (name) VALUES ('y')""")
    used = pgseq("undo", notes, broken.dsn, "--yes")
    assert used.code == 1
    assert "used since" in used.out
    assert broken.value(POSITION) == 11
    elsewhere = pgseq("undo", notes, broken.server.dsn(), "--yes")
    assert elsewhere.code == 2
    assert broken.name in elsewhere.err


def test_the_undo_of_a_sequence_at_the_least_bigint(database: Database, pgseq: Pgseq) -> None:
    database.run(
        "CREATE TABLE t (id bigint GENERATED BY DEFAULT AS IDENTITY (MINVALUE -9223372036854775808) PRIMARY KEY);"
        "INSERT INTO t VALUES (-9223372036854775808)"
    )
    done = pgseq("fix", database.dsn, "--yes", "--format", "json")
    (sequence,) = done.json()["databases"][0]["sequences"]
    assert sequence["applied"]["to"] == -(2**63)
    assert database.value("SELECT nextval('t_id_seq')") == -(2**63) + 1
    database.run(sequence["applied"]["undo"])
    assert database.rows("SELECT last_value, is_called FROM t_id_seq") == [(-(2**63), False)]


#: One for each way in which a column may hold more than its default gives.
NARROWED = {
    "cast": """
        CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')::integer);
        INSERT INTO t VALUES (1), (2), (3), (9223372036854775807)""",
    "cast of a domain's": """
        CREATE DOMAIN number AS bigint; CREATE SEQUENCE s;
        CREATE TABLE t (id number PRIMARY KEY DEFAULT nextval('s')::integer);
        INSERT INTO t VALUES (1), (2), (3), (9223372036854775807)""",
    "cast beside a column without": """
        CREATE SEQUENCE s CACHE 10;
        CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')::smallint, other bigint DEFAULT nextval('s'::text));
        INSERT INTO t VALUES (1, 3), (2, -4), (32768, 2)""",
    "the sequence's type": """
        CREATE SEQUENCE s AS smallint; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s'));
        INSERT INTO t VALUES (1), (2), (3), (32768)""",
}


@pytest.mark.parametrize("setup", NARROWED.values(), ids=NARROWED)
def test_ids_that_no_default_gives_are_in_nobodys_way(setup: str, database: Database, pgseq: Pgseq) -> None:
    database.run(setup)
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") in range(4, 20)


def test_nor_are_they_of_a_descending_one(database: Database, pgseq: Pgseq) -> None:
    database.run("""
        CREATE SEQUENCE s INCREMENT -1; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')::integer);
        INSERT INTO t VALUES (-1), (-2), (-3), (-9223372036854775808)""")
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") == -4


def test_a_database_without_a_domain(database: Database, pgseq: Pgseq) -> None:
    """Those of information_schema are the only ones of most databases, and somebody may have dropped it."""
    database.run(
        "DROP SCHEMA information_schema CASCADE; CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"
    )
    assert pgseq("check", database.dsn).code == 1
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") == 2


def test_a_domain_that_is_called_as_a_type_of_the_server(database: Database, pgseq: Pgseq) -> None:
    database.run("""
        CREATE DOMAIN "bigint" AS int8; CREATE SEQUENCE s;
        CREATE TABLE t (id "bigint" PRIMARY KEY DEFAULT nextval('s')::integer);
        INSERT INTO t VALUES (1), (2), (9223372036854775807)""")
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") == 3
