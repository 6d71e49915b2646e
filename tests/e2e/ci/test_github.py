"""`check --format github`: annotations of a run, and the summary of its step."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from pgseq.model.reports import Unreachable
from pgseq.render.github.check import SUMMARY, Annotations
from pgseq.render.writer import Detail
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.roles import new_role

#: Names that would be commands of their own, end a property, or be taken for an escape.
HOSTILE = "a\n::error::b,c:d%0A e::f##[error]g"
TABLES = f"""
CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users VALUES (1), (2);
CREATE TABLE "{HOSTILE}" (id serial PRIMARY KEY); INSERT INTO "{HOSTILE}" VALUES (1);
CREATE TABLE fine (id serial PRIMARY KEY);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    level: str
    title: str
    message: str


def read(text: str) -> list[Annotation]:
    """The lines as a runner reads them (actions/runner, src/Runner.Common/ActionCommand.cs)."""
    found = []
    for line in text.splitlines():
        command = re.fullmatch(r"::(error|warning|notice) (.*?)::(.*)", line)
        if command is None:
            assert "::" not in line
            continue
        properties = dict(pair.split("=", 1) for pair in command[2].split(","))
        assert set(properties) == {"title"}
        found.append(Annotation(level=command[1], title=_read(properties["title"]), message=_read(command[3])))
    return found


def _read(text: str) -> str:
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def test_annotations(database: Database, pgseq: Pgseq) -> None:
    database.run(TABLES)
    done = pgseq("check", database.dsn, "--format", "github")
    assert (done.code, done.err) == (1, "")
    hostile, users = sorted(read(done.out), key=lambda one: one.title)
    assert users == Annotation(
        level="error",
        title=f"PGS001 out of sync: public.users_id_seq in {database.name}",
        message="the next INSERT fails: public.users_id_seq hands out 1, which is already stored in public.users.id\n"
        f"pgseq fix -d '{database.dsn}' -t public.users",
    )
    shown = HOSTILE.replace("\n", r"\n")
    assert hostile.title == f'PGS001 out of sync: public."{shown}_id_seq" in {database.name}'
    assert done.out.splitlines()[-1] == "1 in sync, 2 out of sync"


@pytest.mark.slow
def test_the_summary(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(TABLES)
    summary = tmp_path / "summary.md"
    summary.write_text("## Before\n", encoding="utf-8")
    pgseq("check", database.dsn, "--format", "github", env={"GITHUB_STEP_SUMMARY": str(summary)})
    markdown = pgseq("check", database.dsn, "--format", "markdown").out
    assert summary.read_text(encoding="utf-8") == f"## Before\n{markdown}"


def test_a_summary_that_cannot_be_written(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(TABLES)
    done = pgseq("check", database.dsn, "--format", "github", env={"GITHUB_STEP_SUMMARY": str(tmp_path)})
    assert (done.code, read(done.out)[-1].message) == (1, f"{tmp_path}: Is a directory")


def test_what_is_left_out(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY)")
    done = pgseq("check", database.dsn, "port=1 host=/nowhere dbname=gone", "--format", "github")
    (gone,) = read(done.out)
    assert (done.code, gone.level) == (2, "error")
    assert gone.title.endswith(": left out")


def test_privileges_that_are_missing(database: Database, pgseq: Pgseq) -> None:
    for name in "abcd":
        database.run(f"CREATE TABLE {name} (id serial PRIMARY KEY)")
    with new_role(database) as role:
        done = pgseq("check", role.dsn, "--format", "github")
    (one,) = read(done.out)
    assert (done.code, one.level) == (3, "warning")
    assert "GRANT" in one.message


def test_like_sequences_make_one_annotation(database: Database, pgseq: Pgseq) -> None:
    for number in range(5):
        database.run(f"CREATE SCHEMA s{number}; CREATE TABLE s{number}.t (id serial PRIMARY KEY)")
        database.run(f"INSERT INTO s{number}.t VALUES (1)")
    (one,) = read(pgseq("check", database.dsn, "--format", "github").out)
    assert one.message.endswith("s*: 5 sequences, same table")
    assert "-t 's*.t'" in one.message


def test_what_does_not_count_is_no_annotation(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (90)")
    for options in (("--ignore", "PGS001"), ("--within", "10")):
        done = pgseq("check", database.dsn, "--format", "github", *options)
        assert (done.code, [one.level for one in read(done.out) if one.level == "error"]) == (0, [])


def test_a_summary_ends_where_there_is_no_room(tmp_path: Path) -> None:
    """GitHub shows no summary at all that has more than a mebibyte."""
    path = tmp_path / "summary.md"
    writer = Annotations(io.StringIO(), Detail(), path)
    for number in range(12_000):
        writer.unreachable(Unreachable(database=f"db{number}", reason="ü" * 40, hint=""))
    writer.close()
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < SUMMARY + 100
    assert text.endswith("\n\n… and more, for which the summary has no room.\n")
