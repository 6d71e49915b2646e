"""What lint says of a file, and what is so once the file has run on a real server."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pgseq.api import check
from tests.support.binaries import client
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.lint_situations import SITUATIONS
from tests.support.linting import codes, lint

#: The findings that say that a sequence is behind.
BEHIND = {"PGL001", "PGL002", "PGL003", "PGL004", "PGL011"}


def run(database: Database, file: Path) -> None:
    """Run a file as psql does, past statements that fail."""
    command = [client("psql"), "-X", "-q", "-d", database.dsn, "-f", str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


def out_of_sync(database: Database) -> bool:
    return any(one.status == "out_of_sync" for one in check(database.dsn).sequences)


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.sampled(78)
def test_a_finding_is_what_check_finds_afterwards(database: Database, tmp_path: Path, pgseq: Pgseq, name: str) -> None:
    text, expected = SITUATIONS[name]
    file = tmp_path / "file.sql"
    file.write_text(text, encoding="utf-8")
    run(database, file)
    assert out_of_sync(database) is bool(BEHIND & set(expected))
    with database.connect() as connection:
        connection.execute("DROP SCHEMA IF EXISTS app CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    done = pgseq("lint", "--fix", "--max-jump", "100%", file, "--format", "json")
    fixed = file.read_text(encoding="utf-8")
    assert done.code == 0, done.out
    assert fixed.startswith(text)
    assert (fixed == text) is not bool(expected)
    assert codes(lint(fixed)) == ()
    run(database, file)
    assert not out_of_sync(database)

    assert pgseq("lint", "--fix", file).code == 0
    assert file.read_text(encoding="utf-8") == fixed
