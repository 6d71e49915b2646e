"""A file that `lint` cannot read or write: told of, in every format, beside what is wrong in the others."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.e2e.lint.test_lint import SARIF
from tests.support.commandline import Pgseq

TABLE: Final = "CREATE TABLE {0} (id serial PRIMARY KEY);\nINSERT INTO {0} VALUES (7);\n"
REASON: Final = "migrations/2.sql is not plain SQL: it has null bytes"
HINT: Final = "name a file of SQL in UTF-8 or Latin-1"


@pytest.fixture(autouse=True)
def migrations(tmp_path: Path) -> Path:
    """Two files with a finding each, and between them one that is no SQL."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "1.sql").write_text(TABLE.format("a"))
    (folder / "2.sql").write_bytes(b"SELECT \x00")
    (folder / "3.sql").write_text(TABLE.format("b"))
    return folder


def test_text(pgseq: Pgseq) -> None:
    done = pgseq("lint", "migrations")
    assert (done.code, done.err) == (1, f"pgseq: error: {REASON}\nhint: {HINT}\n")
    found = [line.partition(": ")[0] for line in done.out.splitlines() if "[PGL001]" in line]
    assert found == ["migrations/1.sql:2:1", "migrations/3.sql:2:1"]
    assert done.out.splitlines()[-1] == "3 files: 2 errors, 1 not read"


def test_nothing_was_read(pgseq: Pgseq) -> None:
    done = pgseq("lint", "migrations/2.sql", "missing.sql")
    assert (done.code, done.out) == (2, "")
    assert [line for line in done.err.splitlines() if "error" in line] == [
        f"pgseq: error: {REASON}",
        "pgseq: error: missing.sql cannot be read: No such file or directory",
    ]


def test_json(pgseq: Pgseq) -> None:
    done = pgseq("lint", "migrations", "--format", "json")
    assert (done.code, done.err) == (1, f"pgseq: error: {REASON}\nhint: {HINT}\n")
    document = done.json()
    assert [(one["file"], [found["code"] for found in one["findings"]]) for one in document["files"]] == [
        ("migrations/1.sql", ["PGL001"]),
        ("migrations/3.sql", ["PGL001"]),
    ]
    assert document["unread"] == [{"file": "migrations/2.sql", "reason": REASON, "hint": HINT}]
    assert "unread" not in pgseq("lint", "migrations/1.sql", "--format", "json").json()


@pytest.mark.slow
def test_sarif(pgseq: Pgseq) -> None:
    done = pgseq("lint", "migrations", "--format", "sarif")
    assert done.code == 1
    document = done.json()
    Draft202012Validator(SARIF).validate(document)
    (run,) = document["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["PGL001", "PGL001"]
    (invocation,) = run["invocations"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"] is False
    assert notification["message"] == {"text": f"{REASON}. {HINT}"}
    (location,) = notification["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "migrations/2.sql"
    clean = pgseq("lint", "migrations/1.sql", "--format", "sarif").json()
    assert clean["runs"][0]["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_github(pgseq: Pgseq) -> None:
    done = pgseq("lint", "migrations", "--format", "github")
    assert done.code == 1
    first, second, third = done.out.splitlines()
    assert first.startswith("::error file=migrations/1.sql,")
    assert second == f"::error file=migrations/2.sql,title=not read::{REASON} ({HINT})"
    assert third.startswith("::error file=migrations/3.sql,")


def test_one_that_cannot_be_written(pgseq: Pgseq, migrations: Path) -> None:
    """It is in Latin-1, which has no letter for the name of the table."""
    (migrations / "1.sql").write_text(TABLE.format('"Ł"'), encoding="utf-8")
    before = '-- é\nINSERT INTO U&"\\0141" VALUES (9);\n'.encode("latin-1")
    (migrations / "2.sql").write_bytes(before)
    done = pgseq("lint", "--fix", "migrations")
    assert done.code == 2
    assert done.err == (
        "pgseq: error: migrations/2.sql is in Latin-1, which cannot write Ł\nhint: write the file anew in UTF-8\n"
    )
    assert done.out.splitlines()[0].startswith('migrations/2.sql:2:1: error: explicit ids: "Ł".id holds 9')
    assert done.out.splitlines()[-1] == "3 files: 1 error, 2 sequences put right"
    assert (migrations / "2.sql").read_bytes() == before
    assert "setval" in (migrations / "3.sql").read_text()
