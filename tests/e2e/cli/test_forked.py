"""Commands that run in a copy of a process (tests/support/forked.py) say and do what started ones do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.binaries import ROOT
from tests.support.commandline import Completed, environment, executable
from tests.support.database import Database
from tests.support.forked import fits, run

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY);\nINSERT INTO t VALUES (7);\n"


def copied(home: Path, *arguments: str, input: str | None = None, **env: str) -> Completed:
    """What a command says in a copy."""
    command = [executable(), *arguments]
    code, out, err = run(command, input=input, env=environment(home, env), cwd=home, timeout=60)
    return Completed(code=code, out=out, err=err)


def started(home: Path, *arguments: str, input: str | None = None, **env: str) -> Completed:
    """What it says when it is started."""
    done = subprocess.run(
        [executable(), *arguments],
        input=input,
        stdin=subprocess.DEVNULL if input is None else None,
        capture_output=True,
        text=True,
        env=environment(home, env),
        cwd=home,
        check=False,
    )
    return Completed(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize(
    ("code", "arguments", "input", "env"),
    [
        (0, ("--version",), None, {}),
        (0, ("check", "--help"), None, {"COLUMNS": "60"}),
        (2, ("chekc",), None, {}),
        (2, ("check", "--format", "jsn"), None, {"FORCE_COLOR": "1"}),
        (2, ("check",), None, {"PGHOST": "/nonexistent", "PGUSER": "ü"}),
        (1, ("lint", "-"), BEHIND, {}),
        (1, ("lint", "behind.sql", "--format", "json"), None, {}),
    ],
    ids=["version", "help", "no such command", "no such format", "no server", "a text", "a file"],
)
def test_the_same(
    code: int, arguments: tuple[str, ...], input: str | None, env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "behind.sql").write_text(BEHIND, encoding="utf-8")
    done = copied(tmp_path, *arguments, input=input, **env)
    assert done == started(tmp_path, *arguments, input=input, **env)
    assert done.code == code


def test_a_process_of_its_own(tmp_path: Path) -> None:
    """It has neither our working directory nor our environment, and leaves nothing to the next one."""
    (tmp_path / "pgseq.toml").write_text("nonsense = 1\n", encoding="utf-8")
    assert "nonsense" in copied(tmp_path, "check", "host=/nonexistent").err
    (tmp_path / "pgseq.toml").unlink()
    assert "nonsense" not in copied(tmp_path, "check", "host=/nonexistent").err
    assert "PGSEQ_OF_A_TEST" not in os.environ


def test_a_copy_is_killed_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        dsn = f"host=127.0.0.1 port={silent.getsockname()[1]} dbname=app"
        with pytest.raises(subprocess.TimeoutExpired):
            run([executable(), "check", dsn], input=None, env=environment(tmp_path), cwd=tmp_path, timeout=0.2)


def test_what_python_reads_at_its_start_needs_a_start() -> None:
    assert fits(environment(Path("/"), {"PGHOST": "elsewhere"}))
    for name in ("PYTHONUTF8", "LC_ALL", "TZ", "PSYCOPG_IMPL"):
        assert not fits({name: "another"})


def test_a_check_imports_nothing_more(database: Database) -> None:
    """Or else the check of every copy would."""
    program = (
        "import sys; from tests.support.forked import load; load(); before = {*sys.modules}; "
        "from pgseq.cli import main; code = main(['check', sys.argv[1], '-q'], standalone_mode=False); "
        "print(code, *{*sys.modules} - before)"
    )
    command = [sys.executable, "-c", program, database.dsn]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
