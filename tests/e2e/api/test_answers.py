"""Every report says what its command says: the same document, table and exit code; and every one pickles."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

import pgseq
from pgseq import errors
from pgseq.model.answer import Answer
from tests.support.commandline import commandline
from tests.support.database import Database, Server, fresh_database

TABLES: Final = """
    CREATE TABLE users (id serial PRIMARY KEY, name text);
    INSERT INTO users (id, name) SELECT n, 'n' FROM generate_series(1, 10) n;
    CREATE TABLE posts (id serial PRIMARY KEY); INSERT INTO posts DEFAULT VALUES;
    CREATE SEQUENCE idle;
"""
ERROR: Final = (
    'ERROR:  duplicate key value violates unique constraint "users_pkey"\nDETAIL:  Key (id)=(1) already exists.'
)

#: By name: a call of the library, and the words of the command that does the same.
READING: Final[dict[str, tuple[Callable[[str], Answer], list[str]]]] = {
    "check": (pgseq.check, ["check", "{dsn}"]),
    "check of one": (lambda dsn: pgseq.check(dsn, table="users", within=5), ["check", "{dsn}", "-t", "users"]),
    "check, all ignored": (lambda dsn: pgseq.check(dsn, ignore="pgs001"), ["check", "{dsn}", "--ignore", "PGS001"]),
    "verify": (pgseq.verify, ["verify", "{dsn}"]),
    "why": (pgseq.why, ["why", "{dsn}"]),
    "range": (pgseq.range, ["range", "{dsn}", "--no-history"]),
    "explain": (lambda dsn: pgseq.explain(ERROR, dsn), ["explain", "-d", "{dsn}", ERROR]),
    "guard plan": (pgseq.guard.plan, ["guard", "plan", "{dsn}"]),
    "guard status": (pgseq.guard.status, ["guard", "status", "{dsn}"]),
}


@pytest.fixture
def broken(database: Database) -> Database:
    database.run(TABLES)
    return database


@pytest.mark.parametrize("name", READING)
@pytest.mark.sampled(8)
def test_reading(name: str, broken: Database, tmp_path: Path) -> None:
    call, words = READING[name]
    answer, run = call(broken.dsn), commandline(tmp_path)
    words = [word.format(dsn=broken.dsn) for word in words]
    said = run(*words, "--format", "json")
    assert said.code == answer.exit_code
    assert without_time(answer.to_dict()) == without_time(json.loads(said.out))
    said = run(*words)
    if name not in ("why", "explain"):
        assert str(answer) == said.out.partition("→ pgseq fix -d")[0].rstrip("\n")
    if name not in ("why", "explain", "guard plan"):
        assert answer.summary in said.out
    assert_is_answer(answer)


def test_writing(broken: Database, server: Server, tmp_path: Path) -> None:
    (tmp_path / "seed.sql").write_text("CREATE TABLE t (id serial); INSERT INTO t VALUES (1)")
    with fresh_database(server) as old:
        old.run(f"{TABLES} SELECT setval('users_id_seq', 500)")
        fixed = pgseq.fix(broken.dsn, undo_file=tmp_path / "moves.jsonl")
        answers: list[Answer] = [
            fixed,
            pgseq.Report(databases=(fixed,)),
            pgseq.undo(tmp_path / "moves.jsonl", broken.dsn, force=True, dry_run=True),
            pgseq.undo(tmp_path / "moves.jsonl", broken.dsn, force=True),
            pgseq.sync(old.dsn, broken.dsn),
            pgseq.lint(tmp_path),
            pgseq.lint([tmp_path / "seed.sql", tmp_path / "missing.sql"], broken.dsn),
            pgseq.guard.trigger(broken.dsn),
            pgseq.guard.status(broken.dsn),
            pgseq.guard.remove(broken.dsn),
            pgseq.guard.ownership(broken.dsn),
            pgseq.guard.identity(broken.dsn, table="posts"),
        ]
    assert [one.exit_code for one in answers] == [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    assert [one.summary for one in answers] == [
        "2 in sync, 1 feeds no column",
        "2 in sync, 1 feeds no column",
        "1 would move",
        "1 moved",
        "3 not behind the source; 2 in sync, 1 feeds no column",
        "1 file: 1 error",
        "2 files: 1 error, 1 not read",
        "2 done",
        "2 intact",
        "2 done",
        "Nothing to do.",
        "1 done",
    ]
    answers += [
        pgseq.verify(broken.dsn),
        pgseq.why(broken.dsn),
        pgseq.range(broken.dsn),
        pgseq.explain(ERROR),
        pgseq.guard.plan(broken.dsn),
        *pgseq.check_many(["host=127.0.0.1 port=1 dbname=x"]),
    ]
    assert {type(answer).__name__ for answer in answers} == {kind.__name__ for kind in Answer.__subclasses__()}
    for answer in answers:
        assert_is_answer(answer)


def assert_is_answer(answer: Answer) -> None:
    assert answer.ok == (answer.exit_code == 0)
    assert answer.summary
    assert "\n" not in answer.summary
    assert answer.to_dict()["format"] == 1
    assert "\x1b" not in str(answer)
    assert repr(answer) == f"<{type(answer).__name__}: {answer.summary}>"
    with pytest.raises(TypeError, match=f"{type(answer).__name__} is neither true nor false"):
        bool(answer)
    copy = pickle.loads(pickle.dumps(answer))
    assert (copy, str(copy), copy.to_dict()) == (answer, str(answer), answer.to_dict())


def without_time(value: Any) -> Any:
    """The document without the server's clock, and without what its counters say."""
    if isinstance(value, dict):
        return {
            key: without_time(each)
            for key, each in value.items()
            if key not in ("server_time", "evidence", "sources", "since")
        }
    return [without_time(each) for each in value] if isinstance(value, list) else value


