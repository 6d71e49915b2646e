"""The command line where somebody watches: questions, Ctrl-C, colours, width, the bar."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.commandline import environment, executable
from tests.support.database import Database
from tests.support.terminal import on_terminal

BROKEN = """
CREATE TABLE "Users" (id serial PRIMARY KEY, name text);
INSERT INTO "Users" SELECT g, 'x' FROM generate_series(1, 10) AS g;
"""
POSITION = 'SELECT last_value FROM "Users_id_seq"'
WAITING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgseq' AND wait_event_type = 'Lock'"
QUESTION = "Apply 1 change? [y/N] "


@pytest.fixture
def broken(database: Database) -> Database:
    """A database with one sequence that is out of sync."""
    database.run(BROKEN)
    return database


@pytest.mark.parametrize(
    ("typed", "code", "position"),
    [("y\n", 0, 10), ("YES\n", 0, 10), ("n\n", 1, 1), ("\n", 1, 1), ("\x04", 1, 1), ("\x03", 130, 1)],
)
@pytest.mark.sampled(2)
def test_the_question(typed: str, code: int, position: int, broken: Database, tmp_path: Path) -> None:
    done = on_terminal(tmp_path, "fix", broken.dsn, answers=((QUESTION, typed),))
    assert done.code == code
    assert broken.value(POSITION) == position
    assert ("Nothing was changed." in done.out) == (code == 1)
    assert "Traceback" not in done.out


def test_the_document_is_apart_from_the_question(broken: Database, tmp_path: Path) -> None:
    done = on_terminal(tmp_path, "fix", broken.dsn, "--format", "json", answers=((QUESTION, "y\n"),))
    assert done.code == 0
    assert '"result": "moved"' in done.out.partition(QUESTION)[2]


@pytest.mark.parametrize(
    ("command", "lock", "told"),
    [
        (("check",), "ACCESS EXCLUSIVE", "pgseq: interrupted before everything was looked at"),
        (("fix", "--yes"), "ROW EXCLUSIVE", "pgseq: interrupted after 0 of 1 change; run it again for the rest"),
    ],
)
def test_interrupted_while_it_waits(
    command: tuple[str, ...], lock: str, told: str, broken: Database, tmp_path: Path
) -> None:
    with broken.connect(autocommit=False) as holder:
        holder.execute(f'LOCK TABLE "Users" IN {lock} MODE')
        with subprocess.Popen(
            [executable(), *command, broken.dsn, "--lock-timeout", "20s"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(tmp_path),
        ) as running:
            while not broken.rows(WAITING):
                assert running.poll() is None
                time.sleep(0.05)
            running.send_signal(signal.SIGINT)
            output, errors = running.communicate(timeout=10)
    assert (running.returncode, errors) == (130, f"{told}\n")
    assert ("interrupted, it may have moved or not" in output) == (command[0] == "fix")
    assert broken.value(POSITION) == 1


def test_colours_only_where_wanted(broken: Database, tmp_path: Path) -> None:
    red = "\x1b[1;31mnext insert fails"
    assert red in on_terminal(tmp_path, "check", broken.dsn).out
    assert "\x1b[" not in on_terminal(tmp_path, "check", broken.dsn, env={"NO_COLOR": "1"}).out
    assert "\x1b[" not in on_terminal(tmp_path, "check", broken.dsn, "--color", "never").out


def test_eighty_columns(broken: Database, tmp_path: Path) -> None:
    broken.run(f'CREATE TABLE "{"T" * 60}" ("{"c" * 60}" serial); INSERT INTO "{"T" * 60}" VALUES (7)')
    done = on_terminal(tmp_path, "check", broken.dsn, "--color", "never", "--quiet")
    assert max(map(len, done.out.splitlines())) <= 80
    assert done.out.replace("\n", "").count("T") >= 60


def test_a_password_is_asked_for_and_not_shown(broken: Database, tmp_path: Path) -> None:
    done = on_terminal(
        tmp_path, "check", broken.dsn, "-W", answers=(("Password for user postgres: ", "secret word\n"),)
    )
    assert done.code == 1
    assert "secret" not in done.out
    assert "→ \x1b[0m\x1b[36mpgseq fix" in done.out
