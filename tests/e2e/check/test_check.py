"""`pgseq check` as a shell sees it: answers, formats, exit codes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.support.commandline import Pgseq, environment, executable
from tests.support.database import Database

SCHEMA = Path(__file__).parents[3] / "docs" / "check.schema.json"

BROKEN = """
CREATE TABLE "Users" (id serial PRIMARY KEY, name text);
INSERT INTO "Users" SELECT g, 'x' FROM generate_series(1, 10) AS g;
CREATE TABLE fine (id serial PRIMARY KEY);
CREATE TABLE small (id smallserial PRIMARY KEY);
SELECT setval('small_id_seq', 32767);
CREATE SEQUENCE lonely;
"""


def test_what_is_wrong_comes_first_and_the_rest_is_counted(database: Database, pgseq: Pgseq) -> None:
    database.run(BROKEN)
    done = pgseq("check", database.dsn)
    assert done.code == 1
    assert done.err == ""
    lines = done.out.splitlines()
    where = f"local socket:{database.server.embedded.port}"
    assert lines[0] == f"{database.name} on {where} (PostgreSQL {database.value('SHOW server_version').split()[0]})"
    assert lines[2].startswith('✗ public."Users".id  next 1  stored up to 10  next insert fails')
    assert any("PGS002" in line for line in lines)
    assert lines[-2] == "1 in sync, 1 out of sync, 1 exhausted, 1 feeds no column"
    assert lines[-1].startswith("→ pgseq fix ")
    assert "\x1b" not in done.out


def test_in_sync(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE fine (id serial PRIMARY KEY)")
    done = pgseq("check", database.dsn)
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("\n\n1 in sync\n")
    assert pgseq("check", database.dsn, "--quiet").out == ""


def test_the_document_keeps_its_contract(database: Database, pgseq: Pgseq) -> None:
    database.run(BROKEN)
    database.run('CREATE TABLE "a\nb""c;%s😀" ("i d" serial)')
    done = pgseq("check", database.dsn, "--format", "json")
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(done.json())
    assert done.code == 1
    assert done.json()["summary"] == {"ok": 2, "out_of_sync": 1, "exhausted": 1, "unknown": 0, "feeds_no_column": 1}
    first = done.json()["databases"][0]["sequences"][0]
    assert (first["sql"], first["next_value"], first["furthest"]) == ('public."Users_id_seq"', 1, 10)


def test_csv_and_markdown(database: Database, pgseq: Pgseq) -> None:
    database.run(BROKEN)
    rows = list(csv.DictReader(io.StringIO(pgseq("check", database.dsn, "--format", "csv").out)))
    assert [row["status"] for row in rows] == ["out_of_sync", "exhausted", "ok", "ok"]
    assert '| `public."Users_id_seq"` |' in pgseq("check", database.dsn, "--format", "markdown").out


def test_hostile_names_do_not_reach_the_terminal(database: Database, pgseq: Pgseq) -> None:
    database.run(
        'CREATE TABLE "\x1b[31mred\n[bold]\u202e" (id serial); INSERT INTO "\x1b[31mred\n[bold]\u202e" VALUES (1)'
    )
    for form in ("table", "markdown", "json"):
        out = pgseq("check", database.dsn, "--format", form, "--color", "never").out
        assert "\x1b" not in out
        assert "\u202e" not in out
    assert r'public."\x1b[31mred\n[bold]\u202e".id' in pgseq("check", database.dsn).out


def test_selection(database: Database, pgseq: Pgseq) -> None:
    database.run(BROKEN)
    assert pgseq("check", database.dsn, "-t", "fine").code == 0
    assert pgseq("check", database.dsn, "-t", '"Users"').code == 1
    assert pgseq("check", database.dsn, "-T", '"Users"', "-T", "small").code == 0
    missing = pgseq("check", database.dsn, "-t", "nosuch")
    assert (missing.code, missing.out) == (2, "")
    assert missing.err.startswith("pgseq: error: ")
    assert "nosuch" in missing.err


def test_ignored_codes_do_not_count(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(BROKEN)
    done = pgseq("check", database.dsn, "--ignore", "PGS001", "--ignore", "pgs002")
    assert done.code == 0
    assert "2 ignored" in done.out
    config = tmp_path / "ours.toml"
    config.write_text('ignore = [{ code = "PGS001", reason = "rebuilt" }, { code = "PGS002", reason = "full" }]')
    assert pgseq("check", database.dsn, "--config", config).code == 0
    broken = pgseq("check", database.dsn, "--config", tmp_path / "none.toml")
    assert broken.code == 2
    assert "none.toml" in broken.err


def test_verify_proves_the_next_insert(database: Database, pgseq: Pgseq) -> None:
    database.run(BROKEN)
    done = pgseq("verify", database.dsn)
    assert done.code == 1
    assert "1 proved, 2 would fail, 1 feeds no column" in done.out
    assert pgseq("verify", database.dsn, "-t", "fine", "--insert").out.endswith("1 proved (1 by a real INSERT)\n")
    assert database.value("SELECT count(*) FROM fine") == 0
    proofs = pgseq("verify", database.dsn, "-t", "fine", "--format", "json").json()
    assert proofs["summary"] == {"proved": 1, "failing": 0, "unproved": 0, "feeds_no_column": 0}


def test_a_closed_pipe_is_no_error(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("DO $$ BEGIN FOR i IN 1..400 LOOP EXECUTE format('CREATE SEQUENCE s%s', i); END LOOP; END $$")
    command = subprocess.Popen(
        [executable(), "check", database.dsn, "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    )
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.read(10)
    command.stdout.close()
    assert command.stderr.read() == b""
    assert command.wait(30) == 141
    command.stderr.close()


@pytest.mark.slow
def test_unexpected_arguments(pgseq: Pgseq) -> None:
    for arguments in (("chekc",), ("check", "--nosuch"), ("check", "--max-jump", "1"), ("check", "-v", "-q")):
        done = pgseq(*arguments)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("pgseq: error: ")
        assert done.err.count("\n") == 2


@pytest.mark.slow
def test_help_names_every_command(pgseq: Pgseq) -> None:
    listed = pgseq("--help")
    assert listed.code == 0
    for command in ("check", "fix", "undo", "verify", "demo", "completion"):
        assert command in listed.out
        told = pgseq(command, "--help")
        assert told.code == 0
        assert f"pgseq {command}" in told.out
        assert "\n pgseq" in told.out  # an example


@pytest.mark.slow
def test_completion_scripts(pgseq: Pgseq) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_PGSEQ_COMPLETE" in pgseq("completion", shell).out
    offered = pgseq(env={"_PGSEQ_COMPLETE": "bash_complete", "COMP_WORDS": "pgseq check --form", "COMP_CWORD": "2"})
    assert "--format" in offered.out