def test_every_error_pickles() -> None:
    made = [
        errors.PgseqError("message", "hint"),
        errors.UsageError("message", "hint"),
        errors.NothingMatches("message", "hint"),
        errors.ConfigError("message", "hint"),
        errors.ConnectionFailed("message", "hint", needs_password=True),
        errors.QueryFailed("message", sqlstate="23505", hint="hint", constraint="c", statement="SELECT"),
        errors.Interrupted("report"),
    ]
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BaseException)}
    assert {type(error) for error in made} == kinds
    for error in made:
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), copy.args, vars(copy)) == (type(error), error.args, vars(error))


def test_errors_of_the_library_pickle(broken: Database) -> None:
    calls: list[Callable[[], object]] = [
        lambda: pgseq.check(broken.dsn, table="nowhere"),
        lambda: pgseq.check("host=/nowhere"),
        lambda: pgseq.check(broken.dsn, config="nowhere.toml"),
        lambda: pgseq.check(42),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises(pgseq.PgseqError) as caught:
            call()
        copy = pickle.loads(pickle.dumps(caught.value))
        assert (type(copy), vars(copy)) == (type(caught.value), vars(caught.value))


def test_options(broken: Database, tmp_path: Path) -> None:
    assert pgseq.check(broken.dsn, scan_limit=0, time_limit=60, jobs=1, statement_timeout=5, lock_timeout=1).ok is False
    steps: list[tuple[int, int]] = []
    pgseq.check(broken.dsn, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    broken.run("INSERT INTO users (id) VALUES (77); SELECT setval('idle', 5)")
    (idle,) = pgseq.check(broken.dsn, table="idle", feeds={"public.idle": ["public.users.id"]}).sequences
    assert (idle.status, idle.diagnosis.furthest) == ("out_of_sync", 77)
    (tmp_path / "mine.toml").write_text('feeds = [{ sequence = "public.idle", column = "public.users.id" }]')
    assert pgseq.verify(broken.dsn, table="idle", config=tmp_path / "mine.toml").exit_code == 1
    for wrong in (
        {"feeds": {"idle": "users.id"}},
        {"feeds": {"public.idle": "public.users.no"}},
        {"ignore": "PGS999"},
        {"scan_limit": -1},
        {"time_limit": 0},
        {"within": -1},
        {"jobs": 0},
    ):
        with pytest.raises(pgseq.UsageError):
            pgseq.check(broken.dsn, **wrong)
    with pytest.raises(TypeError, match="selec"):
        pgseq.check(broken.dsn, selec="users")  # type: ignore[call-arg]


def test_guard_is_refused_in_a_transaction(broken: Database) -> None:
    with broken.connect(autocommit=False) as connection:
        connection.execute("SELECT 1")
        with pytest.raises(pgseq.UsageError, match="the connection is in a transaction"):
            pgseq.guard.trigger(connection)
        assert pgseq.guard.status(connection).ok


def test_names_are_shown() -> None:
    assert dir(pgseq) == sorted(pgseq.__all__)
    assert {"plan", "identity", "trigger", "ownership", "remove", "status"} <= set(dir(pgseq.guard))


SCRIPT: Final = """
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
import pgseq
import psycopg, sqlalchemy
from sqlalchemy.orm import Session

def main(dsn: str, engine: sqlalchemy.Engine, connection: psycopg.Connection[tuple[object, ...]]) -> int:
    report = pgseq.check(dsn, table=["a", "b"], ignore="PGS008", progress=lambda done, total: print(done, total))
    pgseq.fix(engine, feeds={"public.s": "public.t.c"}, confirm=lambda plan: not plan.ok)
    with Session(engine) as session:
        pgseq.verify(session, insert=True)
    pgseq.verify(connection)
    why: pgseq.WhyReport = pgseq.why(dsn)
    names: list[str] = [one.report.sequence.sql for one in why.sequences]
    guarded: pgseq.GuardReport = pgseq.guard.trigger(dsn, max_jump=0.5)
    found: pgseq.LintReport = pgseq.lint("migrations", ignore=["PGL008"])
    undone: pgseq.UndoReport = pgseq.undo("moves.jsonl", dsn, dry_run=True)
    print(report.summary, report.to_dict()["databases"], names, guarded.ok, found.ok, undone.ok)
    with ProcessPoolExecutor() as executor:
        for ranged in pgseq.range_many({"eu": dsn}, executor, history="history.sqlite", within=timedelta(days=90)):
            ended = ranged.reason if isinstance(ranged, pgseq.Unreachable) else ranged.sequences[0].ended
            print(ranged.ok, ended)
    return report.exit_code
"""


@pytest.mark.slow
def test_a_users_script_passes_mypy_strict(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "wrong.py").write_text("import pgseq\npgseq.check('app', selec='users')\npgseq.check(None)\n")
    good, bad = (
        subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), name],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
        for name in ("script.py", "wrong.py")
    )
    assert good.returncode == 0, good.stdout
    assert [line.partition(": ")[0] for line in bad.stdout.splitlines() if ": error: " in line] == [
        "wrong.py:2",
        "wrong.py:3",
    ], bad.stdout
