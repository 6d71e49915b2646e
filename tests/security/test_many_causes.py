"""A log of many causes: the server is asked a bounded number of questions, and every cause is told all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from pgseq.cli import main
from pgseq.pg.drivers.psycopg3 import PsycopgSession
from tests.support.commandline import Pgseq
from tests.support.database import Database

TABLES: Final = 60
ABSENT: Final = 1000
HEAD: Final = "2026-11-29 10:00:00.000 UTC [{}] "


def _log(path: Path) -> None:
    lines = []
    for n in range(TABLES + ABSENT):
        head = HEAD.format(n + 100)
        lines.append(f'{head}ERROR:  duplicate key value violates unique constraint "t{n}_pkey"\n')
        lines.append(f"{head}DETAIL:  Key (id)=(1) already exists.\n")
    path.write_text("".join(lines))


def _tables(database: Database) -> None:
    """Every other one is behind; the others have been called beyond what they hold."""
    database.run(
        "".join(
            f"CREATE TABLE t{n} (id serial PRIMARY KEY); INSERT INTO t{n} VALUES (1), (2);"
            + (f"SELECT setval('t{n}_id_seq', 2);" if n % 2 else "")
            for n in range(TABLES)
        )
    )


def _verdicts(document: Any) -> dict[str, str]:
    return {one["constraint"]: one["verdict"] for one in document["errors"]}


def test_each_cause_is_told(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    _tables(database)
    _log(tmp_path / "server.log")
    told = pgseq("explain", "-d", database.dsn, "--log", tmp_path / "server.log", "--format", "json", timeout=300)
    assert (told.code, told.err) == (1, "")
    expected = {f"t{n}_pkey": "was_behind" if n % 2 else "behind" for n in range(TABLES)}
    expected |= {f"t{n}_pkey": "cannot_tell" for n in range(TABLES, TABLES + ABSENT)}
    assert _verdicts(told.json()) == expected


def test_questions_are_bounded(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With no single question left, constraints and positions are asked for together, and the verdict is as before."""
    _tables(database)
    _log(tmp_path / "server.log")
    sent = 0
    original = PsycopgSession.run

    def run(self: PsycopgSession, *statements: str) -> Any:
        nonlocal sent
        sent += 1
        return original(self, *statements)

    monkeypatch.setattr(PsycopgSession, "run", run)
    monkeypatch.setattr("pgseq.commands.explain.ask.QUESTIONS", 10)
    log = str(tmp_path / "server.log")
    code = main(["explain", "-d", database.dsn, "--log", log, "--format", "json"], standalone_mode=False)
    verdicts = _verdicts(json.loads(capsys.readouterr().out))
    assert code == 1
    assert [verdicts[f"t{n}_pkey"] for n in range(TABLES)] == ["behind", "was_behind"] * (TABLES // 2)
    assert sent < 60


def test_more_causes_than_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pgseq.commands.explain.logs.tally.CAUSES", ABSENT)
    for name, value in (("PGHOST", str(tmp_path)), ("PGPORT", "1")):
        monkeypatch.setenv(name, value)
    _log(tmp_path / "server.log")
    code = main(["explain", "--log", str(tmp_path / "server.log"), "--format", "json"], standalone_mode=False)
    messages = [one["message"] for one in json.loads(capsys.readouterr().out)["errors"]]
    assert code == 3
    assert len(messages) == ABSENT + 1
    assert f"{TABLES} errors beyond {ABSENT} causes, which were not told apart" in messages
